// A placement as numbers that moves of single items change: what every cluster holds, to the cut, and what crosses
// clusters. Private to placement.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapper/placement_items.hpp"

namespace rowflow {

/// What a placement is judged by, the most important first; less is better.
struct PlacementScore {
  std::int64_t excess = 0;  ///< of what clusters hold over what they have, in thousandths of the latter, all added up
  std::int64_t beyond = 0;  ///< items in clusters that the device does not have
  Cycles slow = 0;          ///< by how much the slowest edge between clusters (T5) exceeds the interval
  std::int64_t crossings = 0;  ///< edges between clusters
};

/// Lexicographic.
bool operator<(const PlacementScore& a, const PlacementScore& b);

class PlacementState {
 public:
  /// Every item has a cluster. `interval`: what the stages themselves take for a frame. `all` must outlive this.
  PlacementState(PlacementItems& all, const ClusterUse& limit, int clusters, Cycles interval);

  void move(int item, int cluster);
  PlacementScore score() const;
  /// score() < other, sooner known.
  bool better_than(const PlacementScore& other) const;
  /// Whether the score's excess would be more than `most` if the item were in another of the device's clusters.
  bool exceeds_moved(int item, int cluster, std::int64_t most) const {
    return excess_changed(item, cluster, -1, most) > most;
  }
  /// Whether the score may be less than now when two items of different clusters change places; false is certain.
  bool swap_may_help(int a, int b) const;

  const std::vector<ClusterUse>& used() const { return used_; }
  /// Whether the cluster holds more of something than it has.
  bool overfull(int cluster) const { return excess_of(used_[static_cast<std::size_t>(cluster)]) > 0; }

 private:
  void count(int edge, int sign);
  std::int64_t excess_of_layers(const ClusterUse& use) const;
  std::int64_t excess_of(const ClusterUse& use) const;
  std::int64_t excess_changed(int item, int to, int back, std::int64_t most) const;
  template <typename ClusterOf>
  void take_cuts(int edge, std::int64_t sign, int first, ClusterUse& of_first, int second, ClusterUse& of_second,
                 ClusterOf cluster_of) const;
  bool leads_to(int item, int cluster) const;
  void recount(int cluster);

  PlacementItems& all_;
  const ClusterUse limit_;
  const int clusters_;
  const Cycles interval_;
  std::vector<ClusterUse> used_;
  std::vector<std::int64_t> excess_by_cluster_;
  std::int64_t excess_ = 0;                 ///< of the device's clusters
  std::vector<char> changed_;               ///< by cluster: by the move under way
  std::vector<std::vector<int>> edges_of_;  ///< by item,
  std::vector<std::vector<int>> rows_of_;   ///< and those of them whose rows take cuts
  std::vector<char> crosses_;               ///< by edge
  struct Cuts {
    std::int64_t within = 0, across = 0;  ///< of each FIFO, in one cluster and between clusters
  };
  std::vector<Cuts> cuts_;  ///< by edge
  std::int64_t beyond_ = 0, crossings_ = 0;
};

}  // namespace rowflow
