#include "sim/mapper/best_plan.hpp"

#include <algorithm>
#include <cmath>

#include "sim/mapper/best_depths.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/sized_plan.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/mapper/spill_search.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t budget_effort = 100'000;  // looks for each interval tried
constexpr int budget_steps = 12;
constexpr double worth_a_step = 0.002;  // of the interval

bool short_of_cuts(const Plan& plan) {
  return std::any_of(plan.fit.resources.begin(), plan.fit.resources.end(),
                     [](const ResourceUse& use) { return use.name == "l3_cuts" && use.demand > use.limit; });
}

void apply(Plan& plan, const BestDepths& depths) {
  set_capacities(plan, depths.capacities);
  plan.buffer_policy = BufferPolicy::best;
  update_memory_fit(plan);
}

/// The shortest latency if the cuts are there, else the fewest cuts.
void size(SpilledPlan& spilled) {
  BestDepthsOptions wanted;
  wanted.at_most = spilled.allowed;
  apply(spilled.plan, best_depths(spilled.plan, wanted));
  if (!short_of_cuts(spilled.plan)) return;
  wanted.shortest_latency = false;
  apply(spilled.plan, best_depths(spilled.plan, wanted));
}

/// The fewest bytes that hold an interval, a little work for each of several.
Smallest fewest_bytes(const Plan& plan, const std::vector<Rows>& allowed, const Ratio& interval,
                      std::optional<Cycles> latency) {
  SmallestOptions search;
  search.effort = budget_effort;
  search.at_most = allowed;
  search.latency = latency;
  return smallest_capacities(plan, interval, search);
}

/// Depths within the budget: for the shortest interval and its latency, for the interval alone, or for the shortest
/// interval found that the budget holds. Those of `minimal`, with the shortage, when not even they are within.
void size_within(Plan& plan, const std::vector<Rows>& allowed, Bytes budget) {
  if (on_chip_buffer_bytes(plan) <= budget) return;
  plan.buffer_policy = BufferPolicy::budget;
  std::vector<Rows> capacities = minimal_capacities(plan);
  const Bytes least = bytes_of(plan, capacities);
  if (least > budget) {
    set_capacities(plan, capacities);
    update_memory_fit(plan);
    plan.fit.fits = false;
    plan.fit.resources.push_back({"buffer_budget_bytes", "chip", least, budget});
    return;
  }
  Ratio fast = interval_of(plan, allowed).value();
  double slow = interval_of(plan, capacities).value().value();
  for (const bool latency : {true, false}) {
    std::optional<Cycles> bound;
    if (latency) bound = shortest_latency(plan, fast, allowed);
    const Smallest found = fewest_bytes(plan, allowed, fast, bound);
    if (found.price > budget) continue;
    set_capacities(plan, found.capacities);
    return update_memory_fit(plan);
  }
  double low = fast.value();
  for (int step = 0; step < budget_steps && slow > low * (1 + worth_a_step); ++step) {
    const Cycles aim = static_cast<Cycles>(std::ceil(std::sqrt(low * slow)));
    const Smallest found = fewest_bytes(plan, allowed, {aim, 1}, std::nullopt);
    if (found.price > budget) {
      low = static_cast<double>(aim);
      continue;
    }
    capacities = found.capacities;
    slow = interval_of(plan, capacities).value().value();
  }
  set_capacities(plan, capacities);
  update_memory_fit(plan);
}

/// Depths that the user gave, by buffer name.
void keep_given(Plan& plan, const EvaluateOptions& options) {
  if (options.capacities.empty() && options.fifo_rows.empty()) return;
  std::vector<Rows> capacities;
  for (const Buffer& buffer : plan.buffers) capacities.push_back(buffer.capacity_rows);
  put_given_depths(plan, options, capacities);
  set_capacities(plan, capacities);
  plan.buffer_policy = BufferPolicy::file;
  update_memory_fit(plan);
}

void size_all(SpilledPlan& spilled, const EvaluateOptions& options) {
  size(spilled);
  if (options.buffer_budget) size_within(spilled.plan, spilled.allowed, *options.buffer_budget);
  keep_given(spilled.plan, options);
}

}  // namespace

Plan best_plan(const Network& network, const Device& device, const CompileOptions& base,
               const EvaluateOptions& options) {
  CompileOptions compiling = base;
  const auto compiled = [&](const BufferLevels& levels) {
    compiling.levels = levels;
    return compile(network, device, compiling);
  };
  SpilledPlan spilled = choose_spilled(compiled);
  size_all(spilled, options);
  if (!cluster_short_of_cuts(spilled.plan)) return std::move(spilled.plan);
  // The placement leaves room for buffers only where it knows what they take.
  compiling.buffer_bytes = bytes_in_l3(spilled.plan);
  SpilledPlan again = choose_spilled(compiled);
  size_all(again, options);
  return again.plan.fit.fits || !spilled.plan.fit.fits ? std::move(again.plan) : std::move(spilled.plan);
}

}  // namespace rowflow
