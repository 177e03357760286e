// Which cluster each physical layer runs in, and so which buffers cross clusters (rule T5).
#pragma once

#include <map>
#include <vector>

#include "sim/compile/physical.hpp"
#include "sim/mapper/allocation.hpp"
#include "sim/mapper/placement_memo.hpp"

namespace rowflow {

/// Clusters given by the user, by stage index: one for each physical layer, or one for all.
using FixedClusters = std::map<std::size_t, std::vector<int>>;

/// Fills Plan::mapping's clusters, and clusters and physical layers of every stage. Physical layers, their joins and
/// fan-out copies are put so that each cluster's subclusters, controllers, activation units, input aligners and L3 cuts
/// suffice, with few edges between clusters: a balanced fill in topological order, then single moves as long as they
/// take an edge away. Where that leaves a cluster short of something, or an edge between clusters slower than the
/// stages (T5), stretches of the order are tried (place_contiguously), and moves and swaps that mend what is wrong.
/// Deterministic. What the device's clusters cannot take goes to further ones. `buffer_bytes` by buffer, as far as they
/// are known: they need room where their ends are. Returns the number of clusters used beyond the device's.
int place(Plan& plan, const Allocation& allocation, const std::vector<PhysicalStage>& stages,
          const PhysicalRules& rules, const std::vector<Bytes>& buffer_bytes, const FixedClusters& fixed,
          PlacementMemo& memo);

/// Whether rows of the buffer leave the cluster of their producer.
bool crosses_clusters(const Plan& plan, const Buffer& buffer);

}  // namespace rowflow
