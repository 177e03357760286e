#include "sim/cli/result_files.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/config/parse.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

const std::string schema = "rowflow.result/1";

Json parsed(const std::string& path) {
  const std::string text = read_text(path);
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    throw InputError(path, std::string("is not JSON: ") + error.what());
  }
}

}  // namespace

std::string result_place(const std::string& path, const Json& results, std::size_t index) {
  return results.size() == 1 ? path : fmt::format("{}: /{}", path, index);
}

Json read_results(const std::string& path) {
  Json results = parsed(path);
  if (!results.is_array()) results = Json::array({std::move(results)});
  if (results.empty()) throw InputError(path, "found no results");
  for (std::size_t r = 0; r < results.size(); ++r) {
    const Json found = results[r].is_object() ? results[r].value("schema", Json()) : Json();
    if (found != schema) {
      throw InputError(result_place(path, results, r),
                       fmt::format("found schema {}, expected \"{}\": a result of rowflow run --format json", found.dump(), schema));
    }
  }
  return results;
}

}  // namespace rowflow
