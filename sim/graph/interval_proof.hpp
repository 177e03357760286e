// When a run has shown enough (T11): its states repeat, or are certified, or the schedule graph knows the interval.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/graph/stage_account.hpp"
#include "sim/metrics/periodicity.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

class IntervalProof {
 public:
  /// `keeps`: a frame period for which a schedule of the plan with a source that offers rows at any time is known.
  explicit IntervalProof(const Plan& plan, std::optional<Cycles> keeps = {});

  /// The state after the next frame (Periodicity::add). States beyond what a machine may have to hold are not looked
  /// at.
  void add(std::vector<Cycles> state) {
    if (!remembers_too_much()) periodicity_.add(std::move(state));
    ++frames_;
  }
  /// After the newest frame of those that are looked at. `frame_start()`: the start of each stage's step 0 of that
  /// frame.
  template <typename FrameStart>
  void look(FrameStart frame_start) {
    if (bound_ || periodicity_.repeat() || certify() || frames() < frames_before_graph || asked_graph_) return;
    ask_graph(frame_start());
  }

  /// Whether the run may end; `until_proven`: no frame beyond the proof.
  bool enough(bool until_proven) const;
  int frames() const { return frames_; }

  Throughput throughput(const std::vector<Cycles>& completions) const;
  std::optional<SteadyWindow> steady_window() const;
  /// What sets the interval, where that is known. Throws Defect when it is not the interval.
  std::optional<CriticalCycle> critical() const;
  Cycles slowest_interval() const { return slowest_interval_; }

 private:
  static constexpr int frames_before_graph = 16;

  bool remembers_too_much() const;

  bool certify();
  void take_lower_bound();
  void ask_graph(const std::vector<Cycles>& frame_start);
  Cycles lower_bound() const;

  const Plan& plan_;
  const std::optional<Cycles> keeps_;
  int slowest_ = 0;  ///< the first stage with the largest Σ cost
  Cycles slowest_interval_ = -1;
  int frames_ = 0;
  Periodicity periodicity_;
  std::optional<Ratio> bound_;
  std::optional<CriticalCycle> critical_;
  bool asked_graph_ = false;
};

/// Whether the source offers rows as fast as they are taken.
bool is_saturated(const SourcePacing& pacing);

/// A stage's own unit as what limits the throughput.
CriticalCycle own_cycle(const Plan& plan, int stage);

}  // namespace rowflow
