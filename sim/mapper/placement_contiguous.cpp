#include "sim/mapper/placement_contiguous.hpp"

#include <algorithm>
#include <limits>

#include "sim/base/integer.hpp"

namespace rowflow {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// Items [begin, end) in one cluster.
struct Stretch {
  int end = 0;
  Cycles slow = 0;             ///< slowest of the edges that come in, beyond the interval
  std::int64_t crossings = 0;  ///< edges that come in
};

class Contiguous {
 public:
  Contiguous(const PlacementItems& all, const ClusterUse& limit, Cycles interval)
      : all_(all), limit_(limit), interval_(interval), edges_of_(all.items.size()), stretches_(all.items.size()) {
    for (std::size_t e = 0; e < all_.edges.size(); ++e) {
      const PlacementEdge& edge = all_.edges[e];
      if (edge.from >= 0) edges_of_[at(edge.from)].push_back(static_cast<int>(e));
      for (const int part : edge.to) edges_of_[at(part)].push_back(static_cast<int>(e));
    }
    seen_.assign(all_.edges.size(), -1);
    for (int begin = 0; begin < count(); ++begin) list_stretches(begin);
  }

  bool place(int clusters, std::vector<int>& ends) const {
    Cycles slow = 0;
    if (!shortest(
            clusters, [](const Stretch& s) { return s.slow; },
            [](std::int64_t a, std::int64_t b) { return std::max(a, b); }, std::numeric_limits<Cycles>::max(), slow,
            ends))
      return false;
    std::int64_t crossings = 0;
    return shortest(
        clusters, [](const Stretch& s) { return s.crossings; }, [](std::int64_t a, std::int64_t b) { return a + b; },
        slow, crossings, ends);
  }

 private:
  int count() const { return static_cast<int>(all_.items.size()); }

  void list_stretches(int begin) {
    ClusterUse items;
    std::vector<int> edges;
    ++stamp_;
    for (int end = begin + 1; end <= count(); ++end) {
      add_use(items, all_.items[at(end - 1)].use);
      if (!within_limit(items, limit_)) return;
      for (const int edge : edges_of_[at(end - 1)]) {
        if (seen_[at(edge)] == stamp_) continue;
        seen_[at(edge)] = stamp_;
        edges.push_back(edge);
      }
      Stretch stretch{end, 0, 0};
      ClusterUse use = items;
      for (const int edge : edges) add_edge(all_.edges[at(edge)], begin, stretch, use);
      // With more items an edge may come to lie inside, which takes less: that this is too much does not say that more
      // is.
      if (within_limit(use, limit_)) stretches_[at(begin)].push_back(stretch);
    }
  }

  void add_edge(const PlacementEdge& edge, int begin, Stretch& stretch, ClusterUse& use) const {
    const auto inside = [&](int item) { return item >= begin && item < stretch.end; };
    std::int64_t parts_inside = 0;
    for (const int part : edge.to) parts_inside += inside(part) ? 1 : 0;
    const auto parts = static_cast<std::int64_t>(edge.to.size());
    if (edge.from < 0) {
      use.buffer_cuts += edge.cuts(false) * parts_inside;
    } else if (inside(edge.from)) {
      const bool crosses = parts_inside < parts;
      use.buffer_cuts += edge.cuts(crosses) * std::max<std::int64_t>(1, parts);
    } else {
      use.buffer_cuts += edge.cuts(true) * parts_inside;
      stretch.slow = std::max(stretch.slow, edge.transfer_interval - interval_);
      ++stretch.crossings;
    }
  }

  /// Least of the combined values over all ways with at most `clusters` stretches, none slower than `most_slow`.
  template <typename Value, typename Combine>
  bool shortest(int clusters, Value value, Combine combine, Cycles most_slow, std::int64_t& least,
                std::vector<int>& ends) const {
    constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
    const std::size_t positions = at(count()) + 1;
    std::vector<std::vector<std::int64_t>> best(at(clusters) + 1, std::vector<std::int64_t>(positions, none));
    std::vector<std::vector<int>> before(at(clusters) + 1, std::vector<int>(positions, -1));
    best[0][0] = 0;
    for (int k = 0; k < clusters; ++k)
      for (int begin = 0; begin < count(); ++begin) {
        if (best[at(k)][at(begin)] == none) continue;
        for (const Stretch& stretch : stretches_[at(begin)]) {
          if (stretch.slow > most_slow) continue;
          const std::int64_t total = combine(best[at(k)][at(begin)], value(stretch));
          if (total >= best[at(k) + 1][at(stretch.end)]) continue;
          best[at(k) + 1][at(stretch.end)] = total;
          before[at(k) + 1][at(stretch.end)] = begin;
        }
      }
    int used = -1;
    for (int k = 0; k <= clusters; ++k)
      if (best[at(k)][at(count())] != none && (used < 0 || best[at(k)][at(count())] < best[at(used)][at(count())]))
        used = k;
    if (used < 0) return false;
    least = best[at(used)][at(count())];
    ends.clear();
    for (int k = used, end = count(); k > 0; end = before[at(k)][at(end)], --k) ends.insert(ends.begin(), end);
    return true;
  }

  const PlacementItems& all_;
  const ClusterUse& limit_;
  const Cycles interval_;
  std::vector<std::vector<int>> edges_of_;
  std::vector<int> seen_;
  int stamp_ = 0;
  std::vector<std::vector<Stretch>> stretches_;  ///< by first item
};

}  // namespace

bool place_contiguously(PlacementItems& all, const ClusterUse& limit, int clusters, Cycles interval) {
  if (all.items.empty()) return true;
  std::vector<int> ends;
  if (!Contiguous(all, limit, interval).place(clusters, ends)) return false;
  int cluster = 0;
  for (std::size_t i = 0; i < all.items.size(); ++i) {
    if (static_cast<int>(i) == ends[at(cluster)]) ++cluster;
    all.items[i].cluster = cluster;
  }
  return true;
}

}  // namespace rowflow
