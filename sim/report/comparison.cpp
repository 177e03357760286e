#include "sim/report/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"
#include "sim/report/contexts_comparison.hpp"
#include "sim/report/recommend.hpp"
#include "sim/report/text_parts.hpp"
#include "sim/report/verdict.hpp"

namespace rowflow {

namespace {

std::string status_word(const RunResult& result) {
  return result.status == RunStatus::deadlock       ? "deadlock"
         : result.status == RunStatus::does_not_fit ? "does not fit"
                                                    : "";
}

/// "Lacks memory: T = full, 28.", a line a resource that some heights lack and others do not, or not alike.
std::string own_shortages(const Comparison& comparison) {
  std::map<std::string, std::vector<std::string>> heights;
  for (const ComparisonRow& row : comparison.rows) {
    for (const ResourceUse& use : row.iso_throughput.plan.fit.resources) {
      if (use.demand <= use.limit || lacked_by_all(comparison, use)) continue;
      std::vector<std::string>& labels = heights[resource_word(use.name)];
      if (labels.empty() || labels.back() != row.label) labels.push_back(row.label);  // several clusters may lack it
    }
  }
  std::string text;
  for (const auto& [resource, labels] : heights)
    text += wrap(fmt::format("The device lacks {} for T = {}.", resource, fmt::join(labels, ", ")));
  return text;
}

void append(std::vector<Column>& columns, const std::vector<Column>& more) {
  columns.insert(columns.end(), more.begin(), more.end());
}

void append(std::vector<std::string>& cells, const std::vector<std::string>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
}

std::string iso_throughput_table(const Comparison& c, const TextStyle& style) {
  std::vector<Column> columns{{"T"}, {"fps"}, {"latency\nms"}, {"Δ"}};
  append(columns, stall_columns());
  columns.push_back({"limited by", Align::left});
  append(columns, memory_columns());
  Table table(columns);
  const RunResult& first = c.rows.front().iso_throughput;
  for (const ComparisonRow& row : c.rows) {
    const RunResult& result = row.iso_throughput;
    std::vector<std::string> cells{row.label, fps_text(result), latency_text(result), ""};
    if (result.latency.paced && first.latency.paced)
      cells.back() = change_text(*result.latency.paced, *first.latency.paced, &result == &first);
    append(cells, stall_cells(result));
    cells.push_back(limit_name(result));
    append(cells, memory_cells(result, first));
    table.add(std::move(cells));
  }
  return table.text(style);
}

std::string iso_memory_table(const Comparison& c, const TextStyle& style) {
  Table table({{"T"}, {"fps"}, {"Δ"}, {"latency\nms"}, {"Δ"}, {"buffers\nKiB"}, {"limited by", Align::left}});
  const RunResult& first = *c.rows.front().iso_memory;
  for (std::size_t r = 0; r < c.rows.size(); ++r) {
    const RunResult& result = *c.rows[r].iso_memory;
    const auto fps = frames_per_second(result);
    const std::string status = status_word(result);
    const double first_fps = frames_per_second(first).value_or(0);
    table.add({c.rows[r].label, fps_text(result), fps ? change_text(*fps, first_fps, r == 0) : "", latency_text(result),
               result.latency.paced ? change_text(*result.latency.paced, first.latency.paced.value_or(0), r == 0) : "",
               rounded_kib(largest(result, total_buffer_bytes)), status.empty() ? limit_name(result) : status});
  }
  return table.text(style);
}

bool same_speed(const Comparison& c) {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (const ComparisonRow& row : c.rows) {
    const double fps = frames_per_second(row.iso_throughput).value_or(0);
    least = std::min(least, fps);
    most = std::max(most, fps);
  }
  return least > 0 && most - least <= 1e-6 * most;
}

std::string same_speed_sentence(const Comparison& c) {
  if (c.rows.front().iso_throughput.plan.se_blocks.empty() || !same_speed(c)) return "";
  return wrap("These tile heights reach the same throughput; they differ in latency and memory.");
}

std::string memory_view(const Comparison& c, const TextStyle& style) {
  const bool shown = c.budget && std::all_of(c.rows.begin(), c.rows.end(),
                                             [](const ComparisonRow& row) { return row.iso_memory.has_value(); });
  if (!shown) return c.no_budget_reason.empty() ? "" : "\n" + wrap("Same memory: " + c.no_budget_reason);
  const std::string whose = c.budget_from_device ? " (what the device leaves after weights)" : "";
  const bool spare = std::all_of(c.rows.begin(), c.rows.end(), [&](const ComparisonRow& row) {
    return row.iso_memory->status == RunStatus::ok && on_chip_buffer_bytes(row.iso_throughput.plan) <= *c.budget;
  });
  if (spare) {
    return "\n" +
           wrap(fmt::format(
               "Same memory: {} KiB for all buffers{} hold the buffers above at every tile height, so throughput and "
               "latency are the same as there; --buffer-kib N shows a tighter budget.",
               kib(*c.budget), whose));
  }
  return "\n" +
         style.bold(
             wrap(fmt::format("Same memory: what each reaches with {} KiB for all buffers{}", kib(*c.budget), whose))) +
         iso_memory_table(c, style);
}

bool has_penalties(const Comparison& comparison) {
  return std::any_of(comparison.rows.begin(), comparison.rows.end(),
                     [](const ComparisonRow& row) { return row.iso_throughput.penalty.has_value(); });
}

std::string penalty_cell(const ComparisonRow& row) {
  return row.iso_throughput.penalty ? fmt::format("{:.4g}", *row.iso_throughput.penalty) : "–";
}

std::string penalties_line(const Comparison& comparison) {
  if (!has_penalties(comparison)) return "";
  std::string text;
  for (const ComparisonRow& row : comparison.rows)
    text += fmt::format("{}T = {} {}", text.empty() ? "" : ", ", row.label, penalty_cell(row));
  return wrap(fmt::format("Penalties in accuracy, as the file has them: {}.", text));
}

std::string advice_text(const Comparison& comparison) {
  const auto& advice = comparison.recommended;
  return wrap(advice.row ? fmt::format("Recommended: T = {}: {}.", comparison.rows[*advice.row].label, advice.reason)
                         : fmt::format("No recommendation: {}.", advice.reason));
}

std::string stall_note(const Comparison& comparison) {
  if (comparison.rows.front().iso_throughput.plan.se_blocks.empty()) return "";
  return "Stalls are shares of time in the steady regime paced at the interval: of the stages that feed SE blocks, "
         "blocked; of the busiest stage, starved; of the scale stages, waiting for their excite vector. ";
}

std::string contexts_view(const Comparison& comparison, const TextStyle& style) {
  std::string text =
      style.bold(wrap("Each tile height T, in contexts one after another: throughput, latency, stalls; memory")) +
      contexts_comparison_table(comparison, style) + "\n";
  if (style.verbose) text += contexts_ranges_table(comparison, style) + "\n";
  return text + penalties_line(comparison) + advice_text(comparison) +
         wrap(stall_note(comparison) +
              "Latency: a batch of 1; fill, drain: the part of it in which pipelines fill and drain. Memory: the most "
              "that a context takes. Accuracy is not predicted.");
}

std::string one_context_view(const Comparison& comparison, const TextStyle& style) {
  std::string text =
      style.bold(wrap(fmt::format("Each tile height T, buffers {}: throughput, latency, stalls; memory",
                                  to_string(comparison.rows.front().iso_throughput.plan.buffer_policy))));
  text += iso_throughput_table(comparison, style) + own_shortages(comparison) + same_speed_sentence(comparison);
  if (style.verbose || !comparison.budget_from_device) text += memory_view(comparison, style);
  return text + "\n" + penalties_line(comparison) + advice_text(comparison) +
         wrap(stall_note(comparison) +
              fmt::format("Δ against T = {}. Latency: source paced at the steady interval. Accuracy is not predicted.",
                          comparison.rows.front().label));
}

/// As the table above the advice has them: the other view counts only where its budget was asked for.
std::vector<ComparisonRow> shown_rows(const Comparison& comparison) {
  std::vector<ComparisonRow> rows = comparison.rows;
  if (comparison.budget_from_device)
    for (ComparisonRow& row : rows) row.iso_memory.reset();
  return rows;
}

}  // namespace

Rows rows_of_label(const std::string& label) {
  const bool number = !label.empty() && label.size() < 18 && label.find_first_not_of("0123456789") == std::string::npos;
  return number ? std::stoll(label) : std::numeric_limits<Rows>::max();
}

Comparison compare(std::vector<ComparisonRow> rows, std::optional<Bytes> budget, bool budget_from_device,
                   const std::string& no_budget_reason, const Preferences& preferences) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return rows_of_label(a.label) > rows_of_label(b.label); });
  Comparison comparison{std::move(rows), budget, budget_from_device, no_budget_reason, {}};
  comparison.recommended = recommend(shown_rows(comparison), preferences);
  return comparison;
}

std::string comparison_text(const Comparison& comparison, const TextStyle& style, const NextStep& next) {
  if (comparison.rows.empty()) return "";
  const RunResult& first = comparison.rows.front().iso_throughput;
  const RunResult& best = comparison.rows[comparison.recommended.row.value_or(0)].iso_throughput;
  Provenance all;
  for (const ComparisonRow& row : comparison.rows) add_assumed(all, row.iso_throughput.plan.assumed);
  return heading(first.plan, style) + verdict_text(verdict(comparison), next, style) + "\n" +
         (in_contexts(comparison) ? contexts_view(comparison, style) : one_context_view(comparison, style)) +
         assumed_line(best, all, style);
}

}  // namespace rowflow
