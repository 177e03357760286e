#include "sim/mapper/best_plan.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include "sim/base/threads.hpp"
#include "sim/mapper/anchors.hpp"
#include "sim/mapper/best_sizes.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/decisions.hpp"
#include "sim/mapper/fit.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/placement_memo.hpp"
#include "sim/mapper/plan_moves.hpp"
#include "sim/mapper/plan_order.hpp"
#include "sim/mapper/sized_plan.hpp"
#include "sim/mapper/spill_search.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t anchored_steps = 150'000;  // of all pipelines looked at for other devices,
constexpr std::int64_t part_steps = 5'000;        // and where they are a part of one
constexpr std::int64_t moved_steps = 600'000;     // of all pipelines looked at for single changes
constexpr double slow = 0.005;                    // of the interval, beyond its slowest stage's

/// Depths that the user gave, by buffer name.
void keep_given(Plan& plan, const EvaluateOptions& options) {
  if (options.capacities.empty() && options.fifo_rows.empty()) return;
  std::vector<Rows> capacities = capacities_of(plan);
  put_given_depths(plan, options, capacities);
  set_capacities(plan, capacities);
  plan.buffer_policy = BufferPolicy::file;
  update_memory_fit(plan);
}

Plan sized(Plan plan, const std::vector<Rows>& rows, const EvaluateOptions& options, bool clusters) {
  size_best(plan, {rows, options.buffer_budget, clusters, options.goal, options.effort == SearchEffort::stretch});
  keep_given(plan, options);
  if (options.buffer_budget) hold_to_budget(plan, *options.buffer_budget);
  return plan;
}

/// Rows that each buffer may have. Where no spill cures a deadlock of these, as of buffers that cannot leave L3, at
/// least those that do not (T12): how they are short is for the fit to say.
std::vector<Rows> allowed_of(const SpilledPlan& spilled) {
  std::vector<Rows> rows = spilled.allowed;
  if (spilled.interval) return rows;
  const std::vector<Rows> minimal = minimal_capacities(spilled.plan);
  for (std::size_t b = 0; b < rows.size(); ++b)
    if (rows[b] != unlimited_rows) rows[b] = std::max(rows[b], minimal[b]);
  return rows;
}

/// The mapper on one device.
Plan mapped_plan(const Network& network, const Device& device, const CompileOptions& base,
                 const EvaluateOptions& options) {
  CompileOptions compiling = base;
  compiling.placements = std::make_shared<PlacementMemo>();
  const auto compiled = [&](const BufferLevels& levels) {
    compiling.levels = levels;
    Plan plan = compile(network, device, compiling);
    // T15's depth of buffers behind a memory level is for policies that size none; here it would only be in the way.
    for (Buffer& buffer : plan.buffers) {
      if (buffer.prefetch) buffer.capacity_rows = unlimited_rows;
      buffer.prefetch = false;
    }
    return plan;
  };
  const SpilledPlan spilled = choose_spilled(compiled, options.effort != SearchEffort::full);
  Plan plan = sized(spilled.plan, allowed_of(spilled), options, false);
  if (!cluster_short_of_cuts(plan)) return plan;
  // The placement leaves room for buffers only where it knows what they take.
  compiling.buffer_bytes = bytes_in_l3(plan);
  const SpilledPlan again = choose_spilled(compiled, options.effort != SearchEffort::full);
  for (const bool clusters : {false, true}) {
    Plan other = sized(again.plan, allowed_of(again), options, clusters);
    if (better_plan(other, plan, options.goal)) plan = std::move(other);
    if (!cluster_short_of_cuts(plan)) break;
  }
  return plan;
}

/// How many other allocations and smaller devices are worth a try: none for what fits and is as fast as its slowest
/// stage, whose allocation is exact, or that fits no way, and fewer for large pipelines.
std::size_t trials_for(const Plan& plan, const CompileOptions& base, std::int64_t all_steps) {
  if (verdict(plan.fit) == FitVerdict::impossible || !base.mapping.empty() || !base.extra_subclusters.empty()) return 0;
  const bool as_allocated = time_of(plan) <= static_cast<double>(plan.bounds.stage_interval) * (1 + slow);
  // Of a part only what the search for contexts has time for.
  if (as_allocated && (plan.fit.fits || (base.part && !short_of_memory(plan, true)))) return 0;
  return static_cast<std::size_t>(all_steps / (1 + steps_of(plan)));
}

using Trial = std::function<std::optional<Plan>()>;

/// As it would be on a smaller device, taken for this one; nothing where it needs more clusters than this one has.
std::optional<Plan> as_on(const Device& smaller, const Network& network, const Device& device,
                          const CompileOptions& base, const EvaluateOptions& trial) {
  const Plan found = mapped_plan(network, smaller, base, trial);
  if (found.mapping.clusters.size() > static_cast<std::size_t>(device.clusters.value)) return std::nullopt;
  Plan taken = plan_of(network, device, base, decisions_of(found));
  taken.buffer_policy = found.buffer_policy;
  if (trial.buffer_budget) hold_to_budget(taken, *trial.buffer_budget);
  return taken;
}

/// At most so many. The arguments must outlive them.
std::vector<Trial> trials_of(const Network& network, const Device& device, const CompileOptions& base,
                             const EvaluateOptions& options, std::size_t most) {
  std::vector<Trial> trials;
  EvaluateOptions trial = options;
  trial.effort = SearchEffort::trial;  // they are many
  // Memory makes it slow: stages that are faster than they need be shorten the way that rows wait for, and weights in
  // L2 leave L3 to rows.
  for (const Spare spare : {Spare::for_l2, Spare::all}) {
    if (trials.size() == most || options.target_fps > 0 || options.part) break;
    CompileOptions other = base;
    other.spare = spare;
    trials.emplace_back([&network, &device, other, trial] { return mapped_plan(network, device, other, trial); });
  }
  for (const Device& smaller : trials.size() < most ? anchors_of(device) : std::vector<Device>()) {
    if (trials.size() == most) break;
    trials.emplace_back(
        [&network, &device, &base, smaller, trial] { return as_on(smaller, network, device, base, trial); });
  }
  return trials;
}

}  // namespace

Plan best_plan(const Network& network, const Device& device, const CompileOptions& base,
               const EvaluateOptions& options) {
  Plan plan = mapped_plan(network, device, base, options);
  const std::vector<Trial> trials = options.effort == SearchEffort::stretch
                                        ? std::vector<Trial>()
                                        : trials_of(network, device, base, options,
                                                    trials_for(plan, base, options.part ? part_steps : anchored_steps));
  for (std::optional<Plan>& found : values_in_threads<std::optional<Plan>>(
           trials.size(), options.threads, [&](std::size_t trial) { return trials[trial](); }))
    if (found && better_plan(*found, plan, options.goal)) plan = std::move(*found);
  const bool given = !options.capacities.empty() || !options.fifo_rows.empty();
  const std::size_t moves = given || options.part || options.target_fps > 0 ? 0 : trials_for(plan, base, moved_steps);
  return moves == 0 ? plan : moved_plan(network, device, base, options, std::move(plan), moves);
}

}  // namespace rowflow
