// Which cluster each physical layer runs in: the score that moves keep up to date, stretches of the order, and repairs,
// against counts made anew and against trying every placement.
#include <algorithm>
#include <functional>
#include <optional>
#include <random>

#include "sim/mapper/compile.hpp"
#include "sim/mapper/placement_contiguous.hpp"
#include "sim/mapper/placement_repair.hpp"
#include "sim/mapper/placement_state.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

constexpr Cycles stage_interval_of_all = 100;

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  /// least to most, both included.
  std::int64_t operator()(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }
  int index(int below) { return static_cast<int>((*this)(0, below - 1)); }

 private:
  std::mt19937_64 random_;
};

/// Items in topological order; edges lead from one, or from nowhere, to up to three later ones, or to none.
PlacementItems drawn_items(Draw& draw, int count) {
  PlacementItems all;
  for (int i = 0; i < count; ++i) {
    PlacementItem item;
    item.stage = static_cast<std::size_t>(i);
    item.use.subclusters = draw(0, 4);
    item.use.controllers = draw(1, 3);
    item.use.activation_units = draw(0, 2);
    item.use.input_aligners = draw(0, 2);
    item.use.weight_cuts = draw(0, 3);
    item.cluster = 0;
    all.items.push_back(item);
  }
  for (int e = 0; e < count + 2; ++e) {
    PlacementEdge edge;
    edge.from = static_cast<int>(draw(-1, count - 1));
    for (int i = edge.from + 1; i < count; ++i)
      if (edge.to.size() < 3 && draw(0, count - 1) < 2) edge.to.push_back(i);
    if (edge.from < 0 && edge.to.empty()) continue;
    edge.bytes = draw(0, 3) == 0 ? 0 : draw(1, 9);
    edge.cut_bytes = 2;
    edge.transfer_interval = draw(0, 2) == 0 ? draw(90, 140) : 0;
    all.edges.push_back(edge);
  }
  return all;
}

/// A limit that is now and then none.
ClusterUse drawn_limit(Draw& draw, std::int64_t most) {
  const auto one = [&] { return draw(0, 4) == 0 ? 0 : draw(most / 2, most); };
  ClusterUse limit;
  limit.subclusters = one();
  limit.controllers = one();
  limit.activation_units = one();
  limit.input_aligners = one();
  limit.weight_cuts = 2 * one();
  return limit;
}

std::int64_t whole(std::int64_t bytes, std::int64_t of) { return (bytes + of - 1) / of; }

/// What each cluster holds, FIFO by FIFO (T5): one for each reader, whole in a cluster, or, where a reader is in
/// another cluster than the writer, all in halves, one at each end.
std::vector<ClusterUse> counted_use(const PlacementItems& all, int clusters) {
  std::vector<ClusterUse> used(static_cast<std::size_t>(clusters));
  const auto in = [&](int item) { return static_cast<std::size_t>(all.items[static_cast<std::size_t>(item)].cluster); };
  for (std::size_t i = 0; i < all.items.size(); ++i) {
    const ClusterUse& use = all.items[i].use;
    ClusterUse& sum = used.at(in(static_cast<int>(i)));
    sum.subclusters += use.subclusters;
    sum.controllers += use.controllers;
    sum.activation_units += use.activation_units;
    sum.input_aligners += use.input_aligners;
    sum.weight_cuts += use.weight_cuts;
  }
  for (const PlacementEdge& edge : all.edges) {
    bool apart = false;
    for (const int to : edge.to) apart = apart || (edge.from >= 0 && in(to) != in(edge.from));
    const std::int64_t cuts = whole(apart ? whole(edge.bytes, 2) : edge.bytes, edge.cut_bytes);
    for (const int to : edge.to) {
      used.at(in(to)).buffer_cuts += cuts;
      if (edge.from >= 0 && in(to) != in(edge.from)) used.at(in(edge.from)).buffer_cuts += cuts;
    }
    if (edge.to.empty()) used.at(in(edge.from)).buffer_cuts += cuts;
  }
  return used;
}

