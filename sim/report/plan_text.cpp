#include <fmt/format.h>

#include "sim/report/run_text.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

std::string stage_table(const Plan& plan, const TextStyle& style) {
  Table table({{"stage", Align::left, 34}, {"kind", Align::left, 16}, {"steps"}, {"cycles a frame"}, {"latency"}, {"subclusters"}});
  for (const Stage& stage : plan.stages) {
    table.add({stage.name, stage.kind, fmt::format("{}", stage.steps()), thousands(stage_interval(stage)), fmt::format("{}", stage.latency),
               fmt::format("{}", stage.subclusters)});
  }
  return "\n" + style.bold("Stages") + "\n" + table.text(style);
}

std::string buffer_table(const Plan& plan, const TextStyle& style) {
  Table table({{"buffer", Align::left, 44}, {"role", Align::left}, {"level", Align::left, 10}, {"rows"}, {"of"}, {"row bytes"}, {"KiB"}});
  for (const Buffer& buffer : plan.buffers) {
    table.add({buffer.name, std::string(to_string(buffer.role)), buffer.level, fmt::format("{}", buffer.capacity_rows),
               fmt::format("{}", buffer.rows_per_frame), fmt::format("{}", buffer.row_bytes),
               kib(buffer.capacity_rows * buffer.row_bytes)});
  }
  return "\n" + style.bold("Buffers") + "\n" + table.text(style);
}

std::string resource_table(const Plan& plan, const TextStyle& style) {
  Table table({{"resource", Align::left}, {"scope", Align::left}, {"demand"}, {"limit"}});
  for (const ResourceUse& use : plan.fit.resources) table.add({use.name, use.scope, thousands(use.demand), thousands(use.limit)});
  return table.empty() ? "" : "\n" + style.bold("Resources") + "\n" + table.text(style);
}

}  // namespace

std::string plan_text(const Plan& plan, const TextStyle& style) {
  std::string text = shortage_line(plan, style) + heading(plan, style);
  text += fmt::format("  tile height {}, buffers {}: {} KiB\n", plan.tile_height, plan.buffer_policy, kib(total_buffer_bytes(plan)));
  text += fmt::format("  bounds: interval at least {} cycles ({}), latency at least {}\n", thousands(plan.bounds.stage_interval),
                      plan.bounds.stage, thousands(plan.bounds.min_latency));
  text += resource_table(plan, style) + stage_table(plan, style) + buffer_table(plan, style) + "\n";
  for (const std::string& warning : plan.warnings) text += wrap("Note: " + warning);
  return text + assumed_text(plan);
}

}  // namespace rowflow
