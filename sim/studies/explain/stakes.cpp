#include "sim/studies/explain/stakes.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "sim/metrics/contexts_result.hpp"

namespace rowflow {

namespace {

constexpr double critical_first = 1e6;  ///< what is on a critical cycle comes before all that is not
constexpr std::size_t stages_moved = 4;
constexpr std::size_t places_moved = 4;

/// One pipeline of the result, and its share of the time.
struct View {
  const Plan* plan;
  const Measurement* run;
  double share = 1;
};

std::vector<View> views(const RunResult& result) {
  if (!result.several) return {{&result.plan, &result.saturated, 1}};
  std::vector<View> all;
  double total = 0;
  for (const ContextResult& context : result.several->list) {
    all.push_back({&context.context.plan, &context.run, context.run.throughput.interval->value()});
    total += all.back().share;
  }
  for (View& view : all) view.share /= std::max(1.0, total);
  return all;
}

double busy_share(const View& view, int stage) {
  const StageActivity& a = view.run->stages[static_cast<std::size_t>(stage)];
  return view.share * a.steady_busy / std::max(1.0, a.steady_busy + a.steady_starved + a.steady_blocked);
}

bool is_critical(const View& view, int stage) {
  const auto& critical = view.run->critical;
  return critical && std::any_of(critical->arcs.begin(), critical->arcs.end(),
                                 [&](const BindingArc& arc) { return arc.stage == stage && arc.buffer < 0; });
}

template <class Item>
std::vector<Item> by_worth(std::vector<std::pair<double, Item>> items) {
  std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Item> sorted;
  for (auto& [worth, item] : items)
    if (worth > 0) sorted.push_back(std::move(item));
  return sorted;
}

/// An edge between clusters, with the transfer in between where there is one.
struct Edge {
  int from = -1, to = -1;  ///< stages of layers
  double worth = 0;
};

bool has_cluster(const Stage& stage) { return is_layer_kind(stage.kind) && stage.cluster >= 0; }

std::vector<Edge> edges_between_clusters(const View& view) {
  const Plan& plan = *view.plan;
  std::vector<Edge> edges;
  for (int s = 0; s < static_cast<int>(plan.stages.size()); ++s) {
    if (!has_cluster(plan.stage(s))) continue;
    for (const StageOutput& output : plan.stage(s).outputs) {
      int to = plan.buffer(output.buffer).to;
      double worth = 1e-6 * view.share;
      while (plan.stage(to).kind == StageKind::transfer) {
        worth = std::max(worth, busy_share(view, to) + (is_critical(view, to) ? critical_first : 0));
        to = plan.buffer(plan.stage(to).outputs.front().buffer).to;
      }
      if (has_cluster(plan.stage(to)) && plan.stage(to).cluster != plan.stage(s).cluster)
        edges.push_back({s, to, worth});
    }
  }
  return edges;
}

/// `first` and its neighbours in plan order behind it (step 1) or in front of it (−1), as long as they are in its
/// cluster: one, two, … of them.
std::vector<std::vector<const Stage*>> groups(const Plan& plan, int first, int step) {
  std::vector<std::vector<const Stage*>> all;
  std::vector<const Stage*> group;
  for (int s = first; s >= 0 && s < static_cast<int>(plan.stages.size()) && all.size() < stages_moved; s += step) {
    const Stage& stage = plan.stage(s);
    if (!has_cluster(stage)) continue;
    if (stage.cluster != plan.stage(first).cluster) break;
    group.insert(step > 0 ? group.end() : group.begin(), &stage);
    all.push_back(group);
  }
  return all;
}

/// Names of what contexts may begin with, in order.
std::vector<std::string> places(const RunResult& result) {
  std::vector<std::string> names;
  for (const Stage& stage : result.plan.stages)
    if (is_layer_kind(stage.kind)) names.push_back(stage.name);
  return names;
}

}  // namespace

std::vector<const Stage*> stages_at_stake(const RunResult& result) {
  std::vector<std::pair<double, const Stage*>> all;
  for (const View& view : views(result)) {
    for (int s = 0; s < static_cast<int>(view.run->stages.size()); ++s) {
      const Stage& stage = view.plan->stage(s);
      if (stage.macs_per_step == 0 || stage.subclusters == 0) continue;
      all.emplace_back(busy_share(view, s) + (is_critical(view, s) ? critical_first * view.share : 0), &stage);
    }
  }
  return by_worth(std::move(all));
}

std::vector<int> buffers_at_stake(const RunResult& result) {
  std::vector<std::pair<double, int>> all;
  for (int b = 0; b < static_cast<int>(result.plan.buffers.size()); ++b) {
    double worth = 0;
    const auto producer = static_cast<std::size_t>(result.plan.buffer(b).from);
    if (producer < result.saturated.stages.size())
      for (const StallCause& stall : result.saturated.stages[producer].stalls)
        if (stall.buffer == b && stall.kind == StallKind::blocked) worth += stall.steady_cycles;
    if (result.saturated.critical)
      for (const BindingArc& arc : result.saturated.critical->arcs)
        worth += arc.buffer == b && arc.for_space ? 1e15 : 0;
    all.emplace_back(worth, b);
  }
  return by_worth(std::move(all));
}

std::vector<Move> moves_at_stake(const RunResult& result) {
  std::vector<std::pair<double, Move>> all;
  std::set<std::pair<std::vector<const Stage*>, int>> known;
  for (const View& view : views(result)) {
    if (view.run->stages.empty()) continue;
    for (const Edge& edge : edges_between_clusters(view)) {
      for (const auto& [first, step, other] : {std::tuple(edge.to, 1, edge.from), std::tuple(edge.from, -1, edge.to)}) {
        double worth = edge.worth;
        for (auto& group : groups(*view.plan, first, step)) {
          const int cluster = view.plan->stage(other).cluster;
          if (known.insert({group, cluster}).second) all.emplace_back(worth, Move{group, cluster});
          worth *= 0.999;  // smaller moves first
        }
      }
    }
  }
  return by_worth(std::move(all));
}

std::vector<Boundary> moved_boundaries(const RunResult& result) {
  if (!result.several) return {};
  const std::vector<std::string> names = places(result);
  std::vector<std::string> begin;
  for (const ContextResult& context : result.several->list) {
    const auto& stages = context.context.plan.stages;
    const auto first = std::find_if(stages.begin(), stages.end(), [](const Stage& s) { return is_layer_kind(s.kind); });
    begin.push_back(first->name);
  }
  const auto place = [&](std::size_t context) {
    return std::find(names.begin(), names.end(), begin[context]) - names.begin();
  };
  std::vector<std::pair<double, Boundary>> all;
  for (std::size_t c = 1; c < begin.size(); ++c) {
    const auto here = place(c), before = place(c - 1);
    const auto behind = c + 1 < begin.size() ? place(c + 1) : static_cast<std::ptrdiff_t>(names.size());
    for (std::ptrdiff_t by = 1; by <= static_cast<std::ptrdiff_t>(places_moved); ++by) {
      for (const std::ptrdiff_t to : {here - by, here + by}) {
        if (to <= before || to >= behind) continue;
        Boundary moved{c, begin[c], names[static_cast<std::size_t>(to)], {begin.begin() + 1, begin.end()}};
        moved.begin[c - 1] = moved.to;
        all.emplace_back(1.0 / static_cast<double>(by), std::move(moved));
      }
    }
  }
  return by_worth(std::move(all));
}

}  // namespace rowflow
