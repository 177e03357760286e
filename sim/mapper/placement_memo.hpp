// Placements that were mended before: a search for what spills asks for the same ones again and again.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/mapper/placement_items.hpp"

namespace rowflow {

/// All that repair_placement looks at, the clusters that items have so far included.
std::vector<std::int64_t> placement_key(const PlacementItems& all, const ClusterUse& limit, int clusters,
                                        Cycles interval);

/// Not for several threads at a time.
class PlacementMemo {
 public:
  using Key = std::vector<std::int64_t>;

  /// The clusters of the items, in their order; nullptr: not known.
  const std::vector<int>* find(const Key& key) const;
  /// Forgets all others when they have become too many.
  void keep(Key key, std::vector<int> clusters);

 private:
  std::map<Key, std::vector<int>> known_;
  std::size_t numbers_ = 0;  ///< of all keys
};

}  // namespace rowflow
