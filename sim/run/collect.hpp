// What the models measured, read out after the kernel has returned (rules T9–T11).
#pragma once

#include <optional>

#include "models/accelerator.hpp"
#include "sim/graph/stage_account.hpp"
#include "sim/graph/steady_regime.hpp"
#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// Rule T11's state after a frame that all stages have ended.
std::vector<Cycles> state_after_frame(const Plan& plan, const Accelerator& accelerator, int frame);

/// Completion of a frame: the latest of all sinks.
Cycles frame_completion(const Plan& plan, const Accelerator& accelerator, int frame);

/// The latest end of any executed step.
Cycles latest_end(const Plan& plan, const Accelerator& accelerator);

struct FrameMark {
  Cycles end = 0;
  std::vector<Cycles> waits;
};

/// Where steady figures come from: the regime paced at the interval, or else frames of the run; neither in a deadlock
/// or for a single frame.
struct SteadyPart {
  std::optional<SteadyWindow> window;
  std::optional<SteadyRegime> regime;
  std::vector<FrameMark> begin;  ///< of each stage at the window's first frame
};

/// The end of a stage's last step of a frame, and what it had waited until then (Activity::waits).
std::vector<FrameMark> marks_of(const Plan& plan, const Accelerator& accelerator, int frame);

/// Rule T9.
std::vector<StageActivity> collect_stages(const Plan& plan, const Accelerator& accelerator, Cycles elapsed, int frames,
                                          const SteadyPart& steady);

/// Rule T10.
std::vector<Occupancy> collect_buffers(const Plan& plan, const Accelerator& accelerator, Cycles elapsed,
                                       const SteadyPart& steady);

}  // namespace rowflow
