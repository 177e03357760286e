#include "sim/mapper/best_depths.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/graph/interval.hpp"
#include "sim/graph/schedule_graph.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {
constexpr Cycles as_good = 100;  // latencies within one part in so many are equal
}

Cycles shortest_latency(const Plan& plan, const Ratio& interval, const std::vector<Rows>& at_most) {
  ScheduleGraph graph(plan, interval);
  if (!graph.holds(at_most)) throw Defect("the capacities do not keep the interval that they reach");
  return graph.least_latency();
}

std::vector<Rows> rows_allowed(const Plan& plan) {
  std::vector<Rows> rows;
  for (const Buffer& buffer : plan.buffers) {
    std::int64_t cuts = buffer.level == MemoryLevel::l3 ? plan.mapping.l3_limit_cuts : 0;
    if (buffer.level == MemoryLevel::l4)
      cuts = plan.mapping.l4_limit_cuts > 0 ? plan.mapping.l4_limit_cuts : plan.mapping.l4_cuts;
    const bool for_sink = plan.stages[static_cast<std::size_t>(buffer.to)].outputs.empty();
    const Rows held = cuts * plan.mapping.cut_bytes / std::max<Bytes>(1, buffer.row_bytes);
    const Rows least = buffer.role == BufferRole::transfer ? smallest_capacity(plan, static_cast<int>(rows.size())) : 1;
    const Rows limit = cuts == 0 || for_sink ? unlimited_rows : std::max(held, least);
    rows.push_back(buffer.prefetch ? buffer.capacity_rows : limit);
  }
  return rows;
}

namespace {

/// Latency first: what frames that never meet take, and the shortest interval at which others take hardly more.
void aim_at_latency(const Plan& plan, const std::vector<Rows>& at_most, BestDepths& best) {
  const Cycles at_full_rate = shortest_latency(plan, best.interval, at_most);
  const Cycles shortest = ceil_div(best.interval.numerator, best.interval.denominator);
  Cycles holds = std::max(shortest, 2 * at_full_rate);
  best.latency = shortest_latency(plan, {holds, 1}, at_most);
  best.latency += best.latency / as_good;
  if (at_full_rate <= best.latency) return;
  for (Cycles fails = shortest; holds - fails > 1;) {
    const Cycles middle = fails + (holds - fails) / 2;
    ScheduleGraph graph(plan, {middle, 1});
    graph.bound_latency(best.latency);
    (graph.holds(at_most) ? holds : fails) = middle;
  }
  best.interval = {holds, 1};
}

}  // namespace

BestDepths best_depths(const Plan& plan, const BestDepthsOptions& options) {
  BestDepths best;
  const Cycles slowest = slowest_interval(plan);
  ScheduleGraph graph(plan, {slowest, 1});
  const auto proven = proven_interval(graph, plan, options.at_most, slowest);
  if (!proven) throw Defect("the largest buffers allowed deadlock");
  best.interval = proven->interval;
  SmallestOptions search;
  search.cuts = true;
  search.effort = options.effort;
  search.at_most = options.at_most;
  if (options.goal == Goal::latency) aim_at_latency(plan, options.at_most, best);
  if (options.goal == Goal::throughput) best.latency = graph.least_latency();
  if (options.goal != Goal::memory) search.latency = best.latency;
  const Smallest smallest = options.goal == Goal::latency ? smallest_capacities(plan, best.interval, search)
                                                          : smallest_capacities(plan, graph, search);
  best.capacities = smallest.capacities;
  best.cuts = smallest.price;
  best.lower_bound = smallest.lower_bound;
  return best;
}

}  // namespace rowflow
