// The interval of a saturated pipeline without a simulation (T11): the maximum cycle ratio of its schedule graph.
#pragma once

#include <optional>
#include <vector>

#include "sim/graph/schedule_graph.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

struct ProvenInterval {
  Ratio interval;
  std::optional<CriticalCycle> cycle;  ///< what makes it longer than `at_least`
};

/// The shortest interval of the plan with its capacities, `at_least` (a lower bound of it, in whole cycles) or longer:
/// exact, by raising it to the ratio of one cycle that is too long after the other until there is none. Nothing for a
/// deadlock, for row forwarding (T16), or where the sums would not fit 64 bits. `frame_start`: of each stage in a late
/// frame of a run, to start from; empty: none.
std::optional<ProvenInterval> proven_interval(const Plan& plan, Cycles at_least,
                                              const std::vector<Cycles>& frame_start = {});

/// The same for other capacities than the plan's.
std::optional<ProvenInterval> proven_interval(const Plan& plan, const std::vector<Rows>& capacities, Cycles at_least,
                                              const std::vector<Cycles>& frame_start = {});

/// The same on a graph of the plan, made for the interval `at_least`; afterwards it is that of the interval found, and
/// holds() was true for the capacities.
std::optional<ProvenInterval> proven_interval(ScheduleGraph& graph, const Plan& plan,
                                              const std::vector<Rows>& capacities, Cycles at_least);

}  // namespace rowflow
