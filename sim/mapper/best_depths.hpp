// Depth policy `best`: of all buffers that reach what the goal puts first, those that take the fewest cuts of memory.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/goal.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

struct BestDepths {
  std::vector<Rows> capacities;
  Ratio interval;         ///< that these capacities hold
  Cycles latency = 0;     ///< frame f of the saturated run completes at most latency + f·interval after its start
  std::int64_t cuts = 0;  ///< that these capacities take
  std::int64_t lower_bound = 0;  ///< no capacities within the limits that hold interval and latency take fewer
};

struct BestDepthsOptions {
  std::vector<Rows> at_most;  ///< by buffer; unlimited_rows: any
  /// Throughput: the shortest interval of any capacities within the limits and, at it, the shortest latency. Memory:
  /// that interval alone, which may take fewer cuts. Latency: the shortest within a hundredth of any interval's, and
  /// the shortest interval at which it is kept.
  Goal goal = Goal::throughput;
  /// About so many looks at a step after the first answer, to prove or improve it; 0: any depths that hold both.
  std::int64_t effort = 300'000;
};

/// The least latency of a frame in schedules that repeat every `interval`, which these capacities hold: from the start
/// of the source's first step to the end of the last sink's last.
Cycles shortest_latency(const Plan& plan, const Ratio& interval, const std::vector<Rows>& at_most);

/// Rows that each buffer may have where the mapping put it: those of its level's limit of cuts; for buffers from a
/// memory level (Buffer::prefetch) their own; any for those in front of a sink, which cannot be elsewhere, and on the
/// host.
std::vector<Rows> rows_allowed(const Plan& plan);

/// The plan has no row forwarding. Throws Defect when it deadlocks with the largest capacities allowed.
BestDepths best_depths(const Plan& plan, const BestDepthsOptions& options);

}  // namespace rowflow
