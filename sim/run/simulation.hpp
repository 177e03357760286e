// One simulation under way: frame after frame until the interval is proven (T11), then everything measured. Private to the room.
#pragma once

#include <algorithm>
#include <optional>

#include "models/accelerator.hpp"
#include "models/waveforms.hpp"
#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/graph/interval.hpp"
#include "sim/metrics/periodicity.hpp"
#include "sim/plan/time_bound.hpp"
#include "sim/run/collect.hpp"
#include "sim/run/critical_cycle.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

inline constexpr int frames_once_certified = 64;    // T11
inline constexpr int most_frames = 4096;            // T11
inline constexpr Rows most_stamps = Rows{1} << 27;  // 1 GiB: in rings and remembered states; no more frames then
inline constexpr int frames_between_traces = 16;    // looking for a critical cycle as a bound costs a walk over all steps

class Simulation {
 public:
  /// `accelerator` is built from the plan, and as new.
  Simulation(const Plan& plan, const RunOptions& options, Accelerator& accelerator)
      : plan_(plan),
        options_(options),
        saturated_(plan.pacing.frame_period == 0 && plan.pacing.row_interval == 0 && plan.pacing.row_remainder == 0),
        accelerator_(accelerator) {
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
      const Cycles interval = stage_interval(plan.stages[s]);
      if (interval <= slowest_interval_) continue;
      slowest_ = static_cast<int>(s);
      slowest_interval_ = interval;
    }
    if (options.timeline != nullptr) accelerator_.record(*options.timeline);
    if (options.vcd != nullptr) waveforms_.emplace(accelerator_, plan, *options.vcd);
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
    for (; frames_ < frames; ++frames_) periodicity_.add(state(frames_));
    return true;
  }

  bool run_frame_by_frame() {
    for (;;) {
      if (!advance_to(frames_ + 1)) {
        // Stages that do not wait yet go on with the later frames that were asked for.
        if (options_.frames > frames_ + 1) advance_to(options_.frames);
        return false;
      }
      if (!bound_ && !periodicity_.repeat()) certify();
      if (options_.frames == 0 && frames_ >= 2 && remembers_too_much()) return true;
      if (options_.frames > 0 ? frames_ == options_.frames : is_enough() && (!options_.settle_peaks || peaks_settled())) return true;
    }
  }

  bool run_at_once() {
    if (!advance_to(options_.frames)) return false;
    if (!periodicity_.repeat()) {
      // The certificate may hold earlier than at the last frame; only the last is tried: the interval is the same.
      certify();
    }
    return true;
  }

  bool is_enough() const {
    if (periodicity_.repeat() || (options_.until_proven && bound_)) return true;
    return frames_ >= (bound_ ? frames_once_certified : most_frames);
  }

  /// Latencies of a great many rows put many frames into the pipeline: a run that is not proven ends before it fills the memory.
  bool remembers_too_much() const {
    // A state is kept by the stages, too.
    Rows stamps = 2 * periodicity_.stamps();
    for (std::size_t b = 0; b < plan_.buffers.size(); ++b) stamps += accelerator_.ring(static_cast<int>(b)).stamps();
    return stamps > most_stamps;
  }

  /// The peaks are those of the periodic regime only if the rows that are there together all entered in it: a row that stays for
  /// k frame periods shares its buffer with rows of k later frames.
  bool peaks_settled() {
    if (frames_ < settled_at_) return false;
    Cycles longest = 0;
    for (std::size_t b = 0; b < plan_.buffers.size(); ++b) {
      auto& ring = accelerator_.ring(static_cast<int>(b));
      ring.account();
      for (const auto& frame : ring.frames()) longest = std::max(longest, frame.longest);
    }
    const auto steady = steady_window();
    settled_at_ = (steady ? steady->first : 0) + static_cast<int>(ceil_div(longest, plan_.pacing.frame_period)) + 2;
    return frames_ >= settled_at_;
  }

  std::vector<Cycles> state(int frame) const {
    auto state = state_after_frame(plan_, accelerator_, frame);
    // A paced source ties the regime to its schedule: the state includes the distance to it.
    if (!saturated_) state.insert(state.begin(), frame * plan_.pacing.frame_period);
    return state;
  }

  // T11: a lower bound λ that the states' growth never exceeds again is the interval.
  void certify() {
    const Cycles lower_bound = std::max(slowest_interval_, plan_.pacing.frame_period);
    if (periodicity_.certifies({lower_bound, 1})) {
      bound_ = Ratio{lower_bound, 1};
      if (slowest_interval_ == lower_bound) critical_ = own_cycle(plan_, slowest_);
      return;
    }
    if (frames_ == frames_once_certified) prove();
    if (bound_ || frames_ % frames_between_traces != 0 || !saturated_) return;
    auto cycle = trace_critical_cycle(plan_, accelerator_, frames_ - 1, std::nullopt);
    if (!cycle || !periodicity_.certifies({cycle->cycles, cycle->frames})) return;
    bound_ = Ratio{cycle->cycles, cycle->frames};
    critical_ = std::move(cycle);
  }

  /// States that still change are asked no further: the graph of one frame knows the interval (a paced source keeps its schedule or is
  /// late).
  void prove() {
    std::vector<Cycles> frame_start;
    for (std::size_t s = 0; s < plan_.stages.size(); ++s)
      frame_start.push_back(accelerator_.stage(static_cast<int>(s)).activity().frame_start.back());
    auto proven = proven_interval(plan_, std::max(slowest_interval_, plan_.pacing.frame_period), frame_start);
    if (!proven) return;
    bound_ = proven->interval;
    if (proven->cycle)
      critical_ = std::move(proven->cycle);
    else if (slowest_interval_ == proven->interval.numerator)
      critical_ = own_cycle(plan_, slowest_);
  }

  void find_critical_cycle(const Repeat& repeat) {
    if (slowest_interval_ * repeat.frames == repeat.cycles) {
      critical_ = own_cycle(plan_, slowest_);
    } else if (saturated_) {
      critical_ = trace_critical_cycle(plan_, accelerator_, repeat.first + repeat.frames, repeat);
    }
  }

  Throughput throughput(const std::vector<Cycles>& completions) {
    Throughput result;
    if (const auto& repeat = periodicity_.repeat()) {
      result.interval = Ratio{repeat->cycles, repeat->frames};
      result.proof = Proof::repeat;
      result.periodic = result.steady_exact = true;
      result.period_cycles = repeat->cycles;
      result.period_frames = repeat->frames;
      result.transient_frames = repeat->first + 1;
      find_critical_cycle(*repeat);
    } else if (bound_) {
      result.interval = bound_;
      result.proof = Proof::bound;
    } else if (frames_ >= 2) {
      const int half = frames_ / 2;
      const auto last = static_cast<std::size_t>(frames_ - 1);
      result.interval = Ratio{completions[last] - completions[static_cast<std::size_t>(half)], frames_ - 1 - half};
      if (result.interval->denominator == 0) result.interval = Ratio{completions[1] - completions[0], 1};
    }
    if (result.interval && result.interval->numerator > 0) {
      result.fps = static_cast<double>(plan_.device.clock_hz) * static_cast<double>(result.interval->denominator) /
                   static_cast<double>(result.interval->numerator);
    }
    return result;
  }

  std::optional<SteadyWindow> steady_window() const {
    if (const auto& repeat = periodicity_.repeat()) return SteadyWindow{repeat->first, repeat->first + repeat->frames};
    if (frames_ < 2) return std::nullopt;
    return SteadyWindow{(frames_ - 1) / 2, frames_ - 1};
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
    result.throughput = throughput(result.frame_completion);
    const auto steady = steady_window();
    result.steady_first_frame = steady ? steady->first : 0;
    result.steady_last_frame = steady ? steady->last : 0;
    result.stages = collect_stages(plan_, accelerator_, result.elapsed, frames_, steady);
    result.buffers = collect_buffers(plan_, accelerator_, result.elapsed, steady);
    result.critical = critical_;
    result.steps_executed = steps_executed();
    check_rows();
    check_interval(result);
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
    result.stages = collect_stages(plan_, accelerator_, result.elapsed, frames, std::nullopt);
    result.buffers = collect_buffers(plan_, accelerator_, result.elapsed, std::nullopt);
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
      options_.timeline->stages[s].unfinished =
          wait.for_space ? StepStamp{elapsed, wait.starved_until, first_input, port} : StepStamp{elapsed, elapsed, port, -1};
    }
  }

  std::int64_t steps_executed() const {
    std::int64_t steps = 0;
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) steps += accelerator_.stage(static_cast<int>(s)).activity().steps;
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

  void check_interval(const Measurement& result) const {
    const auto& interval = result.throughput.interval;
    if (!interval || result.throughput.proof == Proof::none) return;
    const Cycles bound = slowest_interval_;
    if (interval->numerator < bound * interval->denominator) {
      throw Defect("the interval " + std::to_string(interval->numerator) + "/" + std::to_string(interval->denominator) +
                   " is below the bound " + std::to_string(bound));
    }
    if (critical_ && critical_->cycles * interval->denominator != interval->numerator * critical_->frames) {
      throw Defect("the critical cycle's ratio is not the interval");
    }
  }

  const Plan& plan_;
  const RunOptions options_;
  const bool saturated_;
  Accelerator& accelerator_;
  int slowest_ = 0;  // the first stage with the largest Σ cost
  Cycles slowest_interval_ = -1;
  std::optional<Waveforms> waveforms_;
  int frames_ = 0;
  int settled_at_ = 0;  // frames at which to look at the peaks again
  Periodicity periodicity_;
  std::optional<Ratio> bound_;
  std::optional<CriticalCycle> critical_;
};

}  // namespace rowflow
