// The model's side of measure(). Private to the room.
#pragma once

#include "sim/graph/event_graph.hpp"
#include "sim/plan/plan.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

/// simulate() of the graph's plan, which has been found measurable.
Measurement simulate_on(const EventGraph& graph, const RunOptions& options);

}  // namespace rowflow
