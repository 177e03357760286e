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

bool is_explanation(const Json& parsed) {
  const auto schema_of = parsed.is_object() ? parsed.find("schema") : parsed.end();
  return parsed.is_object() && schema_of != parsed.end() && schema_of->is_string() &&
         schema_of->get_ref<const std::string&>().rfind("rowflow.explain/", 0) == 0;
}

Json read_results(const std::string& path) { return results_of(parse_ordered_json(read_text(path), path), path); }

Json results_of(Json results, const std::string& path) {
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
