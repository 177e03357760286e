#include "sim/cli/sweep_page.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/json_text.hpp"
#include "sim/report/page.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t most_points = 4000;  // that a browser draws and sorts without a pause

/// Each setting under a name of its own, whatever group it is in.
Json flat_settings(const std::string& text) {
  Json flat = Json::object();
  const Json settings = Json::parse(text);
  for (const auto& [key, value] : settings.items()) {
    const bool hash = key.size() > 5 && key.compare(key.size() - 5, 5, "_hash") == 0;
    if (value.is_object())
      for (const auto& [name, inner] : value.items()) flat[key == "block_heights" ? "T of " + name : name] = inner;
    else if (!hash)
      flat[key] = value.is_string() ? value : Json(json_text(value));
  }
  return flat;
}

Json value_json(const Cell& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return nullptr;
}

Json point_json(const StoredRow& stored, bool front) {
  Json figures = Json::array();
  for (const Cell& value : stored.row.figures) figures.push_back(value_json(value));
  return {{"id", stored.row.id},
          {"front", front},
          {"status", stored.row.status},
          {"reason", stored.row.reason},
          {"settings", flat_settings(stored.settings)},
          {"figures", std::move(figures)}};
}

std::string title(const Json& sweep) {
  std::string networks;
  for (const Json& network : sweep.at("network"))
    networks += (networks.empty() ? "" : ", ") + network.get<std::string>();
  return fmt::format("Sweep of {} on {}", networks, sweep.value("device", DesignPoint().value(Knob::device)));
}

}  // namespace

std::string sweep_page(const Results& results, const std::string& folder, const std::string& command) {
  const SweepSummary summary = summarise(results, {});
  std::set<std::string> front;
  for (const SummaryOfNetwork& network : summary.networks)
    for (const StoredRow& row : network.front) front.insert(row.row.id);
  std::uint64_t rows = 0;
  for (const auto& [status, count] : summary.count) rows += count;
  const std::uint64_t step = (rows + most_points - 1) / most_points;
  const Json sweep = Json::parse(results.about("sweep"));
  Json data = {{"version", version()}, {"command", command}, {"folder", folder},
               {"sweep", sweep},       {"left_out", 0},      {"rows", Json::object()}};
  for (const auto& [status, count] : summary.count) data["rows"][status] = count;
  for (const Objective& objective : summary.objectives)
    data["objectives"].push_back({{"column", objective.column}, {"better", objective.larger ? "larger" : "smaller"}});
  for (const PointColumn& column : point_columns()) data["columns"].push_back(column.name);
  data["points"] = Json::array();
  std::uint64_t row_number = 0;
  results.for_each(false, [&](const StoredRow& row) {
    const bool on_front = front.count(row.row.id) > 0;
    if (on_front || row_number % step == 0) data["points"].push_back(point_json(row, on_front));
    ++row_number;
  });
  data["left_out"] = rows - data["points"].size();
  return sweep_page_html(data, title(sweep),
                         fmt::format("{} design points, simulated by rowflow {}", rows, results.about("version")));
}

}  // namespace rowflow