std::int64_t excess_of(const ClusterUse& use, const ClusterUse& limit) {
  const auto over = [](std::int64_t demand, std::int64_t most) -> std::int64_t {
    if (most == 0 || demand <= most) return 0;
    const std::int64_t thousandths = (demand - most) * 1000 / most;
    return thousandths == 0 ? 1 : thousandths;
  };
  return over(use.subclusters, limit.subclusters) + over(use.controllers, limit.controllers) +
         over(use.activation_units, limit.activation_units) + over(use.input_aligners, limit.input_aligners) +
         over(use.weight_cuts + use.buffer_cuts, limit.weight_cuts);
}

using Values = std::vector<std::int64_t>;

Values values_of(const PlacementScore& score) { return {score.excess, score.beyond, score.slow, score.crossings}; }

/// Excess, items beyond, slowness and crossings, the first weighing most, of the placement as it stands.
Values counted_score(const PlacementItems& all, const ClusterUse& limit, int clusters) {
  int most = clusters;
  Values score{0, 0, 0, 0};
  for (const PlacementItem& item : all.items) {
    most = std::max(most, item.cluster + 1);
    score[1] += item.cluster >= clusters ? 1 : 0;
  }
  const std::vector<ClusterUse> used = counted_use(all, most);
  for (int c = 0; c < clusters; ++c) score[0] += excess_of(used[static_cast<std::size_t>(c)], limit);
  for (const PlacementEdge& edge : all.edges) {
    const auto elsewhere = [&](int to) {
      return all.items[static_cast<std::size_t>(to)].cluster != all.items[static_cast<std::size_t>(edge.from)].cluster;
    };
    if (edge.from < 0 || std::none_of(edge.to.begin(), edge.to.end(), elsewhere)) continue;
    score[2] = std::max<std::int64_t>(score[2], edge.transfer_interval - stage_interval_of_all);
    ++score[3];
  }
  return score;
}

bool same(const ClusterUse& a, const ClusterUse& b) {
  return a.subclusters == b.subclusters && a.controllers == b.controllers && a.activation_units == b.activation_units &&
         a.input_aligners == b.input_aligners && a.weight_cuts == b.weight_cuts && a.buffer_cuts == b.buffer_cuts;
}

void place_anywhere(Draw& draw, PlacementItems& all, int clusters) {
  for (PlacementItem& item : all.items) item.cluster = draw.index(clusters);
}

/// The score when items lie elsewhere.
Values score_with(PlacementItems all, const ClusterUse& limit, int clusters,
                  const std::vector<std::pair<int, int>>& moves) {
  for (const auto& [item, cluster] : moves) all.items[static_cast<std::size_t>(item)].cluster = cluster;
  return counted_score(all, limit, clusters);
}

/// Of one way to cut the order into stretches: the slowest edge that comes in from another one, and how many do.
/// Nothing when a cluster would hold too much.
std::optional<Values> stretches_of(PlacementItems all, const ClusterUse& limit, int clusters) {
  if (counted_score(all, limit, clusters)[0] > 0) return std::nullopt;
  Values found{0, 0};
  for (const PlacementEdge& edge : all.edges) {
    std::vector<int> others;
    for (const int to : edge.to) others.push_back(all.items[static_cast<std::size_t>(to)].cluster);
    std::sort(others.begin(), others.end());
    others.erase(std::unique(others.begin(), others.end()), others.end());
    for (const int cluster : others) {
      if (edge.from < 0 || cluster == all.items[static_cast<std::size_t>(edge.from)].cluster) continue;
      found[0] = std::max<std::int64_t>(found[0], edge.transfer_interval - stage_interval_of_all);
      ++found[1];
    }
  }
  return found;
}

/// The best of all ways, item by item in the cluster of the one before or in the next.
void try_stretches(PlacementItems& all, std::size_t item, const ClusterUse& limit, int clusters,
                   std::optional<Values>& best) {
  if (item == all.items.size()) {
    const auto found = stretches_of(all, limit, clusters);
    if (found && (!best || *found < *best)) best = found;
    return;
  }
  const int before = item == 0 ? 0 : all.items[item - 1].cluster;
  for (int cluster = before; cluster <= before + (item == 0 ? 0 : 1) && cluster < clusters; ++cluster) {
    all.items[item].cluster = cluster;
    try_stretches(all, item + 1, limit, clusters, best);
  }
}

