// The only room that starts the SystemC kernel: one function from a Plan to what was measured on it.
#pragma once

#include <string>

#include "sim/metrics/run_result.hpp"
#include "sim/metrics/timeline.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

class FileOutput;

enum class Timing { decoupled, synchronous };  ///< rule T13; both give the same integers

struct RunOptions {
  Timing timing = Timing::decoupled;
  int frames = 0;                ///< exactly so many; 0 = until the interval is proven (T11)
  FileOutput* vcd = nullptr;     ///< of a synchronous run: its waveforms go there
  Timeline* timeline = nullptr;  ///< what happens in its window is recorded in it; no measured figure depends on it
  bool until_proven =
      false;  ///< frames = 0: stop as soon as the interval is proven, however short the steady window is then
  bool settle_peaks =
      false;  ///< paced, frames = 0: go on until each buffer's peak is that of the periodic regime (T14)
};

/// Simulates the plan and measures it. A deadlock is a value (completed = false); a broken invariant throws Defect.
Measurement simulate(const Plan& plan, const RunOptions& options = {});

/// A finished run again, with what happens in `window` recorded, and `more_frames` after its own so that the window
/// does not show the pipeline draining (they change nothing before: a frame never depends on later ones). Throws Defect
/// should the runs differ.
Timeline record_timeline(const Plan& plan, const Measurement& run, Timeline window, int more_frames = 0);

/// A finished run again, in step with the clock, its waveforms written to `path`. Throws InputError when it cannot be
/// written.
void record_waveforms(const Plan& plan, const Measurement& run, const std::string& path);

}  // namespace rowflow
