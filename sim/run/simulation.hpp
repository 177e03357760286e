// One simulation under way: frame after frame until the interval is proven (T11), then everything measured. Private to
// the room.
#pragma once

#include <algorithm>
#include <optional>

#include "models/accelerator.hpp"
#include "models/waveforms.hpp"
#include "sim/base/error.hpp"
#include "sim/graph/event_graph.hpp"
#include "sim/graph/interval_proof.hpp"
#include "sim/plan/time_bound.hpp"
#include "sim/run/collect.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

class Simulation {
 public:
  /// `accelerator` is built from the graph's plan, and as new. The graph serves for the steady figures alone.
  Simulation(const EventGraph& graph, const RunOptions& options, Accelerator& accelerator)
      : graph_(graph),
        plan_(graph.plan()),
        options_(options),
        saturated_(is_saturated(plan_.pacing)),
        accelerator_(accelerator),
        proof_(plan_) {
    if (options.timeline != nullptr) accelerator_.record(*options.timeline);
    if (options.vcd != nullptr) waveforms_.emplace(accelerator_, plan_, *options.vcd);
  }

  Measurement run() {
    const bool completed = options_.timing == Timing::decoupled ? run_frame_by_frame() : run_at_once();
    return completed ? measure() : measure_deadlock();
  }

 private:
  bool advance_to(int frames) {
    accelerator_.allow_frames(frames);
    sc_core::sc_start();
    require_bounded_run(latest_end(plan_, accelerator_), frames);
    if (!accelerator_.frames_done(frames)) return false;
    for (; frames_ < frames; ++frames_) end_frame();
    return true;
  }

  /// Takes what is reported of a frame that all stages have ended. Of a run of so many frames as were asked for, the
  /// modules keep but the newest; of a run of as many as it takes, which are at most some thousands, all.
  void end_frame() {
    proof_.add(state(frames_));
    const Activity& source = accelerator_.stage(plan_.source).activity();
    result_.frame_start.push_back(source.frame_start[source.index(frames_)]);
    result_.frame_source_end.push_back(source.frame_end[source.index(frames_)]);
    result_.frame_completion.push_back(frame_completion(plan_, accelerator_, frames_));
    if (options_.frames == 0) return;
    if (frames_ == half_of(options_.frames)) half_ = marks_of(plan_, accelerator_, frames_);
    accelerator_.forget_before(frames_, half_of(options_.frames));
  }

  static int half_of(int frames) { return (frames - 1) / 2; }

  bool run_frame_by_frame() {
    for (;;) {
      if (!advance_to(frames_ + 1)) {
        // Stages that do not wait yet go on with the later frames that were asked for.
        if (options_.frames > frames_ + 1) advance_to(options_.frames);
        return false;
      }
      look();
      if (options_.frames > 0 ? frames_ == options_.frames : proof_.enough(options_.until_proven)) return true;
    }
  }

  bool run_at_once() {
    if (!advance_to(options_.frames)) return false;
    look();  // the certificate may hold earlier than at the last frame; only the last is tried: the interval is the
             // same
    return true;
  }

  void look() {
    proof_.look([&] {
      std::vector<Cycles> starts;
      for (std::size_t s = 0; s < plan_.stages.size(); ++s)
        starts.push_back(accelerator_.stage(static_cast<int>(s)).activity().frame_start.back());
      return starts;
    });
  }

  std::vector<Cycles> state(int frame) const {
    auto state = state_after_frame(plan_, accelerator_, frame);
    // A paced source ties the regime to its schedule: the state includes the distance to it.
    if (!saturated_) state.insert(state.begin(), frame * plan_.pacing.frame_period);
    return state;
  }

