#include "sim/cli/result_files.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/cli/result_shape.hpp"
#include "sim/config/parse.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

const std::string schema = "rowflow.result/1";

}  // namespace

std::string result_place(const std::string& path, const Json& results, std::size_t index) {
  return results.size() == 1 ? path : fmt::format("{}: /{}", path, index);
}

Json read_results(const std::string& path) {
  Json results = parse_ordered_json(read_text(path), path);
  if (!results.is_array()) results = Json::array({std::move(results)});
  if (results.empty()) throw InputError(path, "found no results");
  for (std::size_t r = 0; r < results.size(); ++r) {
    const std::string place = result_place(path, results, r);
    const Json found = results[r].is_object() ? results[r].value("schema", Json()) : Json();
    if (found != schema) {
      throw InputError(place, fmt::format("found schema {}, expected \"{}\": a result of rowflow run --format json",
                                          json_text(found), schema));
    }
    check_result_shape(results[r], place);
  }
  return results;
}

}  // namespace rowflow
