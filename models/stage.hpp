// A stage: a cyclo-static dataflow actor over rows (rules T1–T4), temporally decoupled or in step with the clock (T13).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/activity.hpp"
#include "models/row_buffer.hpp"
#include "models/systemc.hpp"
#include "sim/metrics/timeline.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

enum class ModelTiming { decoupled, synchronous };

/// What a watched stage does, as waveforms show it.
enum StageDoing : unsigned { doing_starved, doing_busy, doing_blocked, doing_done };

class StageModule : public sc_core::sc_module {
 public:
  sc_core::sc_vector<sc_core::sc_port<RowReadInterface>> in;
  sc_core::sc_vector<sc_core::sc_port<RowWriteInterface>> out;

  /// `stage` and `buffers` must outlive the module.
  StageModule(const sc_core::sc_module_name& name, const Stage& stage, const std::vector<Buffer>& buffers,
              ModelTiming timing);

  /// As new, for another run: a stage with the same ports in another plan, or with other figures. While the kernel is
  /// not running. `stage`, `buffers` and `pacing` (of a source) must outlive the run.
  void restart(const Stage& stage, const std::vector<Buffer>& buffers, const SourcePacing& pacing);

  /// Lets the stage work on frames 0 … frames−1, and wakes it.
  void allow_frames(int frames);
  /// The same for a source that others feed, in step with the clock: none of the frames that this adds begins before
  /// the next edge of the clock.
  void offer_frames(int frames);
  /// Notified when the stage has ended a frame. Asked for before the kernel runs; in step with the clock.
  const sc_core::sc_event& frame_ended();

  /// Records every step in the timeline's window. Before the first frame is allowed; `timeline` must outlive the run.
  void record(Timeline& timeline, int stage_index);

  /// Keeps what the stage does (StageDoing) up to date in the returned variable; for synchronous runs.
  const unsigned& watch();

  const Activity& activity() const { return activity_; }
  void forget_before(int frame) { activity_.forget_before(frame); }
  int frames_done() const { return frame_; }
  Cycles last_end() const { return unit_free_; }

  /// Of an unfinished stage that can never start its next step: the port of its first unmet condition (inputs in order,
  /// then outputs).
  struct Wait {
    bool for_space = false;
    std::size_t port = 0;
    Cycles starved_until = 0;                ///< for space: when its rows were there, or the source's schedule came
    Binding starved_on = bound_by_schedule;  ///< for space: what it waited for until then
  };
  Wait waiting() const;

 protected:
  void pace(const SourcePacing& pacing) { pacing_ = &pacing; }

 private:
  struct InputPort {
    RowRing* ring = nullptr;
    RowReadInterface* buffer = nullptr;
    Rows base = 0;  // rows of earlier frames
    Rows rows_per_frame = 0;
    Cycles credit_latency = 0;
    const Forwarding* forwarding = nullptr;
  };
  struct OutputPort {
    RowRing* ring = nullptr;
    RowWriteInterface* buffer = nullptr;
    Rows base = 0;
    Rows rows_per_frame = 0;
    Cycles data_latency = 0;  // stage latency + transfer latency
    const Forwarding* forwarding = nullptr;
  };
  /// The terms of T2 for the next step.
  struct Start {
    Cycles rows = 0, space = 0;
    std::size_t rows_port = 0, space_port = 0;  // which port had the latest; bound_by_schedule is told by `scheduled`
    bool scheduled = false;
    bool rows_known = false;  // else an input's rows have not been written yet
  };

  /// The terms of T16 for the end of a step.
  struct Finish {
    Cycles rows = 0, space = 0;
    std::size_t rows_port = 0, space_port = 0;
  };

  /// Columns of a step's line in step_table_.
  static std::size_t needs_column(std::size_t input) { return 2 * input; }
  static std::size_t releases_column(std::size_t input) { return 2 * input + 1; }
  std::size_t emits_column(std::size_t output) const { return 2 * inputs_.size() + output; }
  const std::int32_t* step_line() const { return &step_table_[step_ * step_columns_]; }
  Cycles step_cost() const { return stage_->cost[step_ * cost_stride_]; }

  void take(const Stage& stage, const std::vector<Buffer>& buffers);
  void build_step_table();
  void end_of_elaboration() override;
  void run_ahead();
  void follow_clock();
  void show_wait(const Start& terms);
  void show_start();
  void show_end();
  bool find_start(Start& start);
  Cycles begin_step(const Start& start);
  /// False where the step is not in the window.
  [[gnu::cold, gnu::noinline]] bool record_step(const Start& terms, Cycles start, Cycles end);
  [[gnu::cold, gnu::noinline]] void record_forwarded(const Start& terms, Cycles start, const Finish& finish);
  void reserve_outputs(Cycles start);
  void finish_step(Cycles end);
  void end_frame();
  bool find_forwarded(Start& start, Finish& finish);
  bool find_rows(std::size_t port, Start& start, Finish& finish);
  bool find_space(std::size_t port, Start& start, Finish& finish);
  void do_forwarded_step(const Start& start, const Finish& finish);
  void finish_forwarded(Cycles start, Cycles end);
  Cycles first_beat_visible(std::size_t port, Rows needed) const;
  Rows needed_before(std::size_t port) const;
  void run_forwarded();
  void follow_clock_forwarded();
  void notify_neighbours();
  Cycles offered_at() const;

  const Stage* stage_;
  std::vector<InputPort> inputs_;
  std::vector<OutputPort> outputs_;
  // needs, releases and emits of all ports, a line a step: one compact stream of memory, because long tables fall out
  // of the cache.
  std::vector<std::int32_t> step_table_;
  std::size_t step_columns_ = 0;
  std::size_t cost_stride_ = 1;  // 0 when all steps cost the same
  const SourcePacing* pacing_ = nullptr;
  ModelTiming timing_;
  bool forwarded_ = false;       // T16: some buffer of this stage is
  bool plan_forwarded_ = false;  // some buffer of the plan is
  std::size_t steps_ = 0, step_ = 0;
  int frame_ = 0, frame_limit_ = 0;
  Cycles unit_free_ = 0;
  bool in_step_ = false;  // synchronous: between start and end of a step,
  Cycles step_end_ = 0;   // which is then
  bool watched_ = false;
  unsigned doing_ = doing_starved;
  Activity activity_;
  Timeline* timeline_ = nullptr;
  StageTimeline* recorded_ = nullptr;
  Cycles longest_credit_ = 0;  // of the inputs: how long after a step's end its slots are freed
  Cycles offered_from_ = 0;    // by offer_frames
  sc_core::sc_event wake_;
  std::unique_ptr<sc_core::sc_event> frame_ended_;  // if anybody asked
};

}  // namespace rowflow
