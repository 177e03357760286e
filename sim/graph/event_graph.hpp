// The events of one frame of a pipeline and what each waits for: rules T2–T4 and T16 as arcs, in an order in which they
// can be computed.
//
// An event is the end of a step; where the plan forwards rows (T16), its start and its end. An arc says "no earlier
// than that event, of this frame or of one before, plus so many cycles". After a frame all buffers are empty but for
// time, so one order, found by executing a frame untimed (T12), serves every frame.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// An event that is waited for: an index from the first event of the frame, negative for frames before it.
struct EventArc {
  std::int32_t event;
  std::int32_t cycles;
};

/// Steps of one stage that follow each other in the order.
struct EventRun {
  std::int32_t stage;
  std::int32_t first;  ///< step, counted through all stages
  std::int32_t count;
};

class EventGraph {
 public:
  /// `plan` must have passed check_plan and outlive the graph.
  explicit EventGraph(const Plan& plan);

  const Plan& plan() const { return plan_; }
  /// Whether a frame can be completed, and all figures fit.
  bool usable() const { return usable_; }
  /// Whether no frame can be completed (T12).
  bool deadlocks() const { return deadlocks_; }
  bool forwarded() const { return forwarded_; }

  std::int32_t steps() const { return static_cast<std::int32_t>(cost_.size()); }
  std::int32_t events() const { return forwarded_ ? 2 * steps() : steps(); }
  /// How many frames an arc reaches back at most.
  int frames_back() const { return frames_back_; }
  /// The first step of a stage, counted through all stages.
  std::int32_t base(std::size_t stage) const { return base_[stage]; }
  std::int32_t last(std::size_t stage) const { return base_[stage + 1] - 1; }
  const std::vector<Cycles>& cost() const { return cost_; }  ///< by step

  /// The index of a step's end, and of its start where rows are forwarded.
  std::int32_t end_event(std::int32_t step) const { return forwarded_ ? 2 * step + 1 : step; }
  std::int32_t start_event(std::int32_t step) const { return 2 * step; }

  // In the order of computation. Of the n-th step, arcs from bounds[kinds·(n−1)+kinds−1] to bounds[kinds·n+0] are of
  // its rows, then of its space; where rows are forwarded (kinds = 4), then those of its end for rows and for space.
  const std::vector<EventRun>& runs() const { return runs_; }
  int kinds() const { return forwarded_ ? 4 : 2; }
  const std::vector<std::uint32_t>& bounds() const { return bounds_; }
  const std::vector<EventArc>& arcs() const { return arcs_; }
  const std::vector<std::uint16_t>& ports() const { return ports_; }  ///< of each arc: inputs first, then outputs

  /// The steps that write and that free each row of a frame of a buffer.
  const std::vector<std::int32_t>& writing_steps(std::size_t buffer) const { return writes_[buffer]; }
  const std::vector<std::int32_t>& freeing_steps(std::size_t buffer) const { return frees_[buffer]; }

 private:
  enum Kind { rows, space, end_rows, end_space };
  struct Port;

  void number_steps();
  void find_order();
  void add_arcs();
  void add_step(std::size_t stage, std::size_t step);
  void add_input(const StageInput& input, std::size_t step, std::uint16_t port, Cycles cost, bool at_end);
  void add_output(const StageOutput& output, std::size_t step, std::uint16_t port, bool at_end);
  void add_arc(std::int32_t event, std::int64_t frames_back, Cycles cycles, std::uint16_t port);

  const Plan& plan_;
  bool usable_ = true, deadlocks_ = false, forwarded_ = false;
  int frames_back_ = 1;
  std::vector<std::int32_t> base_;
  std::vector<Cycles> cost_;
  std::vector<EventRun> runs_;
  std::vector<std::uint32_t> bounds_;
  std::vector<EventArc> arcs_;
  std::vector<std::uint16_t> ports_;
  std::vector<std::vector<std::int32_t>> writes_, frees_;
};

}  // namespace rowflow
