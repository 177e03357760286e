// rowflow report RESULT… -o report.html: the page of results that exist already as JSON.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/sweep_page.hpp"
#include "sim/report/page.hpp"
#include "sim/report/page_data.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

const std::string schema = "rowflow.result/1";

Json read_results(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw InputError(path, "cannot be read, expected a result of rowflow run --format json");
  try {
    auto json = Json::parse(file);
    return json.is_array() ? json : Json::array({json});
  } catch (const Json::exception& error) {
    throw InputError(path, std::string("is not JSON: ") + error.what());
  }
}

void check_result(const std::string& where, const Json& result) {
  const Json found = result.is_object() ? result.value("schema", Json()) : Json();
  if (found != schema) throw InputError(where, fmt::format("found schema {}, expected \"{}\"", found.dump(), schema));
}

std::string label_of(const Json& result, const std::string& file, bool several_files) {
  const auto& height = result.at("tile_height");
  const std::string label =
      height.is_string() ? (height == "full" ? "full SE" : height.get<std::string>() + " tiles") : "T = " + height.dump();
  return several_files ? fmt::format("{}, {} ({})", result.at("network").at("name").get<std::string>(), label, file) : label;
}

}  // namespace

int report_command(const Request& request) {
  std::error_code none;
  if (std::filesystem::is_directory(request.files.front(), none)) {
    if (request.files.size() > 1) throw InputError(request.files[1], "found after a sweep's folder, expected nothing more");
    write_output(request, sweep_page(Results(request.files.front(), false), request.files.front(), request.command_line));
    return 0;
  }
  Json points = Json::array();
  for (const auto& path : request.files) {
    const auto results = read_results(path);
    for (std::size_t r = 0; r < results.size(); ++r) {
      const std::string where = results.size() == 1 ? path : fmt::format("{}: /{}", path, r);
      check_result(where, results[r]);
      try {
        points.push_back(page_point(label_of(results[r], path, request.files.size() > 1), results[r]));
      } catch (const Json::exception& error) {
        throw InputError(where, std::string("is not a whole result: ") + error.what());
      }
    }
  }
  if (points.empty()) throw InputError(request.files.front(), "found no results");
  write_output(request, page_html(points, {request.command_line, std::nullopt}));
  return 0;
}

}  // namespace rowflow
