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
    for (; frames_ < frames; ++frames_) proof_.add(state(frames_));
    return true;
  }

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
    Measurement result;
    result.completed = true;
    result.frames = frames_;
    result.frame_completion = frame_completions(plan_, accelerator_, frames_);
    // Rows that no output depends on may be taken after it (a last step without cost that emits nothing).
    result.elapsed = std::max(result.frame_completion.back(), latest_end(plan_, accelerator_));
    const auto& source = accelerator_.stage(plan_.source).activity();
    result.frame_start = source.frame_start;
    result.frame_source_end = source.frame_end;
    result.throughput = proof_.throughput(result.frame_completion);
    const SteadyPart steady{proof_.steady_window(), regime_of(graph_, result.throughput)};
    result.throughput.steady_exact = steady.regime.has_value();
    result.steady_first_frame = steady.window ? steady.window->first : 0;
    result.steady_last_frame = steady.window ? steady.window->last : 0;
    result.stages = collect_stages(plan_, accelerator_, result.elapsed, frames_, steady);
    result.buffers = collect_buffers(plan_, accelerator_, result.elapsed, steady);
    result.critical = proof_.critical();
    result.steps_executed = steps_executed();
    check_rows();
    return result;
  }

  Measurement measure_deadlock() {
    Measurement result;
    const int frames = std::max(options_.frames, frames_ + 1);
    result.frames = frames;
    result.elapsed = latest_end(plan_, accelerator_);
    int completed = frames;
    for (std::size_t s = 0; s < plan_.stages.size(); ++s)
      completed = std::min(completed, accelerator_.stage(static_cast<int>(s)).frames_done());
    result.frame_completion = frame_completions(plan_, accelerator_, completed);
    result.frame_start = accelerator_.stage(plan_.source).activity().frame_start;
    result.frame_source_end = accelerator_.stage(plan_.source).activity().frame_end;
    result.stages = collect_stages(plan_, accelerator_, result.elapsed, frames, {});
    result.buffers = collect_buffers(plan_, accelerator_, result.elapsed, {});
    result.steps_executed = steps_executed();
    if (options_.timeline != nullptr) record_unfinished(frames, result.elapsed);
    return result;
  }

  void record_unfinished(int frames, Cycles elapsed) const {
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
      const auto& stage = accelerator_.stage(static_cast<int>(s));
      if (stage.frames_done() >= frames) continue;
      const auto wait = stage.waiting();
      const auto port = static_cast<std::int16_t>(wait.port);
      const auto first_input = static_cast<std::int16_t>(plan_.stages[s].inputs.empty() ? -1 : 0);
      options_.timeline->stages[s].unfinished = wait.for_space
                                                    ? StepStamp{elapsed, wait.starved_until, first_input, port}
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
};

}  // namespace rowflow
