#include "sim/mapper/placement.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"
#include "sim/mapper/placement_items.hpp"
#include "sim/mapper/placement_repair.hpp"

namespace rowflow {

namespace {

constexpr int most_passes = 16;

class Placement {
 public:
  Placement(PlacementItems& all, const ClusterUse& limit, int clusters)
      : all_(all), limit_(limit), used_(static_cast<std::size_t>(clusters)) {}

  void fill(const FixedClusters& fixed);
  void improve();

 private:
  void put(PlacementItem& item, int cluster) {
    item.cluster = cluster;
    if (static_cast<std::size_t>(cluster) >= used_.size()) used_.resize(static_cast<std::size_t>(cluster) + 1);
    add_use(used_[static_cast<std::size_t>(cluster)], item.use);
  }
  bool has_room(int cluster, const ClusterUse& use) const {
    ClusterUse sum = used_[static_cast<std::size_t>(cluster)];
    add_use(sum, use);
    return within_limit(sum, limit_);
  }
  int edges_to(const PlacementItem& item, int cluster) const;
  void put_fixed(const FixedClusters& fixed);
  ClusterUse balanced_limit() const;
  int cluster_with_room(const ClusterUse& use) const;
  bool move(PlacementItem& item);

  PlacementItems& all_;
  const ClusterUse& limit_;
  std::vector<ClusterUse> used_;
};

void Placement::put_fixed(const FixedClusters& fixed) {
  for (const auto& [stage, clusters] : fixed) {
    std::vector<int> items = all_.parts[stage];
    if (items.empty()) continue;
    for (int item = items.back() + 1;
         item < static_cast<int>(all_.items.size()) && all_.items[static_cast<std::size_t>(item)].stage == stage;
         ++item)
      items.push_back(item);
    for (std::size_t k = 0; k < items.size(); ++k) {
      PlacementItem& item = all_.items[static_cast<std::size_t>(items[k])];
      item.fixed = true;
      put(item, clusters[std::min(k, clusters.size() - 1)]);
    }
  }
}

/// What each cluster would have, were everything spread evenly, with the largest item's room to spare.
ClusterUse Placement::balanced_limit() const {
  ClusterUse sum, largest;
  for (const PlacementItem& item : all_.items) {
    add_use(sum, item.use);
    largest.subclusters = std::max(largest.subclusters, item.use.subclusters);
    largest.controllers = std::max(largest.controllers, item.use.controllers);
    largest.weight_cuts = std::max(largest.weight_cuts, item.use.weight_cuts);
  }
  for (const PlacementEdge& edge : all_.edges) {
    sum.buffer_cuts += edge.cuts(false);
    largest.weight_cuts = std::max(largest.weight_cuts, edge.cuts(false));
  }
  const auto clusters = static_cast<std::int64_t>(used_.size());
  const auto even = [clusters](std::int64_t total, std::int64_t spare, std::int64_t limit) {
    const std::int64_t share = ceil_div(total, clusters) + spare;
    return limit == 0 ? share : std::min(share, limit);
  };
  ClusterUse target = limit_;
  target.subclusters = even(sum.subclusters, largest.subclusters, limit_.subclusters);
  target.controllers = even(sum.controllers, largest.controllers, limit_.controllers);
  target.weight_cuts =
      limit_.weight_cuts == 0 ? 0 : even(sum.weight_cuts + sum.buffer_cuts, largest.weight_cuts, limit_.weight_cuts);
  return target;
}

/// The cluster with the most free controllers that has room, or the first new one.
int Placement::cluster_with_room(const ClusterUse& use) const {
  int best = static_cast<int>(used_.size());
  for (int c = 0; c < static_cast<int>(used_.size()); ++c)
    if (has_room(c, use) &&
        (best == static_cast<int>(used_.size()) ||
         used_[static_cast<std::size_t>(c)].controllers < used_[static_cast<std::size_t>(best)].controllers))
      best = c;
  return best;
}

void Placement::fill(const FixedClusters& fixed) {
  put_fixed(fixed);
  const ClusterUse target = balanced_limit();
  int cluster = 0;
  for (PlacementItem& item : all_.items) {
    if (item.fixed) continue;
    for (int tried = cluster; tried < static_cast<int>(used_.size()); ++tried) {
      ClusterUse sum = used_[static_cast<std::size_t>(tried)];
      add_use(sum, item.use);
      if (!within_limit(sum, target)) continue;
      cluster = tried;
      put(item, tried);
      break;
    }
    if (item.cluster < 0) put(item, cluster_with_room(item.use));
  }
}

int Placement::edges_to(const PlacementItem& item, int cluster) const {
  int edges = 0;
  for (const int neighbour : item.neighbours)
    edges += all_.items[static_cast<std::size_t>(neighbour)].cluster == cluster ? 1 : 0;
  return edges;
}

bool Placement::move(PlacementItem& item) {
  int best = item.cluster, most = edges_to(item, item.cluster);
  for (const int neighbour : item.neighbours) {
    const int cluster = all_.items[static_cast<std::size_t>(neighbour)].cluster;
    if (cluster == item.cluster || !has_room(cluster, item.use)) continue;
    const int edges = edges_to(item, cluster);
    if (edges > most || (edges == most && best != item.cluster && cluster < best)) {
      best = cluster;
      most = edges;
    }
  }
  if (best == item.cluster) return false;
  add_use(used_[static_cast<std::size_t>(item.cluster)], item.use, -1);
  put(item, best);
  return true;
}

void Placement::improve() {
  bool moved = true;
  for (int pass = 0; moved && pass < most_passes; ++pass) {
    moved = false;
    for (PlacementItem& item : all_.items)
      if (!item.fixed) moved = move(item) || moved;
  }
}

/// What the items take of each cluster; buffers are added when their capacities are known.
std::vector<ClusterUse> uses_of(const PlacementItems& all, int clusters) {
  std::vector<ClusterUse> used(static_cast<std::size_t>(clusters));
  for (const PlacementItem& item : all.items) {
    if (item.cluster >= static_cast<int>(used.size())) used.resize(static_cast<std::size_t>(item.cluster) + 1);
    add_use(used[static_cast<std::size_t>(item.cluster)], item.use);
  }
  return used;
}

}  // namespace

int place(Plan& plan, const Allocation& allocation, const std::vector<PhysicalStage>& stages,
          const PhysicalRules& rules, const std::vector<Bytes>& buffer_bytes, const FixedClusters& fixed,
          PlacementMemo& memo) {
  PlacementItems all = placement_items(plan, allocation, stages, rules, buffer_bytes);
  const int clusters = plan.mapping.device_clusters;
  {
    Placement placement(all, plan.mapping.limit, clusters);
    placement.fill(fixed);
    placement.improve();
  }
  repair_placement(all, plan.mapping.limit, clusters, allocation.interval, memo);
  plan.mapping.clusters = uses_of(all, clusters);
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    Stage& stage = plan.stages[s];
    stage.physical_layers = static_cast<int>(allocation.parts[s]);
    stage.part_clusters.clear();
    stage.cluster = all.output[s] < 0 ? -1 : all.items[static_cast<std::size_t>(all.output[s])].cluster;
    for (const int part : all.parts[s])
      stage.part_clusters.push_back(all.items[static_cast<std::size_t>(part)].cluster);
  }
  return static_cast<int>(plan.mapping.clusters.size()) - clusters;
}

bool crosses_clusters(const Plan& plan, const Buffer& buffer) {
  const Stage &from = plan.stage(buffer.from), &to = plan.stage(buffer.to);
  return from.cluster >= 0 &&
         std::any_of(to.part_clusters.begin(), to.part_clusters.end(), [&](int c) { return c != from.cluster; });
}

}  // namespace rowflow
