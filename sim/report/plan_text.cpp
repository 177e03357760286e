#include "sim/report/plan_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/report/fit_text.hpp"
#include "sim/report/text_parts.hpp"

namespace rowflow {

namespace {

/// Of the physical layers, and last where the join is.
std::string clusters_of(const Stage& stage) {
  if (stage.cluster < 0) return "";
  std::vector<int> clusters(stage.part_clusters);
  if (clusters.empty() || clusters.back() != stage.cluster) clusters.push_back(stage.cluster);
  clusters.erase(std::unique(clusters.begin(), clusters.end()), clusters.end());
  return fmt::format("{}", fmt::join(clusters, "/"));
}

std::string stage_table(const Plan& plan, const TextStyle& style) {
  Table table({{"stage", Align::left, 32},
               {"kind", Align::left, 14},
               {"steps"},
               {"cycles\na frame"},
               {"latency"},
               {"sub-\nclusters"},
               {"physical\nlayers"},
               {"clusters"},
               {"weights\nKiB"}});
  for (const Stage& stage : plan.stages) {
    table.add({stage.name, std::string(to_string(stage.kind)), fmt::format("{}", stage.steps()),
               thousands(stage_interval(stage)), fmt::format("{}", stage.latency), fmt::format("{}", stage.subclusters),
               stage.physical_layers > 0 ? fmt::format("{}", stage.physical_layers) : "", clusters_of(stage),
               stage.weight_bytes > 0 ? kib(stage.weight_bytes) : ""});
  }
  return "\n" + style.bold("Stages") + "\n" + table.text(style);
}

std::string buffer_table(const Plan& plan, const TextStyle& style) {
  Table table({{"buffer", Align::left, 44},
               {"role", Align::left},
               {"level", Align::left, 10},
               {"rows"},
               {"of"},
               {"row bytes"},
               {"KiB"},
               {"cuts"}});
  for (const Buffer& buffer : plan.buffers) {
    table.add({buffer.name, std::string(to_string(buffer.role)), std::string(to_string(buffer.level)),
               fmt::format("{}", buffer.capacity_rows), fmt::format("{}", buffer.rows_per_frame),
               fmt::format("{}", buffer.row_bytes), kib(buffer.capacity_rows * buffer.row_bytes),
               fmt::format("{}", buffer.cuts)});
  }
  return "\n" + style.bold("Buffers") + "\n" + table.text(style);
}

std::string resource_table(const Plan& plan, const TextStyle& style) {
  Table table({{"resource", Align::left}, {"scope", Align::left}, {"demand"}, {"limit"}});
  for (const ResourceUse& use : plan.fit.resources)
    table.add({use.name, use.scope, thousands(use.demand), thousands(use.limit)});
  return table.empty() ? "" : "\n" + style.bold("Resources") + "\n" + table.text(style);
}

std::string pipeline_text(const Plan& plan, const TextStyle& style) {
  std::string text = fmt::format("  tile height {}, buffers {}{}: {} KiB\n", height_words(plan),
                                 to_string(plan.buffer_policy), goal_words(plan), kib(total_buffer_bytes(plan)));
  text +=
      wrap(fmt::format("  bounds: interval at least {} cycles ({}), latency at least {}",
                       thousands(plan.bounds.stage_interval), plan.bounds.stage, thousands(plan.bounds.min_latency)),
           4);
  if (plan.bounds.device_interval > 0)
    text += fmt::format("  of any allocation on this device: interval at least {} cycles\n",
                        thousands(plan.bounds.device_interval));
  text += memory_lines(plan) + not_fitting_text(plan, style) + utilisation_table(plan, style) +
          resource_table(plan, style) + stage_table(plan, style) + buffer_table(plan, style) + "\n";
  for (const std::string& warning : plan.warnings) text += wrap("Note: " + warning);
  return text;
}

}  // namespace

std::string contexts_plan_text(const Contexts& contexts, const TextStyle& style, const NextStep& next) {
  std::string text = heading(contexts.whole, style) + verdict_text(verdict(contexts), next, style) + "\n";
  for (std::size_t c = 0; c < contexts.list.size(); ++c) {
    const ContextPlan& context = contexts.list[c];
    text += style.bold(fmt::format("Context {} of {}", c + 1, contexts.list.size())) +
            fmt::format(": switch {} cycles, reload {} cycles for {} KiB of weights\n",
                        thousands(context.overhead.context_switch), thousands(context.overhead.reload),
                        kib(context.weight_bytes));
    if (!context.cut_blocks.empty())
      text += wrap(fmt::format("  begins within {}", fmt::join(context.cut_blocks, ", ")), 2);
    text += pipeline_text(context.plan, style) + "\n";
  }
  Provenance all = contexts.whole;
  for (const ContextPlan& context : contexts.list) add_assumed(all, context.plan.assumed);
  return text + assumed_text(all, style);
}

std::string plan_text(const Plan& plan, const TextStyle& style, const NextStep& next) {
  return heading(plan, style) + verdict_text(verdict(plan), next, style) + "\n" + pipeline_text(plan, style) +
         assumed_text(plan, style);
}

}  // namespace rowflow
