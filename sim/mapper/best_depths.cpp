#include "sim/mapper/best_depths.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/graph/schedule_graph.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

Cycles shortest_latency(const Plan& plan, const Ratio& interval, const std::vector<Rows>& at_most) {
  ScheduleGraph graph(plan, interval);
  for (Cycles latency = plan.bounds.min_latency;; latency += graph.latency_short()) {
    graph.bound_latency(latency);
    if (graph.holds(at_most)) return latency;
    if (graph.latency_short() == 0) throw Defect("no latency keeps the interval that the capacities reach");
  }
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

BestDepths best_depths(const Plan& plan, const BestDepthsOptions& options) {
  BestDepths best;
  const auto interval = interval_of(plan, options.at_most);
  if (!interval) throw Defect("the largest buffers allowed deadlock");
  best.interval = *interval;
  SmallestOptions search;
  search.cuts = true;
  search.effort = options.effort;
  search.at_most = options.at_most;
  if (options.shortest_latency) search.latency = best.latency = shortest_latency(plan, best.interval, options.at_most);
  const Smallest smallest = smallest_capacities(plan, best.interval, search);
  best.capacities = smallest.capacities;
  best.cuts = smallest.price;
  best.lower_bound = smallest.lower_bound;
  return best;
}

}  // namespace rowflow