  Measurement measure() {
    Measurement& result = result_;
    result.completed = true;
    result.frames = frames_;
    // Rows that no output depends on may be taken after it (a last step without cost that emits nothing).
    result.elapsed = std::max(result.frame_completion.back(), latest_end(plan_, accelerator_));
    result.throughput = proof_.throughput(result.frame_completion);
    const auto window = proof_.steady_window();
    result.steady_first_frame = window ? window->first : 0;
    result.steady_last_frame = window ? window->last : 0;
    const SteadyPart steady = steady_part();
    result.throughput.steady_exact = steady.regime.has_value();
    result.stages = collect_stages(plan_, accelerator_, result.elapsed, frames_, steady);
    result.buffers = collect_buffers(plan_, accelerator_, result.elapsed, steady);
    result.critical = proof_.critical();
    result.steps_executed = steps_executed();
    check_rows();
    return std::move(result_);
  }

  SteadyPart steady_part() const {
    SteadyPart part;
    part.regime = regime_of(graph_, result_.throughput);
    if (frames_ < 2) return part;
    part.window = SteadyWindow{half_of(frames_), frames_ - 1};
    part.begin = options_.frames == 0 ? marks_of(plan_, accelerator_, half_of(frames_)) : half_;
    return part;
  }

  Measurement measure_deadlock() {
    Measurement& result = result_;
    const int frames = std::max(options_.frames, frames_ + 1);
    result.frames = frames;
    result.elapsed = latest_end(plan_, accelerator_);
    int completed = frames;
    for (std::size_t s = 0; s < plan_.stages.size(); ++s)
      completed = std::min(completed, accelerator_.stage(static_cast<int>(s)).frames_done());
    for (int f = frames_; f < completed; ++f)
      result.frame_completion.push_back(frame_completion(plan_, accelerator_, f));
    const Activity& source = accelerator_.stage(plan_.source).activity();
    const auto next = static_cast<std::ptrdiff_t>(source.index(frames_));
    result.frame_start.insert(result.frame_start.end(), source.frame_start.begin() + next, source.frame_start.end());
    result.frame_source_end.insert(result.frame_source_end.end(), source.frame_end.begin() + next,
                                   source.frame_end.end());
    result.stages = collect_stages(plan_, accelerator_, result.elapsed, frames, {});
    result.buffers = collect_buffers(plan_, accelerator_, result.elapsed, {});
    result.steps_executed = steps_executed();
    if (options_.timeline != nullptr) record_unfinished(frames, result.elapsed);
    return std::move(result_);
  }

  void record_unfinished(int frames, Cycles elapsed) const {
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
      const auto& stage = accelerator_.stage(static_cast<int>(s));
      if (stage.frames_done() >= frames) continue;
      const auto wait = stage.waiting();
      const auto port = static_cast<std::int16_t>(wait.port);
      const bool on_rows = wait.starved_on >= bound_by_port;  // else on the source's schedule, or on nothing
      const auto last_input = static_cast<std::int16_t>(on_rows ? wait.starved_on - bound_by_port : -1);
      options_.timeline->stages[s].unfinished = wait.for_space
                                                    ? StepStamp{elapsed, wait.starved_until, last_input, port}
                                                    : StepStamp{elapsed, elapsed, port, -1};
    }
  }

  std::int64_t steps_executed() const {
    std::int64_t steps = 0;
    for (std::size_t s = 0; s < plan_.stages.size(); ++s)
      steps += accelerator_.stage(static_cast<int>(s)).activity().steps;
    return steps;
  }

  void check_rows() const {
    for (std::size_t b = 0; b < plan_.buffers.size(); ++b) {
      const auto& ring = accelerator_.ring(static_cast<int>(b));
      const Rows expected = frames_ * plan_.buffers[b].rows_per_frame;
      if (ring.published() == expected && ring.released() == expected) continue;
      throw Defect("buffer " + plan_.buffers[b].name + ": " + std::to_string(ring.published()) + " rows in, " +
                   std::to_string(ring.released()) + " rows out, expected " + std::to_string(expected));
    }
  }

  const EventGraph& graph_;
  const Plan& plan_;
  const RunOptions options_;
  const bool saturated_;
  Accelerator& accelerator_;
  std::optional<Waveforms> waveforms_;
  int frames_ = 0;
  IntervalProof proof_;
  std::vector<FrameMark> half_;  ///< of frame half_of(options.frames)
  Measurement result_;
};

}  // namespace rowflow
