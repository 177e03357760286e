// The physical layers of a plan as things to be placed. Private to placement.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapper/allocation.hpp"

namespace rowflow {

/// One physical layer, join, or group of fan-out copies.
struct PlacementItem {
  std::size_t stage = 0;
  ClusterUse use;
  std::vector<int> neighbours;  ///< indices of items at the other end of an edge, once an edge
  int cluster = -1;
  bool fixed = false;
};

/// A row buffer between items.
struct PlacementEdge {
  int from = -1;        ///< the item that the rows leave; −1: source or memory level
  std::vector<int> to;  ///< the consumer's physical layers; empty: a sink, or a memory level
  Bytes bytes = 0;      ///< of its rows in L3, as far as they are known
  Bytes cut_bytes = 1;
  Cycles transfer_interval = 0;  ///< what a frame takes where the edge crosses clusters of finite width (T5)

  /// Of each of its FIFOs: between clusters there are two, half of the rows in each.
  std::int64_t cuts(bool crosses) const;
};

struct PlacementItems {
  std::vector<PlacementItem> items;     ///< in topological order
  std::vector<std::vector<int>> parts;  ///< by stage: items of its physical layers
  std::vector<int> output;              ///< by stage: the item that its rows leave, or -1
  std::vector<PlacementEdge> edges;     ///< by buffer
};

/// `buffer_bytes` by buffer: what its rows take of L3, 0 where that is not known.
PlacementItems placement_items(const Plan& plan, const Allocation& allocation, const std::vector<PhysicalStage>& stages,
                               const PhysicalRules& rules, const std::vector<Bytes>& buffer_bytes);

/// Resource by resource; a limit of 0 = none.
bool within_limit(const ClusterUse& use, const ClusterUse& limit);

}  // namespace rowflow
