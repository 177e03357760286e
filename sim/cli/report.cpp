// rowflow report RESULT… -o report.html: the page of results that exist already as JSON.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/result_files.hpp"
#include "sim/cli/sweep_page.hpp"
#include "sim/report/page.hpp"
#include "sim/report/page_data.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

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
      try {
        points.push_back(page_point(label_of(results[r], path, request.files.size() > 1), results[r]));
      } catch (const Json::exception& error) {
        throw InputError(result_place(path, results, r), std::string("is not a whole result: ") + error.what());
      }
    }
  }
  write_output(request, page_html(points, {request.command_line, std::nullopt}));
  return 0;
}

}  // namespace rowflow
