#include "sim/cli/sweep_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/json_text.hpp"
#include "sim/report/version.hpp"
#include "sim/studies/sweep/results_csv.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_lines = 20;
constexpr std::size_t id_digits = 8;  // enough to tell points apart, short enough to type

double number(const StoredRow& stored, const char* column) {
  const Cell& value = stored.row.figures[point_column(column)];
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  const auto* real = std::get_if<double>(&value);
  return real != nullptr ? *real : 0;
}

/// Milliseconds; folders of older versions have the paced one alone.
double latency(const StoredRow& row) {
  const double ms = number(row, "latency_ms");
  return ms > 0 ? ms : number(row, "paced_ms");
}

std::string with_commas(std::int64_t value) {
  std::string digits = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string kib(const StoredRow& row) {
  return with_commas((static_cast<std::int64_t>(number(row, "buffer_bytes")) + 1023) / 1024);
}

std::string words_of(const StoredRow& row) {
  return settings_words(settings_from(nlohmann::json::parse(row.settings)));
}

std::vector<std::string> cells(const StoredRow& row, bool penalties) {
  std::vector<std::string> cells{row.row.id.substr(0, id_digits),
                                 fmt::format("{:.1f}", number(row, "fps")),
                                 fmt::format("{:.3f}", latency(row)),
                                 kib(row),
                                 with_commas(static_cast<std::int64_t>(number(row, "buffer_cuts"))),
                                 fmt::format("{:.2f}%", 100 * number(row, "excite_share")),
                                 number(row, "frame_mj") > 0 ? fmt::format("{:.2f}", number(row, "frame_mj")) : "–"};
  if (penalties) cells.push_back(fmt::format("{:.4g}", number(row, "penalty")));
  cells.push_back(words_of(row));
  return cells;
}

std::string counts(const SweepSummary& summary) {
  std::uint64_t total = 0;
  std::string text;
  for (const auto& [status, count] : summary.count) {
    total += count;
    text += fmt::format(", {} {}", count, status);
  }
  return fmt::format("{} points{}", total, text);
}

std::string best_line(const char* what, const std::optional<StoredRow>& row) {
  if (!row) return fmt::format("{}: no point is within the limits\n", what);
  return wrap(fmt::format("{}: {} ({:.1f} fps, {:.3f} ms, {} KiB): {}", what, row->row.id.substr(0, id_digits),
                          number(*row, "fps"), latency(*row), kib(*row), words_of(*row)),
              2);
}

std::string limits_text(const Limits& limits) {
  std::string text;
  if (limits.most_buffer_bytes)
    text += fmt::format(" within {} KiB of buffers", with_commas(*limits.most_buffer_bytes / 1024));
  if (limits.least_fps) text += fmt::format("{} at {} fps or more", text.empty() ? "" : " and", *limits.least_fps);
  return text;
}

Json cell_json(const Cell& cell, CellType type) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell))
    return type == CellType::boolean ? Json(*integer != 0) : Json(*integer);
  if (const auto* real = std::get_if<double>(&cell)) return *real;
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return nullptr;
}

Json row_json(const StoredRow& stored) {
  Json json = {{"id", stored.row.id},
               {"position", *stored.position},
               {"settings", Json::parse(stored.settings)},
               {"status", stored.row.status}};
  for (std::size_t c = 0; c < stored.row.figures.size(); ++c) {
    json[point_columns()[c].name] = cell_json(stored.row.figures[c], point_columns()[c].type);
  }
  return json;
}

std::string network_text(const SummaryOfNetwork& network, bool several, const Limits& limits, const TextStyle& style) {
  const std::string what = several ? "Pareto front of " + network.network : "Pareto front";
  std::string text = "\n" +
                     style.bold(fmt::format("{}: {} points; none beats another in fps, latency, bytes, memory cuts{}",
                                            what, network.front.size(),
                                            network.penalties ? ", excite work and penalty" : " and excite work")) +
                     "\n";
  std::vector<Column> columns{{"point", Align::left}, {"fps"},        {"latency\nms"}, {"buffers\nKiB"}, {"cuts"},
                              {"excite\nMACs"},       {"mJ a\nframe"}};
  if (network.penalties) columns.push_back({"penalty"});
  columns.push_back({"settings", Align::left});
  Table table(columns);
  const std::size_t step = (network.front.size() + most_lines - 1) / most_lines;
  for (std::size_t i = 0; i < network.front.size(); i += step) table.add(cells(network.front[i], network.penalties));
  text += table.text(style);
  if (step > 1) text += fmt::format("  every {}th is shown; --format json has all\n", step);
  if (network.no_penalty > 0)
    text += wrap(fmt::format("  Not of the front, as the file has no penalty of theirs: {} point{} that ran.",
                             network.no_penalty, network.no_penalty == 1 ? "" : "s"),
                 2);
  if (limits.most_buffer_bytes || limits.least_fps) {
    text += "\n";
    text += best_line(fmt::format("Fastest{}", limits_text(limits)).c_str(), network.fastest);
    text += best_line(fmt::format("Smallest{}", limits_text(limits)).c_str(), network.smallest);
  }
  return text;
}

Json network_json(const SummaryOfNetwork& network) {
  Json json = {{"network", network.network}, {"pareto", Json::array()}};
  for (const StoredRow& row : network.front) json["pareto"].push_back(row_json(row));
  json["fastest"] = network.fastest ? row_json(*network.fastest) : Json();
  json["smallest"] = network.smallest ? row_json(*network.smallest) : Json();
  return json;
}

}  // namespace

std::string sweep_text(const SweepHeading& heading, const SweepSummary& summary, const Limits& limits,
                       const TextStyle& style) {
  std::string text = heading.first_line + "\n" +
                     wrap(fmt::format("{} in {}/results.sqlite and results.csv", counts(summary), heading.folder));
  if (summary.networks.empty()) return text + "No point ran: the column reason of results.csv says why.\n";
  for (const SummaryOfNetwork& network : summary.networks)
    text += network_text(network, summary.networks.size() > 1, limits, style);
  return text + fmt::format("\n`rowflow run --point {}:ID` runs any of them again.\n", heading.folder);
}

std::string sweep_summary_json(const SweepHeading& heading, const SweepSummary& summary, const Limits& limits) {
  Json json = {
      {"schema", "rowflow.sweep/2"}, {"version", version()}, {"folder", heading.folder}, {"points", summary.expected}};
  json["rows"] = Json::object();
  for (const auto& [status, count] : summary.count) json["rows"][status] = count;
  json["objectives"] = Json::array();
  for (const Objective& objective : summary.objectives)
    json["objectives"].push_back({{"column", objective.column}, {"better", objective.larger ? "larger" : "smaller"}});
  json["limits"] = {{"max_buffer_kib", limits.most_buffer_bytes ? Json(*limits.most_buffer_bytes / 1024) : Json()},
                    {"min_fps", limits.least_fps ? Json(*limits.least_fps) : Json()}};
  json["networks"] = Json::array();
  for (const SummaryOfNetwork& network : summary.networks) json["networks"].push_back(network_json(network));
  return json_text(json, 1) + "\n";
}

}  // namespace rowflow
