#include "sim/report/contexts_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

std::string fps_cell(const RunResult& r, int frames) {
  const auto fps = batch_fps(r, frames);
  return fps ? fmt::format("{:.0f}", *fps) : "–";
}

std::string ms_cell(const RunResult& r, Cycles cycles) {
  return fmt::format("{:.1f}", milliseconds(r.plan, static_cast<double>(cycles)));
}

}  // namespace

bool in_contexts(const Comparison& comparison) {
  return std::any_of(comparison.rows.begin(), comparison.rows.end(),
                     [](const ComparisonRow& row) { return row.iso_throughput.several != nullptr; });
}

std::string contexts_comparison_table(const Comparison& comparison, const TextStyle& style) {
  int batch = 8;
  for (const ComparisonRow& row : comparison.rows)
    if (row.iso_throughput.several) batch = row.iso_throughput.several->batch;
  std::vector<Column> columns{
      {"T"},           {"con-\ntexts"},     {"\nfps\nbatch 1"}, {fmt::format("\nfps\nbatch {}", batch)},
      {"latency\nms"}, {"fill,\ndrain\nms"}};
  for (const Column& column : stall_columns()) columns.push_back(column);
  columns.push_back({"limited by", Align::left});
  for (const Column& column : memory_columns()) columns.push_back(column);
  Table table(columns);
  const RunResult& first = comparison.rows.front().iso_throughput;
  for (const ComparisonRow& row : comparison.rows) {
    const RunResult& r = row.iso_throughput;
    const bool ran = r.status == RunStatus::ok && r.latency.isolated.has_value();
    std::vector<std::string> cells{row.label,
                                   r.several ? fmt::format("{}", r.several->list.size()) : "1",
                                   fps_cell(r, 1),
                                   fps_cell(r, batch),
                                   ran ? ms_cell(r, *r.latency.isolated) : "–",
                                   r.several ? ms_cell(r, batch_time(*r.several, 1).fill_drain) : "–"};
    for (std::string& cell : stall_cells(r)) cells.push_back(std::move(cell));
    cells.push_back(limit_name(r));
    for (std::string& cell : memory_cells(r, first)) cells.push_back(std::move(cell));
    table.add(std::move(cells));
  }
  return table.text(style);
}

std::string contexts_ranges_table(const Comparison& comparison, const TextStyle& style) {
  Table table({{"T"}, {"batch"}, {"fps"}, {"lowest"}, {"highest"}});
  for (const ComparisonRow& row : comparison.rows) {
    const RunResult& r = row.iso_throughput;
    if (!r.several) continue;
    for (const int frames : std::set<int>{1, 8, r.several->batch}) {
      const BatchRange range = batch_range(*r.several, frames);
      const auto at = [&](Cycles cycles) { return fmt::format("{:.1f}", fps_of_batch(r, cycles, frames)); };
      table.add({row.label, fmt::format("{}", frames), fmt::format("{:.1f}", *batch_fps(r, frames)), at(range.high),
                 at(range.low)});
    }
  }
  return "\n" +
         style.bold(
             "Over the ranges of context_switch, reload_per_byte and stored_weight_bits, reloads overlapping or "
             "not") +
         "\n" + table.text(style);
}

}  // namespace rowflow