std::vector<int> clusters_of(const PlacementItems& all) {
  std::vector<int> clusters;
  for (const PlacementItem& item : all.items) clusters.push_back(item.cluster);
  return clusters;
}

bool sound(const Values& score) { return score[0] == 0 && score[1] == 0 && score[2] == 0; }

/// Whether a move or a swap of what lies in a cluster that holds too much, or in none of the device's, or of anything
/// where an edge is slow, makes the score better.
bool can_be_mended(const PlacementItems& all, const ClusterUse& limit, int clusters) {
  const Values now = counted_score(all, limit, clusters);
  const int count = static_cast<int>(all.items.size());
  const std::vector<ClusterUse> used = counted_use(all, clusters + count);
  for (int i = 0; i < count; ++i) {
    const PlacementItem& item = all.items[static_cast<std::size_t>(i)];
    const bool wrong =
        now[2] > 0 || item.cluster >= clusters || excess_of(used[static_cast<std::size_t>(item.cluster)], limit) > 0;
    if (item.fixed || !wrong) continue;
    for (int c = 0; c < clusters; ++c)
      if (score_with(all, limit, clusters, {{i, c}}) < now) return true;
    for (int j = 0; j < count; ++j) {
      const PlacementItem& other = all.items[static_cast<std::size_t>(j)];
      if (other.fixed || other.cluster >= clusters) continue;
      if (score_with(all, limit, clusters, {{i, other.cluster}, {j, item.cluster}}) < now) return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("a score kept up to date while items move is the one counted anew") {
  int beyond = 0, slow = 0, certain = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    PlacementItems all = drawn_items(draw, 7);
    const int clusters = static_cast<int>(draw(1, 3));
    const ClusterUse limit = drawn_limit(draw, 8);
    place_anywhere(draw, all, clusters + 1);
    PlacementState state(all, limit, clusters, stage_interval_of_all);
    for (int step = 0; step < 12; ++step) {
      CAPTURE(step);
      const Values now = counted_score(all, limit, clusters);
      REQUIRE(values_of(state.score()) == now);
      const std::vector<ClusterUse> used = counted_use(all, static_cast<int>(state.used().size()));
      for (std::size_t c = 0; c < used.size(); ++c) REQUIRE(same(state.used()[c], used[c]));
      for (int c = 0; c < clusters; ++c)
        REQUIRE(state.overfull(c) == (excess_of(used[static_cast<std::size_t>(c)], limit) > 0));
      const int item = draw.index(7), other = draw.index(7), to = draw.index(clusters + 1);
      const int from = all.items[static_cast<std::size_t>(item)].cluster;
      if (to < clusters && to != from) {
        const std::int64_t moved = score_with(all, limit, clusters, {{item, to}})[0];
        for (const std::int64_t most : {moved - 1, moved, now[0]})
          REQUIRE(state.exceeds_moved(item, to, most) == (moved > most));
      }
      const int there = all.items[static_cast<std::size_t>(other)].cluster;
      if (there < clusters && there != from) {
        const Values swapped = score_with(all, limit, clusters, {{item, there}, {other, from}});
        if (!state.swap_may_help(item, other)) REQUIRE_FALSE(swapped < now);
        certain += state.swap_may_help(item, other) ? 0 : 1;
      }
      const PlacementScore before = state.score();
      state.move(item, to);
      REQUIRE(state.better_than(before) == (counted_score(all, limit, clusters) < now));
      beyond += now[1] > 0 ? 1 : 0;
      slow += now[2] > 0 ? 1 : 0;
    }
  }
  CHECK(beyond > 100);
  CHECK(slow > 100);
  CHECK(certain > 100);
}

TEST_CASE("an item in a cluster that did not exist yet") {
  PlacementItems all;
  all.items.resize(2);
  all.items[0].cluster = all.items[1].cluster = 0;
  all.items[0].use.controllers = all.items[1].use.controllers = 3;
  ClusterUse limit;
  limit.controllers = 4;
  PlacementState state(all, limit, 1, stage_interval_of_all);
  CHECK(values_of(state.score()) == Values{500, 0, 0, 0});  // two more than four
  state.move(1, 5);
  CHECK(values_of(state.score()) == Values{0, 1, 0, 0});
  CHECK(state.used().size() == 6);
  state.move(1, 0);
  CHECK(values_of(state.score()) == Values{500, 0, 0, 0});
}

TEST_CASE("stretches of the order: the least slow edge, then the fewest that come in, of all ways to cut it") {
  int possible = 0, none = 0, several = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    PlacementItems all = drawn_items(draw, static_cast<int>(draw(1, 8)));
    const int clusters = static_cast<int>(draw(1, 4));
    const ClusterUse limit = drawn_limit(draw, 12);
    std::optional<Values> best;
    PlacementItems trial = all;
    try_stretches(trial, 0, limit, clusters, best);
    const std::vector<int> before = clusters_of(all);
    const bool found = place_contiguously(all, limit, clusters, stage_interval_of_all);
    REQUIRE(found == best.has_value());
    (found ? possible : none) += 1;
    if (!found) {
      CHECK(clusters_of(all) == before);
      continue;
    }
    const auto reached = stretches_of(all, limit, clusters);
    REQUIRE(reached);
    CHECK(*reached == *best);
    for (std::size_t i = 1; i < all.items.size(); ++i) {
      const int step = all.items[i].cluster - all.items[i - 1].cluster;
      CHECK((step == 0 || step == 1));
    }
    CHECK(all.items.front().cluster == 0);
    CHECK(all.items.back().cluster < clusters);
    several += all.items.back().cluster > 0 ? 1 : 0;
  }
  CHECK(possible > 50);
  CHECK(none > 50);
  CHECK(several > 30);
}

TEST_CASE("repairs: never worse, fixed items stay, and no move or swap that mends something is left") {
  int mended = 0, left_alone = 0, impossible = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    Draw draw(seed);
    PlacementItems all = drawn_items(draw, 7);
    const int clusters = static_cast<int>(draw(2, 3));
    const ClusterUse limit = drawn_limit(draw, draw(10, 24));
    place_anywhere(draw, all, clusters + 1);
    if (seed % 2 == 0)
      for (PlacementItem& item : all.items) item.fixed = item.cluster < clusters && draw(0, 3) == 0;
    if (seed % 3 == 0) place_contiguously(all, limit, clusters, stage_interval_of_all);  // often nothing to mend
    const PlacementItems before = all;
    const Values was = counted_score(all, limit, clusters);
    PlacementMemo memo;
    repair_placement(all, limit, clusters, stage_interval_of_all, memo);
    const Values is = counted_score(all, limit, clusters);
    REQUIRE_FALSE(was < is);
    for (std::size_t i = 0; i < all.items.size(); ++i)
      if (before.items[i].fixed) REQUIRE(all.items[i].cluster == before.items[i].cluster);
    ClusterUse together;  // what no placement takes less than: every row buffer once
    for (const PlacementItem& item : all.items) add_use(together, item.use);
    for (const PlacementEdge& edge : all.edges) together.buffer_cuts += whole(edge.bytes, edge.cut_bytes);
    ClusterUse device;
    for (int c = 0; c < clusters; ++c) add_use(device, limit);
    if (excess_of(together, device) > 0 || sound(was)) {
      REQUIRE(clusters_of(all) == clusters_of(before));
      ++(sound(was) ? left_alone : impossible);
      continue;
    }
    ++mended;
    if (!sound(is)) CHECK_FALSE(can_be_mended(all, limit, clusters));
  }
  CHECK(mended > 100);
  CHECK(left_alone > 5);
  CHECK(impossible > 20);
}

