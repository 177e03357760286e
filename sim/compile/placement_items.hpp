// The physical layers of a plan as things to be placed. Private to placement.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/compile/allocation.hpp"

namespace rowflow {

/// One physical layer, join, or group of fan-out copies.
struct PlacementItem {
  std::size_t stage = 0;
  ClusterUse use;
  std::vector<int> neighbours;  ///< indices of items at the other end of an edge, once an edge
  int cluster = -1;
  bool fixed = false;
};

struct PlacementItems {
  std::vector<PlacementItem> items;     ///< in topological order
  std::vector<std::vector<int>> parts;  ///< by stage: items of its physical layers
  std::vector<int> output;              ///< by stage: the item that its rows leave, or -1
};

PlacementItems placement_items(const Plan& plan, const Allocation& allocation, const std::vector<PhysicalStage>& stages,
                               const PhysicalRules& rules, const std::vector<std::int64_t>& buffer_cuts);

/// Resource by resource; a limit of 0 = none.
bool within_limit(const ClusterUse& use, const ClusterUse& limit);

}  // namespace rowflow
