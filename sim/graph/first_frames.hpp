// The first frames of a saturated run, as a start for the search of its interval: their times nearly keep every rule,
// and what their last step has waited for runs around a cycle whose ratio no interval is below.
#pragma once

#include <optional>
#include <vector>

#include "sim/graph/schedule_graph.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

struct FirstFrames {
  bool deadlock = false;            ///< no frame is completed (T12): nothing else is known
  std::vector<Cycles> step_starts;  ///< in the latest frame, of all steps of stage 0, then of stage 1 …
  /// Of the cycles that the latest step has waited around the one with the largest ratio: a lower bound of the
  /// interval. Nothing where the frames were too few to come round.
  std::optional<CriticalCycle> cycle;
};

/// With these capacities instead of the plan's; the source is not paced. Nothing where rows are forwarded (T16) or the
/// figures are too large for the event graph.
std::optional<FirstFrames> first_frames(const Plan& plan, const std::vector<Rows>& capacities);

/// A graph of the plan at an interval, started from times of a run with these capacities.
ScheduleGraph started_graph(const Plan& plan, const Ratio& interval, const std::vector<Rows>& capacities);

}  // namespace rowflow
