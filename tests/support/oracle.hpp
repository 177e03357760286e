// A second, independent evaluation of rules T1–T6 with the accounts T9–T11, on nothing but the plan's JSON
// (rowflow.plan/1). It shares no code with the simulator: where both agree to the cycle, either both are right or both
// read the rules wrongly.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace rowflow::oracle {

using Int = std::int64_t;

/// Waiting of one stage, charged to one buffer (T9); the empty name is the source's own schedule.
struct Stall {
  std::string buffer;
  bool blocked = false;  ///< else starved
  Int cycles = 0;
};

/// Rule T9: busy + starved + blocked + done = elapsed.
struct StageAccount {
  std::string name;
  std::vector<Int> starts;  ///< of every executed step, all frames
  Int busy = 0, starved = 0, blocked = 0, done = 0;
  std::vector<Stall> stalls;  ///< schedule, inputs, outputs, in order; only those with cycles
};

/// Rule T10 over [0, elapsed]: integral = Σ rows·cycles, so that mean = integral / elapsed.
struct BufferAccount {
  std::string name;
  Int peak = 0, integral = 0, full_cycles = 0;
};

/// A stage that never ran its next step: its first unmet condition (inputs in order, then outputs).
struct Wait {
  std::string stage, buffer;
  bool for_space = false;
};

struct Result {
  bool completed = false;
  Int elapsed = 0;
  std::vector<Int> frame_start, frame_source_end, frame_completion;  ///< of frames that got so far
  std::vector<StageAccount> stages;                                  ///< in plan order
  std::vector<BufferAccount> buffers;                                ///< in plan order
  std::vector<Wait> unfinished;                                      ///< empty when completed
  Int steps_executed = 0;
};

/// Evaluates `frames` frames. Throws std::runtime_error when the JSON is not a plan or breaks T1.
Result evaluate(const nlohmann::json& plan, int frames);

/// Rule T11: the state after frame `first` is the state after `first + frames`.
struct Period {
  Int cycles = 0;
  int frames = 0;
  int first = 0;
};

/// The earliest repeat of T11's state among the first `max_frames` frames of a saturated plan, or none.
std::optional<Period> proven_interval(const nlohmann::json& plan, int max_frames);

/// One frame of the regime in which the source is paced evenly at `cycles` / `frames` a frame; all times in 1/frames of
/// a cycle.
struct Regime {
  Int period = 0, parts = 1;           ///< `parts` of these a cycle
  std::vector<StageAccount> stages;    ///< in plan order: busy, starved, blocked, stalls
  std::vector<BufferAccount> buffers;  ///< over one period
  Int latency = 0, after_last_row = 0;
};

/// Found by running from empty until the frames are alike; none within `max_frames`.
std::optional<Regime> paced_regime(const nlohmann::json& plan, Int cycles, Int frames, int max_frames);

}  // namespace rowflow::oracle
