// rowflow report RESULT… -o report.html: the page of results that exist already as JSON.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
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
  const std::string label = height.is_string() ? (height == "full" ? "full SE" : height.get<std::string>() + " tiles")
                                               : "T = " + json_text(height);
  return several_files ? fmt::format("{}, {} ({})", result.at("network").at("name").get<std::string>(), label, file)
                       : label;
}

}  // namespace

int report_command(const Request& request) {
  std::error_code none;
  if (std::filesystem::is_directory(request.files.front(), none)) {
    if (request.files.size() > 1)
      throw InputError(request.files[1], "found after a sweep's folder, expected nothing more");
    const std::string& folder = request.files.front();
    std::string page;
    reading_results(folder, [&] { page = sweep_page(Results(folder, false), folder, request.command_line); });
    write_bytes(request, page);
    return 0;
  }
  Json points = Json::array();
  for (const auto& path : request.files) {
    const auto results = read_results(path);
    for (std::size_t r = 0; r < results.size(); ++r)
      points.push_back(page_point(label_of(results[r], path, request.files.size() > 1), results[r]));
  }
  write_bytes(request, page_html(points, {request.command_line, std::nullopt}));
  return 0;
}

}  // namespace rowflow
