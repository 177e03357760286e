#include "sim/mapper/placement_state.hpp"

#include <algorithm>
#include <tuple>

#include "sim/base/integer.hpp"

namespace rowflow {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

std::int64_t over(std::int64_t demand, std::int64_t limit) {
  return limit == 0 || demand <= limit ? 0 : std::max<std::int64_t>(1, (demand - limit) * 1000 / limit);
}

bool has_end(const PlacementEdge& edge, int item) {
  return edge.from == item || std::find(edge.to.begin(), edge.to.end(), item) != edge.to.end();
}

}  // namespace

bool operator<(const PlacementScore& a, const PlacementScore& b) {
  return std::tie(a.excess, a.beyond, a.slow, a.crossings) < std::tie(b.excess, b.beyond, b.slow, b.crossings);
}

PlacementState::PlacementState(PlacementItems& all, const ClusterUse& limit, int clusters, Cycles interval)
    : all_(all),
      limit_(limit),
      clusters_(clusters),
      interval_(interval),
      used_(at(clusters)),
      edges_of_(all.items.size()),
      rows_of_(all.items.size()) {
  for (const PlacementItem& item : all_.items) {
    if (item.cluster >= static_cast<int>(used_.size())) used_.resize(at(item.cluster) + 1);
    add_use(used_[at(item.cluster)], item.use);
    beyond_ += item.cluster >= clusters_ ? 1 : 0;
  }
  changed_.resize(used_.size());
  crosses_.resize(all_.edges.size());
  for (std::size_t e = 0; e < all_.edges.size(); ++e) {
    const PlacementEdge& edge = all_.edges[e];
    cuts_.push_back({edge.cuts(false), edge.cuts(true)});
    const auto add_end = [&](int item) {
      edges_of_[at(item)].push_back(static_cast<int>(e));
      if (edge.bytes > 0) rows_of_[at(item)].push_back(static_cast<int>(e));
    };
    if (edge.from >= 0) add_end(edge.from);
    for (const int part : edge.to)
      if (part != edge.from) add_end(part);
    count(static_cast<int>(e), 1);
  }
  excess_by_cluster_.resize(at(clusters));
  for (int c = 0; c < clusters; ++c) recount(c);
}

void PlacementState::recount(int cluster) {
  if (cluster >= clusters_) return;
  std::int64_t& excess = excess_by_cluster_[at(cluster)];
  excess_ -= excess;
  excess = excess_of(used_[at(cluster)]);
  excess_ += excess;
}

/// Adds the edge's FIFOs to the clusters that hold them (T5), or takes them away.
void PlacementState::count(int index, int sign) {
  const PlacementEdge& edge = all_.edges[at(index)];
  const int from = edge.from < 0 ? -1 : all_.items[at(edge.from)].cluster;
  const bool crosses = from >= 0 && std::any_of(edge.to.begin(), edge.to.end(),
                                                [&](int part) { return all_.items[at(part)].cluster != from; });
  crosses_[at(index)] = sign > 0 && crosses ? 1 : 0;
  crossings_ += crosses ? sign : 0;
  if (edge.bytes == 0) return;
  const std::int64_t cuts = (crosses ? cuts_[at(index)].across : cuts_[at(index)].within) * sign;
  for (const int part : edge.to) {
    const int cluster = all_.items[at(part)].cluster;
    used_[at(cluster)].buffer_cuts += cuts;
    changed_[at(cluster)] = 1;
    if (from >= 0 && cluster != from) used_[at(from)].buffer_cuts += cuts;
  }
  if (from >= 0) changed_[at(from)] = 1;
  if (edge.to.empty() && from >= 0) used_[at(from)].buffer_cuts += cuts;
}

/// What the edge's FIFOs take of two clusters (T5), where its ends lie as `cluster_of` says.
template <typename ClusterOf>
void PlacementState::take_cuts(int index, std::int64_t sign, int first, ClusterUse& of_first, int second,
                               ClusterUse& of_second, ClusterOf cluster_of) const {
  const PlacementEdge& edge = all_.edges[at(index)];
  const int from = edge.from < 0 ? -1 : cluster_of(edge.from);
  const bool crosses =
      from >= 0 && std::any_of(edge.to.begin(), edge.to.end(), [&](int part) { return cluster_of(part) != from; });
  const std::int64_t cuts = (crosses ? cuts_[at(index)].across : cuts_[at(index)].within) * sign;
  const auto take = [&](int cluster) {
    if (cluster == first) of_first.buffer_cuts += cuts;
    if (cluster == second) of_second.buffer_cuts += cuts;
  };
  for (const int part : edge.to) {
    const int cluster = cluster_of(part);
    take(cluster);
    if (from >= 0 && cluster != from) take(from);
  }
  if (edge.to.empty() && from >= 0) take(from);
}

