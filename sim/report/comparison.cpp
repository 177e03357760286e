#include "sim/report/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"
#include "sim/report/contexts_comparison.hpp"
#include "sim/report/energy_text.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

Rows order(const std::string& label) {
  const bool number = !label.empty() && label.size() < 18 && label.find_first_not_of("0123456789") == std::string::npos;
  return number ? std::stoll(label) : std::numeric_limits<Rows>::max();
}

/// "−42%" of a value against the first row's; empty for the first row itself.
std::string change(double value, double first, bool is_first) {
  if (is_first || first == 0) return "";
  const double percent = 100 * (value - first) / first;
  if (std::abs(percent) < 0.5) return "±0%";
  return fmt::format("{}{:.0f}%", percent < 0 ? "−" : "+", std::abs(percent));
}

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

std::string iso_throughput_table(const Comparison& c, const TextStyle& style) {
  Table table({{"T"},
               {"fps"},
               {"latency\nms"},
               {"Δ"},
               {"bypass\nKiB"},
               {"buffers\nKiB"},
               {"Δ"},
               {"pipeline\nbuffering"},
               {"Δ"},
               {"excite\nMACs"},
               {"mJ a\nframe"},
               {"limited by", Align::left}});
  for (std::size_t r = 0; r < c.rows.size(); ++r) {
    const RunResult& result = c.rows[r].iso_throughput;
    const RunResult& first = c.rows.front().iso_throughput;
    const double bytes = static_cast<double>(total_buffer_bytes(result.plan));
    const double elements = static_cast<double>(pipeline_buffering_elements(result.plan));
    table.add({c.rows[r].label, fps_text(result), latency_text(result),
               result.latency.paced ? change(*result.latency.paced, first.latency.paced.value_or(0), r == 0) : "",
               rounded_kib(buffer_bytes(result.plan, BufferRole::se_bypass)),
               rounded_kib(total_buffer_bytes(result.plan)),
               change(bytes, static_cast<double>(total_buffer_bytes(first.plan)), r == 0),
               thousands(pipeline_buffering_elements(result.plan)),
               change(elements, static_cast<double>(pipeline_buffering_elements(first.plan)), r == 0),
               fmt::format("{:.2f}%", 100 * excite_share(result.plan)), energy_cell(result), limit_name(result)});
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
    table.add({c.rows[r].label, fps_text(result), fps ? change(*fps, first_fps, r == 0) : "", latency_text(result),
               result.latency.paced ? change(*result.latency.paced, first.latency.paced.value_or(0), r == 0) : "",
               rounded_kib(total_buffer_bytes(result.plan)), status.empty() ? limit_name(result) : status});
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
  return wrap(
      "All tile heights reach the same throughput: with these buffers the tile height decides memory and latency, not "
      "speed.");
}

std::string title(const Comparison& c) {
  const BufferPolicy policy = c.rows.front().iso_throughput.plan.buffer_policy;
  if (policy != BufferPolicy::full_rate) return fmt::format("Buffers by policy: {}", to_string(policy));
  if (same_speed(c)) return "Same throughput: the memory that each tile height T takes at its full-rate depths";
  return "Full-rate depths: what each tile height T reaches, and the memory that it takes";
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
  return fmt::format("\n{}\n", style.bold(fmt::format("Same memory: what each reaches with {} KiB for all buffers{}",
                                                      kib(*c.budget), whose))) +
         iso_memory_table(c, style);
}

std::string advice_text(const Comparison& comparison) {
  const auto& advice = comparison.recommended;
  return wrap(advice.row ? fmt::format("Recommended: T = {}: {}.", comparison.rows[*advice.row].label, advice.reason)
                         : fmt::format("No recommendation: {}.", advice.reason));
}

std::string contexts_text(const Comparison& comparison, const TextStyle& style) {
  const RunResult& first = comparison.rows.front().iso_throughput;
  std::string text = heading(first.plan, style);
  text +=
      "\n" +
      style.bold(fmt::format("Several contexts, one after another, buffers {}", to_string(first.plan.buffer_policy))) +
      "\n";
  text += contexts_comparison_table(comparison, style) + "\n" + advice_text(comparison);
  text += wrap(
      "fps: in parentheses over the ranges of the device's context_switch, reload_per_byte and stored_weight_bits, "
      "with "
      "and without reloads that overlap. Latency: a batch of 1; fill, drain: the part of it in which pipelines fill "
      "and "
      "drain, ms. Cuts: of the context that takes most. Host: tensors between contexts, a frame. Pipeline "
      "buffering: elements, the published metric. Accuracy is not predicted.");
  return text + assumed_text(first.plan);
}

}  // namespace

Comparison compare(std::vector<ComparisonRow> rows, std::optional<Bytes> budget, bool budget_from_device,
                   const std::string& no_budget_reason) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return order(a.label) > order(b.label); });
  Comparison comparison{std::move(rows), budget, budget_from_device, no_budget_reason, {}};
  comparison.recommended = recommend(comparison.rows);
  return comparison;
}

std::string comparison_text(const Comparison& comparison, const TextStyle& style) {
  if (comparison.rows.empty()) return "";
  const RunResult& first = comparison.rows.front().iso_throughput;
  if (in_contexts(comparison)) return contexts_text(comparison, style);
  std::string text = common_shortage(comparison, style) + heading(first.plan, style);
  text += "\n" + style.bold(title(comparison)) + "\n";
  text += iso_throughput_table(comparison, style) + own_shortages(comparison) + same_speed_sentence(comparison) +
          memory_view(comparison, style) + "\n";
  text += advice_text(comparison);
  text +=
      wrap(fmt::format("Δ against T = {}. Latency: source paced at the steady interval. Pipeline buffering: elements, "
                       "the published metric. "
                       "Accuracy is not predicted.",
                       comparison.rows.front().label));
  return text + assumed_text(first.plan);
}

}  // namespace rowflow
