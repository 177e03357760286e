// Rule T9 for one stage, from how long it waited for what.
#pragma once

#include <optional>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// Waiting of a stage by what was waited for: the source's schedule, then each input, then each output.
using Waits = std::vector<Cycles>;

/// Frames `first` (exclusive) … `last` (inclusive) of the run that stand for the steady regime.
struct SteadyWindow {
  int first = 0;
  int last = 0;
  int frames() const { return last - first; }
};

/// What a stage did in a run of `elapsed` cycles.
struct StageTimes {
  Cycles busy = 0, done = 0;
  Waits waits;
  std::optional<SteadyWindow> steady;  ///< absent in a deadlock or for a single frame; then nothing below counts
  Waits steady_waits;                  ///< between the ends of its last steps of the window's first and last frame
  Cycles steady_period = 0;            ///< between those ends
};

/// Throws Defect when the parts do not add up to `elapsed`.
StageActivity stage_activity(const Stage& stage, const StageTimes& times, Cycles elapsed);

}  // namespace rowflow