TEST_CASE("a placement mended before is known again, and no other is taken for it") {
  PlacementMemo memo;
  int known = 0;
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    CAPTURE(seed);
    Draw draw(seed % 400), change(seed);
    PlacementItems all = drawn_items(draw, 5);
    ClusterUse limit = drawn_limit(draw, 8);
    place_anywhere(draw, all, 4);
    PlacementItem& item = all.items[static_cast<std::size_t>(change.index(5))];
    PlacementEdge& edge = all.edges[static_cast<std::size_t>(change.index(static_cast<int>(all.edges.size())))];
    const std::vector<std::function<void()>> changes{
        [] {},
        [&] { ++item.use.controllers; },
        [&] { item.use.weight_cuts += 2; },
        [&] { item.cluster = change.index(4); },
        [&] { item.fixed = item.cluster < 3; },
        [&] { ++limit.controllers; },
        [&] { edge.bytes += 3; },
        [&] { edge.transfer_interval += 40; },
        [&] { edge.from = -1; },
    };
    changes[static_cast<std::size_t>(change.index(static_cast<int>(changes.size())))]();
    PlacementItems alone = all;
    known += memo.find(placement_key(all, limit, 3, stage_interval_of_all)) != nullptr ? 1 : 0;
    repair_placement(all, limit, 3, stage_interval_of_all, memo);
    PlacementMemo fresh;
    repair_placement(alone, limit, 3, stage_interval_of_all, fresh);
    REQUIRE(clusters_of(all) == clusters_of(alone));
  }
  CHECK(known > 300);
}

