#include "sim/report/text_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/stalls.hpp"
#include "sim/report/energy_text.hpp"

namespace rowflow {

std::string rounded_kib(Bytes bytes) { return thousands((bytes + 512) / 1024); }

std::string thousands(std::int64_t count) {
  std::string digits = fmt::format("{}", count);
  const std::size_t sign = count < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string kib(Bytes bytes) {
  const std::int64_t tenths = (bytes * 10 + 512) / 1024;
  return fmt::format("{}.{}", thousands(tenths / 10), tenths % 10);
}

std::string share_text(const std::optional<double>& share) {
  if (!share) return "–";
  if (*share > 0 && *share < 0.005) return "<1 %";
  return fmt::format("{:.0f} %", 100 * *share);
}

std::string megabytes(Bytes bytes) {
  return bytes == 0 ? "0" : fmt::format("{:.2f}", static_cast<double>(bytes) / 1e6);
}

std::vector<Column> stall_columns() {
  return {{"SE pro-\nducers\nblocked"}, {"bottle-\nneck\nstarved"}, {"wait\nfor\nvector"}};
}

std::vector<std::string> stall_cells(const RunResult& result) {
  const auto stalls = stall_shares(result);
  if (!stalls) return {"–", "–", "–"};
  return {stalls->se_producers ? share_text(stalls->se_producers->blocked) : "–",
          share_text(stalls->bottleneck.starved), share_text(stalls->vector_wait)};
}

std::string change_text(double value, double first, bool is_first) {
  if (is_first || first == 0) return "";
  const double percent = 100 * (value - first) / first;
  if (std::abs(percent) < 0.5) return "±0%";
  return fmt::format("{}{:.0f}%", percent < 0 ? "−" : "+", std::abs(percent));
}

/// What is spilled of all contexts, and what lies between them.
static Bytes host_bytes(const RunResult& result) {
  return spilled_bytes(result.plan, MemoryLevel::host) + inter_context_bytes(result);
}

std::vector<Column> memory_columns() {
  constexpr int group = 1;
  std::vector<Column> columns{{"SE by-\npasses\nKiB"},
                              {"all\nbuffers\nKiB"},
                              {"\nΔ"},
                              {"L3+L4\ncuts"},
                              {"pipeline\nbuffering\nelements"},
                              {"\nΔ"},
                              {"host\nlink\nMB"},
                              {"excite\nMACs"},
                              {"mJ a\nframe"}};
  for (Column& column : columns) column.group = group;
  return columns;
}

std::vector<std::string> memory_cells(const RunResult& result, const RunResult& first) {
  const bool is_first = &result == &first;
  const auto real = [](std::int64_t count) { return static_cast<double>(count); };
  const Bytes buffers = largest(result, total_buffer_bytes);
  const Elements elements = pipeline_buffering_elements(result.plan);
  return {rounded_kib(largest(result, [](const Plan& p) { return buffer_bytes(p, BufferRole::se_bypass); })),
          rounded_kib(buffers),
          change_text(real(buffers), real(largest(first, total_buffer_bytes)), is_first),
          thousands(largest(result, chip_cuts)),
          thousands(elements),
          change_text(real(elements), real(pipeline_buffering_elements(first.plan)), is_first),
          megabytes(host_bytes(result)),
          fmt::format("{:.2f}%", 100 * excite_share(result.plan)),
          energy_cell(result)};
}

std::string fps_text(const RunResult& result) {
  const auto fps = frames_per_second(result);
  return fps ? fmt::format("{:.1f}", *fps) : "–";
}

std::string latency_text(const RunResult& result) {
  const auto latency = milliseconds(result.plan, result.latency.paced);
  return latency ? fmt::format("{:.3f}", *latency) : "–";
}

/// A count with its decimal prefix and unit: "1.00 GMAC", "9280 MAC".
static std::string with_prefix(std::int64_t count, const char* unit) {
  const auto value = static_cast<double>(count);
  if (count >= 100'000'000) return fmt::format("{:.2f} G{}", value / 1e9, unit);
  if (count >= 100'000) return fmt::format("{:.2f} M{}", value / 1e6, unit);
  return fmt::format("{} {}", count, unit);
}

static std::string inputs_text(const NetworkSummary& network) {
  std::string text = fmt::format("{}×{}×{}", network.height, network.width, network.channels);
  for (const InputSummary& input : network.further_inputs)
    text += fmt::format(" and {} {}×{}×{}", input.name, input.height, input.width, input.channels);
  return text;
}

std::string heading(const Plan& plan, const TextStyle& style) {
  const NetworkSummary& n = plan.network;
  const std::string what = fmt::format("{} on {}", n.name, plan.device.name);
  const std::string text =
      wrap(fmt::format("{}: {}, {}, {}, {} SE blocks, {} stages", what, inputs_text(n), with_prefix(n.macs, "MAC"),
                       n.parameters >= 100'000 ? with_prefix(n.parameters, " parameters")
                                               : with_prefix(n.parameters, "parameters"),
                       plan.se_blocks.size(), plan.stages.size()),
           2);
  return text.rfind(what, 0) == 0 ? style.bold(what) + text.substr(what.size())
                                  : text;  // a name of a whole line is wrapped, not bold
}

std::string height_words(const Plan& plan) {
  const auto cumulative = std::count_if(plan.se_blocks.begin(), plan.se_blocks.end(),
                                        [](const SeBlock& block) { return block.cumulative; });
  const bool all = cumulative == static_cast<std::ptrdiff_t>(plan.se_blocks.size());
  return plan.tile_height + (cumulative == 0 ? "" : all ? " (cumulative)" : " (some cumulative)");
}

std::string goal_words(const Plan& plan) {
  return (plan.goal != Goal::throughput ? fmt::format(" for {}", to_string(plan.goal)) : "") +
         (plan.target_fps > 0 ? fmt::format(", {:g} fps wanted", plan.target_fps) : "");
}

std::string shortage_line(const Plan& plan, const TextStyle& style) {
  const std::string text = shortage(plan);
  return text.empty() ? "" : style.warn(wrap(text));
}

bool lacked_by_all(const Comparison& comparison, const ResourceUse& use) {
  const auto lacks = [&](const ComparisonRow& row) {
    const auto& resources = row.iso_throughput.plan.fit.resources;
    return std::any_of(resources.begin(), resources.end(), [&](const ResourceUse& other) {
      return other.name == use.name && other.scope == use.scope && other.demand == use.demand &&
             other.demand > other.limit;
    });
  };
  return std::all_of(comparison.rows.begin(), comparison.rows.end(), lacks);
}

std::string penalty_line(const RunResult& result) {
  if (!result.penalty) return "";
  return wrap(fmt::format("  penalty      {:.4g} in accuracy, as the file has it", *result.penalty), 15);
}

std::string first_layer(const Plan& plan) {
  for (const Stage& stage : plan.stages)
    if (!is_end_kind(stage.kind)) return stage.name;
  return "";
}

std::string assumed_count(const Provenance& plan) {
  const std::size_t count = plan.assumed.size();
  return count == 1 ? "1 figure is assumed, not measured" : fmt::format("{} figures are assumed, not measured", count);
}

std::string assumed_text(const Provenance& plan, const TextStyle& style) {
  if (plan.assumed.empty()) return "No figure that entered is assumed.\n";
  if (style.verbose) return wrap(fmt::format("Assumed, not measured: {}.", fmt::join(plan.assumed, ", ")));
  return wrap(assumed_count(plan) + " (-v: which; run --sensitivity: their effect).");
}

std::string cuts_words(const RunResult& r) {
  const Plan* most = &r.plan;
  for (std::size_t c = 0; r.several && c < r.several->list.size(); ++c) {
    const Plan& plan = r.several->list[c].context.plan;
    if (c == 0 || chip_cuts(plan) > chip_cuts(*most)) most = &plan;
  }
  const std::int64_t l4 = chip_demand(*most, "l4_cuts").value_or(0);
  return thousands(chip_cuts(*most) - l4) + " L3" + (l4 > 0 ? fmt::format(" + {} L4", thousands(l4)) : "");
}

}  // namespace rowflow
