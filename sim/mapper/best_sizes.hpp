// Depth policy `best` where memory is limited: how deep the buffers of a mapped pipeline are.
#pragma once

#include <optional>
#include <vector>

#include "sim/plan/goal.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

struct SizeLimits {
  std::vector<Rows> rows;       ///< by buffer (rows_allowed)
  std::optional<Bytes> budget;  ///< of all buffers on the chip
  bool clusters = false;        ///< the cuts of each cluster count, not only those of the chip
  Goal goal = Goal::throughput;
  bool any = false;  ///< depths of the goal that fit are enough, not only those of the fewest cuts
};

/// Sets capacities and fit of the plan, whose placement and levels stay: depths of the goal (BestDepthsOptions) that
/// the limits hold; where they do not hold its latency, those of its interval alone; where not even that, of the
/// shortest found. Cuts that no depths keep to are not asked for. More budget never makes the interval longer. Depths
/// of `minimal`, with the shortage, when even they exceed the budget. The plan has no row forwarding. Throws Defect
/// when it deadlocks with the largest depths allowed.
void size_best(Plan& plan, const SizeLimits& limits);

}  // namespace rowflow
