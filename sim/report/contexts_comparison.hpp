// Tile heights of a network that runs in several contexts, side by side.
#pragma once

#include <string>

#include "sim/report/comparison.hpp"

namespace rowflow {

/// Whether some row of the comparison is in several contexts.
bool in_contexts(const Comparison& comparison);

/// A row a tile height: frames per second at batch 1 and at the batch, latency, where it goes, memory of the largest
/// context. Rows in one context have their own figures there.
std::string contexts_comparison_table(const Comparison& comparison, const TextStyle& style);

/// Batches over the ranges of the device's figures.
std::string contexts_ranges_table(const Comparison& comparison, const TextStyle& style);

}  // namespace rowflow
