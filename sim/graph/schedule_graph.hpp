// Which capacities allow an interval: a pure analysis of the plan, no simulation.
//
// T2–T4 are max-plus linear, so capacities c reach an interval of at most λ exactly when start times x(step) exist
// whose repetition every λ cycles keeps every rule: x(to) ≥ x(from) + cycles − λ·(frames between them). That is a graph
// with an arc for the unit, for each row waited for and for each slot waited for; only the last kind depends on c. Such
// times exist exactly when no cycle of the graph is longer than λ times its frames, and a longer cycle names the
// buffers whose depth it needs.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

class ScheduleGraph {
 public:
  /// `interval` in cycles a frame, at most this. The plan's capacities do not matter; it must outlive the graph and
  /// have no row forwarding.
  ScheduleGraph(const Plan& plan, const Ratio& interval);

  /// Looks for times near those of a run: the start of each stage's step 0 in one of its later frames. Before the first
  /// holds(); the answers are the same without, but take longer.
  void start_from(const std::vector<Cycles>& frame_start);
  /// The same, with the start of every step: of all of stage 0, then of stage 1 …
  void start_at(const std::vector<Cycles>& step_starts);

  /// Another interval, no shorter than before; the answers are those of a new graph, sooner where they are near.
  void raise_interval(const Ratio& interval);

  /// Whether these capacities (unlimited_rows: never full) keep the interval, without deadlock.
  bool holds(const std::vector<Rows>& capacities);

  enum class Answer { holds, fails, gave_up };
  /// The same with at most so many looks at a step; who gives up knows of no conflict.
  Answer ask(const std::vector<Rows>& capacities, std::int64_t most_looks);

  /// After holds() was false: the buffers whose space is on the cycle that is too long (ascending). At least one of
  /// them must be larger in any capacities that hold; none of the others helps. Empty when the interval is below that
  /// of unlimited buffers.
  const std::vector<int>& conflict() const { return conflict_; }

  /// After holds() was false: the cycle that is longer than the interval times its frames, in the order of waiting:
  /// none of its frames, and it is a deadlock. Nothing where steps without any cost wait for each other (T12).
  std::optional<CriticalCycle> long_cycle() const;

  /// After holds() was true, without a bound on the latency: the least that frames can take, in cycles from the start
  /// of the source's first step to the end of the last sink's last, in schedules that repeat every interval: the
  /// longest path between them.
  Cycles least_latency();

  /// From now on, frames also take at most `most` cycles so: an arc from there back to the source of length −most. Then
  /// the completion of frame f of the saturated run is at most most + f·interval.
  void bound_latency(Cycles most);

  /// After holds() was true: capacities with which the schedule found keeps every rule, at most those it was found
  /// with.
  std::vector<Rows> occupied() const;

  /// Steps looked at in all checks: what they cost.
  std::int64_t looks() const { return looks_; }

 private:
  using Time = std::int64_t;  // cycles times the interval's denominator
  static constexpr Time unknown = std::numeric_limits<Time>::max();
  /// A step, with what is looked at together.
  struct Node {
    Time cost;
    int next;               // step of the stage; behind the last one its first
    int row_arcs, slots;    // the first of its own; the next node's are behind them
    bool last, ends_frame;  // of its stage; of a sink
  };
  struct Arc {
    Time length;
    int to;
  };
  /// The first row of a buffer that a step frees.
  struct Slot {
    int buffer, row;
  };
  struct BufferEnds {
    std::vector<int> node_of_row;  // the producer's step that emits it
    Rows rows = 0;                 // per frame
    Rows capacity = 0;             // of the check under way: whole frames, …
    Rows rest = 0;                 // … and a rest
    Time delay = 0;                // from the end of the step that frees a slot, less the whole frames
    Time credit = 0;
    Rows held = 0;  // with which times_ hold; unlimited_rows: any
  };
  /// A node's place in the tree of what raised what, and in the queue.
  struct Place {
    int parent = -1, buffer = -1;  // whose slot the parent's arc waits for
    int first_child = -1, next = -1, previous = -1;
    enum : char { out, waiting, passed_over } queued = out;
    bool touched = false;
  };

  void add_stages();
  void add_rows(int stage);
  void add_slots(int stage);
  void start_check(const std::vector<Rows>& capacities);
  Answer settle(std::int64_t most_looks);
  bool scan(int node);
  bool scan_space(int node);
  bool relax(int from, int to, Time length, int buffer);
  bool cut_subtree(int node, int searched);
  void detach(int node);
  void attach(int node, int parent, int buffer);
  void enqueue(int node);
  void touch(int node);
  void find_conflict(int from, int to, int buffer);
  BindingArc arc_of(int from, int to, int buffer, int& frames) const;
  BindingArc space_arc_of(int from, int to, int buffer, int& frames) const;
  void sort_conflict();
  void forget_tree();
  bool lives(const std::vector<Rows>& capacities);

  const Plan& plan_;
  Plan untimed_;             // a copy whose capacities may change; only where steps are free
  Time scale_, frame_;       // the interval is frame_ / scale_
  bool free_steps_ = false;  // some step costs nothing: a deadlock need not show as a long cycle
  std::vector<int> base_;    // first node of each stage
  std::vector<int> stage_of_;
  std::vector<Node> nodes_;  // and one behind the last
  std::vector<Arc> rows_;
  std::vector<Slot> slots_;
  std::vector<BufferEnds> buffers_;

  // Times that hold for the `held` capacities, and the trial of the check under way.
  std::vector<Time> times_, trial_;
  bool settled_once_ = false;

  // The tree of what raised what (Tarjan's subtree disassembly finds a long cycle as soon as it closes).
  std::vector<Place> places_;
  std::vector<int> queue_;
  std::size_t queue_head_ = 0, queue_size_ = 0;
  std::vector<int> touched_, stack_;
  std::vector<int> conflict_;
  struct Wait {
    int from, to;  // a step and what waits for it,
    int buffer;    // for a slot of this
  };
  std::vector<Wait> cycle_;
  std::optional<Time> latency_;
  Time least_latency_ = unknown;  // that times_ keep
  std::int64_t looks_ = 0;
};

}  // namespace rowflow
