// The SystemC model's figures against those of the evaluator on the event graph. Private to the room.
#pragma once

#include "sim/graph/event_graph.hpp"
#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// Throws Defect, with what differs, where the evaluator finds another completion of any frame that the model ran,
/// another end of any stage's last step or another peak of any buffer; or that one of the two ends in a deadlock and
/// the other does not. Silent where the figures are too large for the evaluator.
void compare_with_events(const EventGraph& graph, const Measurement& model);

}  // namespace rowflow
