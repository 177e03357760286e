// Rule T9 for one stage, from how long it waited for what.
#pragma once

#include <optional>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// Waiting of a stage by what was waited for: the source's schedule, then each input, then each output.
using Waits = std::vector<Cycles>;

/// Frames `first` (exclusive) … `last` (inclusive) of the run: of T11's period, or its second half.
struct SteadyWindow {
  int first = 0;
  int last = 0;
  int frames() const { return last - first; }
};

/// T9's steady split of a stage: what it waited in `frames` frames that took it `period` cycles; or, the same, in one
/// frame, counted in 1/frames cycles.
struct SteadyTimes {
  Waits waits;
  Cycles period = 0;
  Cycles frames = 0;
};

/// What a stage did in a run of `elapsed` cycles.
struct StageTimes {
  Cycles busy = 0, done = 0;
  Waits waits;
  std::optional<SteadyTimes> steady;  ///< absent in a deadlock or for a single frame
};

/// Throws Defect when the parts do not add up to `elapsed`.
StageActivity stage_activity(const Stage& stage, const StageTimes& times, Cycles elapsed);

}  // namespace rowflow
