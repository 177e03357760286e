// What every engine asks of a plan before it measures it, and the model's side. Private to the room.
#pragma once

#include "sim/graph/event_graph.hpp"
#include "sim/plan/plan.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

/// check_plan, and figures that a run of so many frames (0: not known yet) can hold. Throws InputError.
void require_measurable(const Plan& plan, int frames);

/// simulate() of the graph's plan, which has been found measurable.
Measurement simulate_on(const EventGraph& graph, const RunOptions& options);

}  // namespace rowflow
