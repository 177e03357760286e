#include "sim/report/contexts_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

/// "65 (54–92)".
std::string fps_cell(const RunResult& r, int frames) {
  const auto fps = batch_fps(r, frames);
  if (!fps) return "–";
  if (!r.several) return fmt::format("{:.0f}", *fps);
  const BatchRange range = batch_range(*r.several, frames);
  const auto at = [&](Cycles cycles) { return frames_per_second(r.plan, static_cast<double>(cycles) / frames); };
  return fmt::format("{:.0f} ({:.0f}–{:.0f})", *fps, at(range.high), at(range.low));
}

std::string ms_cell(const RunResult& r, Cycles cycles) {
  return fmt::format("{:.1f}", milliseconds(r.plan, static_cast<double>(cycles)));
}

std::int64_t cuts_of_context(const Plan& plan) {
  return chip_demand(plan, "l3_cuts").value_or(0) + chip_demand(plan, "l4_cuts").value_or(0);
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
  Table table({{"T"},
               {"con-\ntexts"},
               {"fps\nbatch 1"},
               {fmt::format("fps\nbatch {}", batch)},
               {"latency\nms"},
               {"fill,\ndrain"},
               {"largest\ncuts"},
               {"pipeline\nbuffering"},
               {"host\nMB"},
               {"limited by", Align::left, 28}});
  for (const ComparisonRow& row : comparison.rows) {
    const RunResult& r = row.iso_throughput;
    const bool ran = r.status == RunStatus::ok && r.latency.isolated.has_value();
    table.add({row.label, r.several ? fmt::format("{}", r.several->list.size()) : "1", fps_cell(r, 1),
               fps_cell(r, batch), ran ? ms_cell(r, *r.latency.isolated) : "–",
               r.several ? ms_cell(r, batch_time(*r.several, 1).fill_drain) : "–",
               fmt::format("{}", largest(r, cuts_of_context)),
               thousands(pipeline_buffering_elements(r.plan)),
               fmt::format("{:.2f}", static_cast<double>(inter_context_bytes(r)) / 1e6), limit_name(r)});
  }
  return table.text(style);
}

}  // namespace rowflow
