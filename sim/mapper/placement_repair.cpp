#include "sim/mapper/placement_repair.hpp"

#include <algorithm>
#include <utility>

#include "sim/mapper/placement_contiguous.hpp"
#include "sim/mapper/placement_state.hpp"

namespace rowflow {

namespace {

constexpr int most_rounds = 200;

bool sound(const PlacementScore& score) { return score.beyond == 0 && score.excess == 0 && score.slow == 0; }

std::vector<int> clusters_of(const PlacementItems& all) {
  std::vector<int> clusters;
  for (const PlacementItem& item : all.items) clusters.push_back(item.cluster);
  return clusters;
}

void put(PlacementItems& all, const std::vector<int>& clusters) {
  for (std::size_t i = 0; i < clusters.size(); ++i) all.items[i].cluster = clusters[i];
}

/// Whether the device as a whole has enough of everything.
bool device_suffices(const PlacementItems& all, const ClusterUse& limit, int clusters) {
  ClusterUse use, device;
  for (const PlacementItem& item : all.items) add_use(use, item.use);
  for (const PlacementEdge& edge : all.edges) use.buffer_cuts += edge.cuts(false);
  for (int c = 0; c < clusters; ++c) add_use(device, limit);
  return within_limit(use, device);
}

class Repair {
 public:
  Repair(PlacementItems& all, const ClusterUse& limit, int clusters, Cycles interval)
      : all_(all), clusters_(clusters), state_(all, limit, clusters, interval) {}

  void run() {
    for (int round = 0; round < most_rounds && !sound(state_.score()); ++round)
      if (!move_one() && !swap_two()) return;
  }

 private:
  /// Items whose move could mend something: of overfull clusters and beyond the device's; all, where an edge is slow.
  std::vector<int> candidates() const {
    const bool slow = state_.score().slow > 0;
    std::vector<int> items;
    for (int i = 0; i < static_cast<int>(all_.items.size()); ++i) {
      const PlacementItem& item = all_.items[static_cast<std::size_t>(i)];
      if (!item.fixed && (slow || item.cluster >= clusters_ || state_.overfull(item.cluster))) items.push_back(i);
    }
    return items;
  }

  /// The best single move; false when none is for the better.
  bool move_one() {
    PlacementScore best = state_.score();
    int moved = -1, to = -1;
    for (const int i : candidates()) {
      const int from = all_.items[static_cast<std::size_t>(i)].cluster;
      for (int cluster = 0; cluster < clusters_; ++cluster) {
        if (cluster == from || state_.exceeds_moved(i, cluster, best.excess)) continue;
        state_.move(i, cluster);
        if (state_.better_than(best)) {
          best = state_.score();
          moved = i;
          to = cluster;
        }
      }
      state_.move(i, from);
    }
    if (moved < 0) return false;
    state_.move(moved, to);
    return true;
  }

  /// The first swap that is for the better; false when none is.
  bool swap_two() {
    const PlacementScore now = state_.score();
    for (const int a : candidates())
      for (int b = 0; b < static_cast<int>(all_.items.size()); ++b) {
        const int cluster_a = all_.items[static_cast<std::size_t>(a)].cluster;
        const int cluster_b = all_.items[static_cast<std::size_t>(b)].cluster;
        if (cluster_a == cluster_b || cluster_b >= clusters_ || all_.items[static_cast<std::size_t>(b)].fixed) continue;
        if (!state_.swap_may_help(a, b)) continue;
        state_.move(a, cluster_b);
        state_.move(b, cluster_a);
        if (state_.better_than(now)) return true;
        state_.move(b, cluster_b);
        state_.move(a, cluster_a);
      }
    return false;
  }

  PlacementItems& all_;
  const int clusters_;
  PlacementState state_;
};

}  // namespace

void repair_placement(PlacementItems& all, const ClusterUse& limit, int clusters, Cycles interval,
                      PlacementMemo& memo) {
  const PlacementScore filled = PlacementState(all, limit, clusters, interval).score();
  if (sound(filled) || !device_suffices(all, limit, clusters)) return;
  PlacementMemo::Key key = placement_key(all, limit, clusters, interval);
  if (const std::vector<int>* known = memo.find(key)) return put(all, *known);
  const std::vector<int> before = clusters_of(all);
  const bool free =
      std::none_of(all.items.begin(), all.items.end(), [](const PlacementItem& item) { return item.fixed; });
  if (free && place_contiguously(all, limit, clusters, interval) &&
      !(PlacementState(all, limit, clusters, interval).score() < filled))
    put(all, before);
  Repair(all, limit, clusters, interval).run();
  memo.keep(std::move(key), clusters_of(all));
}

}  // namespace rowflow
