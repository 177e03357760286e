#include "sim/mapper/sized_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/compile/names.hpp"
#include "sim/mapper/best_plan.hpp"
#include "sim/mapper/fit.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

/// Window − 1 rows that stay, the row being written, and the FIFO's own.
void put_given_depths(const Plan& plan, const EvaluateOptions& options, std::vector<Rows>& capacities) {
  for (std::size_t b = 0; b < capacities.size(); ++b) {
    const auto fifo = options.fifo_rows.find(plan.buffers[b].name);
    if (fifo != options.fifo_rows.end()) capacities[b] = smallest_capacity(plan, static_cast<int>(b)) + fifo->second;
    const auto given = options.capacities.find(plan.buffers[b].name);
    if (given != options.capacities.end()) capacities[b] = given->second;
  }
}

bool cluster_short_of_cuts(const Plan& plan) {
  return std::any_of(plan.fit.resources.begin(), plan.fit.resources.end(), [](const ResourceUse& use) {
    return use.name == "l3_cuts" && use.scope != "chip" && use.demand > use.limit;
  });
}

namespace {

/// Less of what the capacities exceed the budget by, where they do.
void keep_to_budget(Plan& plan, const EvaluateOptions& options, std::vector<Rows>& capacities) {
  if (bytes_of(plan, capacities) <= *options.buffer_budget) return;
  const auto minimal = minimal_capacities(plan);
  auto within = capacities_within(plan, minimal, capacities, *options.buffer_budget);
  capacities = within.empty() ? minimal : std::move(within);
  plan.buffer_policy = BufferPolicy::budget;
  put_given_depths(plan, options, capacities);
  set_capacities(plan, capacities);
  update_memory_fit(plan);
  hold_to_budget(plan, *options.buffer_budget);
}

/// Depths of the policy; those of `options.capacities` stay as they are. The run that gave them, when they are T14's
/// full-rate depths and nothing else.
std::optional<FullRate> size_buffers(Plan& plan, const EvaluateOptions& options, bool within_budget) {
  std::optional<FullRate> sizing;
  if (options.buffers != "minimal") sizing = full_rate(plan);
  std::vector<Rows> capacities = sizing ? sizing->capacities : minimal_capacities(plan);
  put_given_depths(plan, options, capacities);
  const bool given = !options.capacities.empty() || !options.fifo_rows.empty();
  plan.buffer_policy = given ? BufferPolicy::file : enum_of<BufferPolicy>(options.buffers).value_or(BufferPolicy::file);
  set_capacities(plan, capacities);
  update_memory_fit(plan);
  if (within_budget) keep_to_budget(plan, options, capacities);
  if (sizing && sizing->capacities != capacities) sizing.reset();
  return sizing;
}

constexpr int most_rounds = 6;
constexpr double rounding = 1e-6;  // of a rate in whole cycles

/// Depths decide where buffers lie (T15), and that decides depths. What has been found to spill stays so, hence this
/// ends; cuts of the others matter to the placement only where a cluster is short of them. False when nothing new was
/// learnt.
bool learn_memory(const Plan& plan, CompileOptions& options) {
  bool learnt = false;
  const auto spilled = spilled_levels(plan);
  // Rows that waited in a bypass come out of it at once and pile up behind it; from a memory level they come at its
  // pace. So bypasses go first.
  for (const bool bypasses : {true, false}) {
    for (const auto& [name, level] : spilled) {
      const BufferRole role = plan.buffers[static_cast<std::size_t>(find_buffer(plan, name))].role;
      if ((role == BufferRole::se_bypass || role == BufferRole::skip) == bypasses)
        learnt = options.levels.emplace(name, level).second || learnt;
    }
    if (learnt) break;
  }
  if (cluster_short_of_cuts(plan)) {
    std::map<std::string, Bytes> bytes = bytes_in_l3(plan);
    learnt = learnt || bytes != options.buffer_bytes;
    options.buffer_bytes = std::move(bytes);
  }
  return learnt;
}

SizedPlan settled(const Network& network, const Device& device, const EvaluateOptions& options, bool within_budget) {
  CompileOptions compile_options = unsized(options);
  SizedPlan sized{compile(network, device, compile_options), std::nullopt};
  sized.sizing = size_buffers(sized.plan, options, within_budget);
  for (int round = 0; round < most_rounds && learn_memory(sized.plan, compile_options); ++round) {
    sized.plan = compile(network, device, compile_options);
    sized.sizing = size_buffers(sized.plan, options, within_budget);
  }
  return sized;
}

/// Cycles a frame; none when it does not run within its budget.
std::optional<double> interval_of(const Plan& plan) {
  if (!meets_budget(plan)) return std::nullopt;
  const Measurement run = measure_interval(plan);
  return run.completed && run.throughput.interval ? std::optional<double>(run.throughput.interval->value())
                                                  : std::nullopt;
}

/// A budget may be kept by buffers so shallow that all stay on the chip, or by deep ones of which some go to the host's
/// memory, which is no part of it: the faster way, the first if they are alike.
SizedPlan within_budget(const Network& network, const Device& device, const EvaluateOptions& options) {
  SizedPlan shallow = settled(network, device, options, true);
  if (shallow.plan.buffer_policy != BufferPolicy::budget) return shallow;
  SizedPlan spilled = settled(network, device, options, false);
  if (on_chip_buffer_bytes(spilled.plan) == total_buffer_bytes(spilled.plan))
    return shallow;  // nothing goes to the host
  std::vector<Rows> capacities = capacities_of(spilled.plan);
  keep_to_budget(spilled.plan, options, capacities);
  if (spilled.plan.buffer_policy == BufferPolicy::budget) spilled.sizing.reset();
  const auto with_host = interval_of(spilled.plan);
  if (!with_host) return shallow;
  const auto without = interval_of(shallow.plan);
  return without && *without <= *with_host ? shallow : spilled;
}

SizedPlan by_policy(const Network& network, const Device& device, const EvaluateOptions& options) {
  if (options.buffers == "best" && !device.row_forwarding)
    return {best_plan(network, device, unsized(options), options), std::nullopt};
  return options.buffer_budget ? within_budget(network, device, options) : settled(network, device, options, false);
}

}  // namespace