/// With the item in the device's cluster `to`, and the item `back` (−1: none) of that cluster in its place. Of no other
/// clusters does that change what they hold: their edges to the two stay between clusters. Once it is known to be more
/// than `most`, anything more than that.
std::int64_t PlacementState::excess_changed(int index, int to, int back, std::int64_t most) const {
  const PlacementItem& item = all_.items[at(index)];
  const int from = item.cluster;
  ClusterUse of_from = used_[at(from)], of_to = used_[at(to)];
  const auto now = [&](int end) { return all_.items[at(end)].cluster; };
  const auto then = [&](int end) { return end == index ? to : end == back ? from : all_.items[at(end)].cluster; };
  const auto change = [&](int edge) {
    take_cuts(edge, -1, from, of_from, to, of_to, now);
    take_cuts(edge, 1, from, of_from, to, of_to, then);
  };
  add_use(of_from, item.use, -1);
  add_use(of_to, item.use);
  if (back >= 0) {
    add_use(of_to, all_.items[at(back)].use, -1);
    add_use(of_from, all_.items[at(back)].use);
  }
  const auto with = [&](auto excess) {  // of a cluster's use
    const std::int64_t before = (from < clusters_ ? excess_by_cluster_[at(from)] : 0) + excess_by_cluster_[at(to)];
    return excess_ - before + (from < clusters_ ? excess(of_from) : 0) + excess(of_to);
  };
  const std::int64_t least = with([&](const ClusterUse& use) { return excess_of_layers(use); });
  if (least > most) return least;
  for (const int edge : rows_of_[at(index)]) change(edge);
  if (back >= 0) {
    for (const int edge : rows_of_[at(back)])
      if (!has_end(all_.edges[at(edge)], index)) change(edge);
  }
  return with([&](const ClusterUse& use) { return excess_of(use); });
}

/// Whether an edge of the item has its other end in the cluster.
bool PlacementState::leads_to(int item, int cluster) const {
  const auto in_cluster = [&](int end) { return end >= 0 && end != item && all_.items[at(end)].cluster == cluster; };
  return std::any_of(edges_of_[at(item)].begin(), edges_of_[at(item)].end(), [&](int index) {
    const PlacementEdge& edge = all_.edges[at(index)];
    return in_cluster(edge.from) || std::any_of(edge.to.begin(), edge.to.end(), in_cluster);
  });
}

/// As many items stay beyond the device, and without less excess only edges that no longer cross clusters are better.
bool PlacementState::swap_may_help(int a, int b) const {
  const std::int64_t excess = excess_changed(a, all_.items[at(b)].cluster, b, excess_);
  if (excess != excess_) return excess < excess_;
  return leads_to(a, all_.items[at(b)].cluster) || leads_to(b, all_.items[at(a)].cluster);
}

void PlacementState::move(int index, int cluster) {
  PlacementItem& item = all_.items[at(index)];
  if (item.cluster == cluster) return;
  const int before = item.cluster;
  for (const int edge : edges_of_[at(index)]) count(edge, -1);
  add_use(used_[at(item.cluster)], item.use, -1);
  beyond_ += (cluster >= clusters_ ? 1 : 0) - (item.cluster >= clusters_ ? 1 : 0);
  item.cluster = cluster;
  if (cluster >= static_cast<int>(used_.size())) {
    used_.resize(at(cluster) + 1);
    changed_.resize(used_.size());
  }
  add_use(used_[at(cluster)], item.use);
  for (const int edge : edges_of_[at(index)]) count(edge, 1);
  changed_[at(before)] = changed_[at(cluster)] = 1;
  for (int c = 0; c < clusters_; ++c) {
    if (changed_[at(c)] != 0) recount(c);
    changed_[at(c)] = 0;
  }
}

/// Without memory.
std::int64_t PlacementState::excess_of_layers(const ClusterUse& use) const {
  return over(use.subclusters, limit_.subclusters) + over(use.controllers, limit_.controllers) +
         over(use.activation_units, limit_.activation_units) + over(use.input_aligners, limit_.input_aligners);
}

std::int64_t PlacementState::excess_of(const ClusterUse& use) const {
  return excess_of_layers(use) + over(use.weight_cuts + use.buffer_cuts, limit_.weight_cuts);
}

PlacementScore PlacementState::score() const {
  PlacementScore score;
  score.beyond = beyond_;
  score.excess = excess_;
  for (std::size_t e = 0; e < crosses_.size(); ++e)
    if (crosses_[e]) score.slow = std::max(score.slow, all_.edges[e].transfer_interval - interval_);
  score.crossings = crossings_;
  return score;
}

bool PlacementState::better_than(const PlacementScore& other) const {
  if (excess_ != other.excess) return excess_ < other.excess;
  if (beyond_ != other.beyond) return beyond_ < other.beyond;
  return score() < other;
}

}  // namespace rowflow
