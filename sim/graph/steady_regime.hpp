// The regime in which the source is paced at the interval: every frame is the one before, an interval later.
//
// T2–T4 are max-plus linear: a pipeline from empty whose source is paced evenly at its interval, or slower, ends in the
// least times that keep every rule, the longest paths from the source's schedule. They are the same whatever came
// before; the saturated run's transient is not. T9's and T10's steady figures, T11's paced latency and T14's depths are
// read off one frame of them.
#pragma once

#include <optional>
#include <vector>

#include "sim/graph/event_graph.hpp"
#include "sim/graph/stage_account.hpp"
#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// Of one frame; times in 1/scale cycles, since an interval need not be whole.
struct SteadyRegime {
  Cycles scale = 1;
  Cycles period = 0;               ///< the interval
  std::vector<Waits> waits;        ///< of each stage (T9); empty where only times were asked for
  std::vector<Occupancy> buffers;  ///< the steady figures of each buffer (T10), in cycles; empty likewise
  Cycles latency = 0;              ///< from the start of the source's first step to the frame's completion
  Cycles after_last_row = 0;       ///< … from the end of its last
  int frames = 0;                  ///< so many frames from empty until it is reached
};

/// `interval`: at least the pipeline's, in cycles a frame. Row r of frame f is offered at f·interval +
/// ⌊r·interval / rows⌋, rounded down to 1/denominator of a cycle. Nothing where the figures are too large, or the
/// interval is shorter than the pipeline's. `graph` must be usable.
std::optional<SteadyRegime> steady_regime(const EventGraph& graph, const Ratio& interval, bool accounts = true);

/// Of a run whose interval is known exactly.
std::optional<SteadyRegime> regime_of(const EventGraph& graph, const Throughput& throughput);

/// The steady figures of a regime in place of those of a run.
void take_steady(const Occupancy& regime, Occupancy& run);

}  // namespace rowflow