CompileOptions unsized(const EvaluateOptions& options) {
  CompileOptions compile_options;
  compile_options.buffer_policy = BufferPolicy::unlimited;
  compile_options.fit = options.fit;
  compile_options.costs = options.costs;
  compile_options.mapping = options.mapping;
  compile_options.levels = options.levels;
  compile_options.extra_subclusters = options.extra_subclusters;
  compile_options.part = options.part;
  compile_options.target_fps = options.target_fps;
  return compile_options;
}

SizedPlan sized_plan(const Network& network, const Device& device, const EvaluateOptions& options) {
  if (options.goal != Goal::throughput && options.buffers != "best")
    throw InputError("--goal", fmt::format("found {} with buffers {}, expected buffers best, whose depths have a goal",
                                           to_string(options.goal), options.buffers));
  SizedPlan sized = by_policy(network, device, options);
  sized.plan.goal = options.goal;
  sized.plan.target_fps = options.target_fps;
  if (options.part) return sized;  // names of other parts' buffers
  const double most =
      frames_per_second(sized.plan, static_cast<double>(std::max<Cycles>(1, sized.plan.bounds.stage_interval)));
  if (most < options.target_fps * (1 - rounding))
    sized.plan.warnings.push_back(
        fmt::format("no allocation found for {:g} frames a second: this one reaches {:.1f}", options.target_fps, most));
  require_known_buffers("buffer capacities", sized.plan, options.capacities);
  require_known_buffers("--mapping: /fifo_rows", sized.plan, options.fifo_rows);
  return sized;
}

}  // namespace rowflow
