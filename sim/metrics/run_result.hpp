// The finished value of one compiled and simulated design point: what every report prints. Field meanings: rules
// T9–T14.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/units.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// An exact quotient, e.g. cycles per frame.
struct Ratio {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
  double value() const { return static_cast<double>(numerator) / static_cast<double>(denominator); }
};

/// How an interval is known (T11): not at all, by a bound that it meets, or by a repeated state.
/// `batch`: of several contexts, the time of a whole batch was simulated (T19).
enum class Proof { none, bound, repeat, batch, end };

template <>
struct EnumNames<Proof> {
  static constexpr std::string_view of[] = {"none", "bound", "repeat", "batch"};
};

/// For nlohmann::json: the name.
template <class Json>
void to_json(Json& json, const Proof& proof) {
  json = to_string(proof);
}

/// What computed a measurement: the SystemC model, or the evaluator on the event graph (sim/graph). To the cycle the
/// same.
enum class Engine { systemc, events, end };

template <>
struct EnumNames<Engine> {
  static constexpr std::string_view of[] = {"systemc", "events"};
};

/// For nlohmann::json: the name.
template <class Json>
void to_json(Json& json, const Engine& engine) {
  json = to_string(engine);
}

/// Rule T11.
struct Throughput {
  std::optional<Ratio> interval;  ///< cycles per frame in the steady regime; none in a deadlock or for a single frame
  double fps = 0;
  Proof proof = Proof::none;
  bool periodic = false;  ///< the state was seen to repeat
  Cycles period_cycles = 0;
  int period_frames = 0;
  int transient_frames = 0;   ///< frames before the periodic regime
  bool steady_exact = false;  ///< steady figures are of the regime paced at the interval (else of the run's last half)
};

/// Rule T11, cycles from the start of the source's step 0 to the end of the last sink's last step.
struct Latency {
  std::optional<Cycles> isolated;
  std::optional<double> paced;
  std::optional<double> after_last_row;  ///< paced, counted from the end of the source's last step
  std::optional<double> loaded;
  std::optional<Cycles> link_sharing;  ///< of `isolated`: at most so much because transfers have fixed shares (D8)
};

enum class StallKind { starved, blocked };

struct StallCause {
  int buffer = -1;  ///< the blamed row buffer; -1 = the source's own schedule
  StallKind kind = StallKind::starved;
  Cycles cycles = 0;         ///< over the whole saturated run
  double steady_cycles = 0;  ///< per frame
};

/// Rule T9 for one stage; busy + starved + blocked + done = elapsed.
struct StageActivity {
  Cycles busy = 0, starved = 0, blocked = 0, done = 0;
  double steady_busy = 0, steady_starved = 0, steady_blocked = 0;  ///< per frame
  double utilization = 0;          ///< steady busy / interval; busy/elapsed when there is no interval
  std::vector<StallCause> stalls;  ///< ports in order, inputs first; only those with cycles, in the run or steady
};

/// Rule T10 for one row buffer.
struct Occupancy {
  Rows peak_rows = 0;
  double mean_rows = 0;
  Cycles full_cycles = 0;
  Cycles longest_stay = 0;  ///< of any released row, from taking its slot to freeing it
  Rows steady_peak_rows = 0;
  double steady_mean_rows = 0;
  double steady_full_cycles = 0;  ///< per frame
};

/// Per frame, steady.
struct SeActivity {
  double wait_for_vector_cycles = 0;   ///< scale starved on its vector
  double producer_blocked_cycles = 0;  ///< the bypass' producer blocked on it
  double excite_busy_cycles = 0;       ///< largest busy time of the excite stages
};

/// One arc of a cycle of dependences between steps: what bound the step's start (T2).
struct BindingArc {
  int stage = -1;   ///< the stage whose step waited
  int buffer = -1;  ///< the buffer whose row or space bound it; -1: its own unit
  bool for_space = false;
  Cycles cycles = 0;  ///< length of the arc, total over the cycle
};

/// The cycle that sets the interval: Σ cycles / frames = interval.
struct CriticalCycle {
  std::vector<BindingArc> arcs;  ///< merged per (stage, buffer, for_space), in order of the walk
  Cycles cycles = 0;
  int frames = 0;
  std::string text;  ///< one sentence
};

struct WaitingStage {
  int stage = -1;
  bool for_space = false;  ///< else for rows
  int buffer = -1;
};

struct CapacityChange {
  int buffer = -1;
  Rows capacity_rows = 0;
};

/// Rule T12.
struct Deadlock {
  std::string text;
  std::vector<WaitingStage> waiting;  ///< the cycle
  std::vector<CapacityChange> cure;   ///< applied together: the run completes; none can be lowered by a row alone
};

/// What one run of a plan measured.
struct Measurement {
  Engine engine = Engine::systemc;
  bool completed = false;  ///< false: deadlock (T12)
  int frames = 0;          ///< simulated (asked for, when deadlocked)
  Cycles elapsed = 0;
  std::vector<Cycles> frame_start;       ///< actual start of the source's step 0
  std::vector<Cycles> frame_source_end;  ///< end of the source's last step
  std::vector<Cycles> frame_completion;
  Throughput throughput;
  std::vector<StageActivity> stages;  ///< index = Plan::stages
  std::vector<Occupancy> buffers;     ///< index = Plan::buffers
  std::optional<CriticalCycle> critical;
  int steady_first_frame = 0;  ///< a period of the run, or its last half: the frames after this one …
  int steady_last_frame = 0;   ///< … up to this one
  std::int64_t steps_executed = 0;
};

struct ContextsResult;

enum class RunStatus { ok, deadlock, does_not_fit };

/// Plan and measurements of one design point.
struct RunResult {
  Plan plan;
  RunStatus status = RunStatus::ok;
  std::string timing = "decoupled";
  Measurement saturated;
  Latency latency;
  std::vector<SeActivity> se;  ///< index = Plan::se_blocks
  std::optional<Deadlock> deadlock;
  std::optional<double> penalty;  ///< in accuracy, of all tiled blocks and static gates; as the user's file has it
  /// Of several contexts (sim/metrics/contexts_result.hpp); then `plan` has the stages, buffers and SE blocks of all
  /// of them in order and is no pipeline, its resources are the most that any takes, and throughput is that of a batch.
  std::shared_ptr<const ContextsResult> several;
};

}  // namespace rowflow
