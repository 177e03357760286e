// Where the time of a paced interval is lost, in a few figures that compare tile heights (T9).
#pragma once

#include <optional>
#include <vector>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// What stages do in the steady regime paced at the interval; shares of their time, 0 … 1, together 1.
struct TimeShares {
  double busy = 0, starved = 0, blocked = 0;
};

/// Of several contexts each figure is a sum over their steady regimes: cycles of all over time of all, so a context
/// weighs as much as its interval is long.
struct StallShares {
  std::optional<TimeShares> se_producers;  ///< of the stages that feed SE blocks, together; none without such stages
  std::optional<double> vector_wait;       ///< scale stages, together: starved on their excite vector
  TimeShares bottleneck;                   ///< of the busiest stage; of several contexts, of each context's own
  int stage = -1;                          ///< the busiest stage, in `plan`; -1 of several contexts
};

/// The stages that feed squeezes and bypasses, each once, in order. Not the source and stages of memory levels: what
/// those do is no work of the network.
std::vector<int> se_producers(const Plan& plan);

/// Nothing when no steady regime was measured: a deadlock, one frame, --frames proven.
std::optional<StallShares> stall_shares(const RunResult& result);

/// Of one context alone.
std::optional<StallShares> stall_shares(const ContextResult& context);

}  // namespace rowflow
