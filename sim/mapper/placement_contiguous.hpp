// Placement in which every cluster holds a stretch of the topological order. Private to placement.
#pragma once

#include "sim/mapper/placement_items.hpp"

namespace rowflow {

/// Puts every item into one of `clusters` clusters: of all ways to cut the order of items so that no cluster holds more
/// than `limit`, one whose slowest edge between clusters (T5) is the fastest, or no slower than `interval`, and of
/// those one with the fewest edges between clusters. By dynamic programming over stretches: exact among such ways.
/// False, with nothing changed, when there is none.
bool place_contiguously(PlacementItems& all, const ClusterUse& limit, int clusters, Cycles interval);

}  // namespace rowflow
