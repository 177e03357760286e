// The only room that starts the SystemC kernel: from a Plan to what was measured on it.
#pragma once

#include <optional>
#include <string>

#include "sim/graph/event_graph.hpp"
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
  Engine engine = Engine::systemc;   ///< of measure()
  bool accounts = true;              ///< Engine::events: else stages of the result are empty, and buffers too
  std::optional<Cycles> keeps = {};  ///< Engine::events: a frame period that the plan is known to keep for ever
};

/// Simulates the plan and measures it. A deadlock is a value (completed = false); a broken invariant throws Defect.
Measurement simulate(const Plan& plan, const RunOptions& options = {});

/// The same with the engine asked for. Engine::events is the evaluator on the event graph, and the model where that has
/// no answer: in a deadlock (T12), or for figures too large for it; the result says which it was. Engine::systemc is
/// the model, and the evaluator's second opinion on the frames that it ran: the completion of every frame, the end of
/// every stage's last step, the peak of every buffer. Throws Defect, with what differs, where the two do not agree.
Measurement measure(const Plan& plan, const RunOptions& options = {});

/// The same for a plan that require_measurable() has passed, on its graph.
Measurement measure(const EventGraph& graph, const RunOptions& options);

/// check_plan, and figures that a run of so many frames (0: not known yet) can hold. Throws InputError.
void require_measurable(const Plan& plan, int frames);

/// … of searches: by Engine::events, frames and throughput alone.
Measurement measure_interval(const Plan& plan, int frames = 0);
/// … of a plan that require_measurable() has passed.
Measurement measure_interval(const EventGraph& graph, int frames = 0);

/// A finished run again, with what happens in `window` recorded, and `more_frames` after its own so that the window
/// does not show the pipeline draining (they change nothing before: a frame never depends on later ones). Throws Defect
/// should the runs differ.
Timeline record_timeline(const Plan& plan, const Measurement& run, Timeline window, int more_frames = 0);

/// … with the steps of one frame recorded, from the start of the run on: that frame may be one which a deadlock
/// stopped.
Timeline record_frame(const Plan& plan, const Measurement& run, int frame);

/// A finished run again, in step with the clock, its waveforms written to `path`. Throws InputError when it cannot be
/// written, or rows are forwarded (T16).
void record_waveforms(const Plan& plan, const Measurement& run, const std::string& path);

}  // namespace rowflow
