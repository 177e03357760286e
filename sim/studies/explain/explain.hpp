// rowflow explain: a design point, and what each single change to it gives. Every change is simulated.
#pragma once

#include "sim/evaluate/evaluate.hpp"
#include "sim/metrics/explain_result.hpp"

namespace rowflow {

struct ExplainOptions {
  int levers = 6;  ///< of each kind, at most: first those on the critical cycle, then those where most is at stake
};

/// Throws InputError (compile). A deadlock has no levers: its cure is in the result.
ExplainResult explain(const Network& network, const Device& device, const EvaluateOptions& options,
                      const ExplainOptions& wanted);

/// The neighbours of a tile height in full (0), …, 28, 14, 7, 4, 2, 1, on a map of `height` rows.
std::vector<Rows> neighbour_heights(Rows height, Rows tile_height);

}  // namespace rowflow