TEST_CASE("what fits nowhere behind goes where the most controllers are free") {
  Device device = round_device();
  device.clusters = parameter("clusters", 3);
  device.subclusters_per_cluster = parameter("subclusters_per_cluster", 10);
  device.compute_ceiling_percent = parameter("compute_ceiling_percent", 100);
  const auto clusters_with = [&](const std::vector<std::int64_t>& subclusters) {
    NetworkBuilder net({8, 8, 8});
    int last = network_input;
    CompileOptions options;
    for (std::size_t i = 0; i < subclusters.size(); ++i) {
      const std::string name(1, static_cast<char>('a' + i));
      last = net.conv(name, last, 8);
      options.mapping[name] = {subclusters[i], {}, {}};
    }
    const Plan plan = compile(std::move(net).finish(), device, options);
    std::vector<int> clusters;
    for (std::size_t s = 1; s + 1 < plan.stages.size(); ++s) clusters.push_back(plan.stages[s].cluster);
    return clusters;
  };
  // In order: 3 + 3, 6, 6 + 4 of 10 each. The last 4 fit into the first two: two layers are in one, one in the other.
  CHECK(clusters_with({3, 3, 6, 6, 4, 4}) == std::vector<int>{0, 0, 1, 2, 2, 1});
  // 8, 4 + 4, 6 + 3: the last 2 fit into the first two as well.
  CHECK(clusters_with({8, 4, 4, 6, 3, 2}) == std::vector<int>{0, 1, 1, 2, 2, 0});
}

TEST_CASE("of all moves that mend a placement the best is made, not the last") {
  PlacementItems all;
  all.items.resize(4);
  const std::vector<std::pair<int, std::int64_t>> lies{{0, 2}, {0, 3}, {1, 1}, {2, 2}};  // cluster and controllers
  for (std::size_t i = 0; i < lies.size(); ++i) {
    all.items[i].cluster = lies[i].first;
    all.items[i].use.controllers = lies[i].second;
  }
  all.items[3].fixed = true;
  all.edges.push_back({0, {2}, 0, 1, 0});
  ClusterUse limit;
  limit.controllers = 4;
  // The first cluster has five. Either of its items fits into the second cluster; the edge from the first of them leads
  // there.
  PlacementMemo memo;
  repair_placement(all, limit, 3, stage_interval_of_all, memo);
  CHECK(clusters_of(all) == std::vector<int>{1, 0, 1, 2});
}

TEST_CASE("a layer that has its cluster takes of it what it takes, and no more") {
  Device device = round_device();
  device.clusters = parameter("clusters", 2);
  device.subclusters_per_cluster = parameter("subclusters_per_cluster", 4);
  device.compute_ceiling_percent = parameter("compute_ceiling_percent", 100);
  NetworkBuilder net({8, 8, 8});
  const int a = net.conv("a", network_input, 8);
  net.conv("b", a, 8);
  CompileOptions options;
  options.mapping = {{"a", {2, {}, {1}}}, {"b", {2, {}, {}}}};
  const Plan plan = compile(std::move(net).finish(), device, options);
  CHECK(plan.stages[1].cluster == 1);
  CHECK(plan.stages[2].cluster == 1);  // beside what it reads: there is room for just that
}
