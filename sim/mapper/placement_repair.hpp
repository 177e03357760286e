// Mends a placement that leaves a cluster short of something or makes an edge slow. Private to placement.
#pragma once

#include "sim/mapper/placement_items.hpp"
#include "sim/mapper/placement_memo.hpp"

namespace rowflow {

/// Leaves a placement alone in which every cluster of the device suffices and no edge between clusters takes longer
/// than `interval`, and one of more than the whole device has. Otherwise takes the better of it and place_contiguously,
/// and then moves and swaps items, each change for the better (PlacementScore), until nothing is wrong or no change
/// helps. Items that are fixed stay. What `memo` knows is not searched for again.
void repair_placement(PlacementItems& all, const ClusterUse& limit, int clusters, Cycles interval, PlacementMemo& memo);

}  // namespace rowflow
