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
#include "sim/config/parse.hpp"
#include "sim/report/page.hpp"
#include "sim/report/page_data.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

std::string label_of(const Json& result, const std::string& file, bool several_files) {
  const std::string label = page_label(result);
  return several_files ? fmt::format("{}, {} ({})", result.at("network").at("name").get<std::string>(), label, file)
                       : label;
}

const char* const explanation_schema = "rowflow.explain/2";

/// What the page reads of a change.
void check_change(const Json& change, const std::string& place) {
  const auto text = [&](const char* key) { return change.contains(key) && change[key].is_string(); };
  const bool lever = change.is_object() && text("lever") && text("name") && text("status") &&
                     change.value("arguments", Json()).is_array();
  if (!lever && !(change.is_object() && text("figure")))
    throw InputError(place, "expected a change and what it gives, as rowflow explain --format json writes it");
}

/// Explanations go with the result of the same design point, in the order of the files.
class Explanations {
 public:
  void add(Json parsed, const std::string& path) {
    if (parsed["schema"] != explanation_schema)
      throw InputError(
          path, fmt::format("found schema {}, expected \"{}\"", json_text(parsed["schema"]), explanation_schema));
    for (const char* key : {"network", "device"})
      if (!parsed.contains(key) || !parsed[key].is_string())
        throw InputError(path + ": /" + key, "expected a name, as rowflow explain --format json writes it");
    for (const char* key : {"levers", "path", "elasticities"}) {  // which a deadlock has not
      const Json list = parsed.value(key, Json::array());
      if (!list.is_array()) throw InputError(path + ": /" + key, "expected an array");
      for (std::size_t l = 0; l < list.size(); ++l) check_change(list[l], fmt::format("{}: /{}/{}", path, key, l));
    }
    list_.push_back({path, std::move(parsed)});
  }

  /// Null when there is none for this result.
  Json of(const Json& result) {
    for (Explanation& one : list_) {
      const Json& json = one.json;
      if (one.used || json["network"] != result.at("network").at("name") ||
          json["device"] != result.at("device").at("name") ||
          json.value("tile_height", Json()) != result.at("tile_height"))
        continue;
      one.used = true;
      return one.json;
    }
    return nullptr;
  }

  void require_used() const {
    for (const Explanation& one : list_)
      if (!one.used)
        throw InputError(one.path,
                         fmt::format("found an explanation of {} on {} with tile height {}, expected one of a "
                                     "result that is given beside it",
                                     one.json["network"].get<std::string>(), one.json["device"].get<std::string>(),
                                     json_text(one.json.value("tile_height", Json()))));
  }

 private:
  struct Explanation {
    std::string path;
    Json json;
    bool used = false;
  };
  std::vector<Explanation> list_;
};

PagePoints points_of(const std::vector<std::string>& files) {
  std::vector<std::pair<std::string, Json>> results;
  Explanations explanations;
  for (const auto& path : files) {
    Json parsed = parse_ordered_json(read_text(path), path);
    if (is_explanation(parsed))
      explanations.add(std::move(parsed), path);
    else
      results.emplace_back(path, results_of(std::move(parsed), path));
  }
  if (results.empty()) throw InputError(files.front(), "found explanations alone, expected a result beside them");
  PagePoints points;
  for (auto& [path, list] : results) {
    for (Json& result : list) {
      Json explanation = explanations.of(result);
      const std::string label = label_of(result, path, results.size() > 1);
      Json point = page_point(label, std::move(result));
      point["explain"] = std::move(explanation);
      points.add(std::move(point));
    }
  }
  explanations.require_used();
  return points;
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
  const PagePoints points = points_of(request.files);
  PageContent content;
  content.command = request.command_line;
  write_bytes(request, page_html(points, content));
  return 0;
}

}  // namespace rowflow
