// A plan measured on its event graph, without SystemC: what simulate() (sim/run) measures, to the cycle, for those who
// ask thousands of times.
#pragma once

#include <optional>

#include "sim/graph/event_graph.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

struct EventOptions {
  int frames = 0;                    ///< exactly so many; 0 = until the interval is proven (T11)
  bool until_proven = false;         ///< frames = 0: stop as soon as the interval is proven
  bool accounts = true;              ///< else stages and buffers of the result are empty: no T9, no T10
  std::optional<Cycles> keeps = {};  ///< a frame period that the plan is known to keep for ever (IntervalProof)
};

/// `graph` must be usable.
Measurement evaluate_events(const EventGraph& graph, const EventOptions& options = {});

/// Nothing in a deadlock (T12), or where the figures are too large for it.
std::optional<Measurement> evaluate_events(const Plan& plan, const EventOptions& options = {});

}  // namespace rowflow
