// Buffer depths that need simulation (rule T14). Depths that need none are in sim/plan/untimed.hpp.
#pragma once

#include <optional>
#include <vector>

#include "sim/graph/steady_regime.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// T14 `full-rate`: each buffer's peak occupancy in the regime of unlimited buffers with the source paced at the
/// largest stage interval.
struct FullRate {
  std::vector<Rows> capacities;
  Cycles period = 0;                   ///< the largest stage interval
  std::optional<SteadyRegime> regime;  ///< with these capacities it is the same: they hold all that is ever there
};
FullRate full_rate(Plan plan);
std::vector<Rows> full_rate_capacities(const Plan& plan);

/// Capacities between `minimal` and `full_rate` whose bytes on the chip stay within `budget`, and that spend it where
/// it helps: buffers in the host's memory are free and get all of full rate, every other the same share of its way
/// there from minimal, then buffers on the critical cycle grow while bytes are left and the interval falls. A heuristic
/// without a guarantee of optimality. Empty when even `minimal` exceeds the budget.
std::vector<Rows> capacities_within(const Plan& plan, const std::vector<Rows>& minimal,
                                    const std::vector<Rows>& full_rate, Bytes budget);

void set_capacities(Plan& plan, const std::vector<Rows>& capacities);
/// On the chip: buffers in the host's memory count nothing.
Bytes bytes_of(const Plan& plan, const std::vector<Rows>& capacities);

}  // namespace rowflow
