#include "sim/mapper/plan_moves.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/base/error.hpp"
#include "sim/graph/schedule_graph.hpp"
#include "sim/mapper/best_depths.hpp"
#include "sim/mapper/best_sizes.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/decisions.hpp"
#include "sim/mapper/fit.hpp"
#include "sim/mapper/plan_order.hpp"
#include "sim/mapper/smallest.hpp"

namespace rowflow {

namespace {

constexpr double worth_a_move = 0.005;  // of the interval
constexpr std::int64_t more[] = {1, 2, 4};

class Moves {
 public:
  Moves(const Network& network, const Device& device, const CompileOptions& base, const EvaluateOptions& options,
        Plan plan, std::size_t trials)
      : network_(network), device_(device), base_(base), options_(options), best_(std::move(plan)), left_(trials) {
    base_.buffer_policy = BufferPolicy::unlimited;
    const ClusterUse use = chip_use(best_.mapping);
    const auto usual = device.compile_modes.find("default");
    const Parameter& percent =
        usual == device.compile_modes.end() ? device.compute_ceiling_percent : usual->second.compute;
    most_subclusters_ = std::max(use.subclusters, chip(device.subclusters_per_cluster) * percent.value / 100);
    most_controllers_ =
        std::max(use.controllers, chip(device.controllers_per_cluster) * device.control_ceiling_percent.value / 100);
  }

  Plan run() {
    while (left_ > 0 && one_better()) {
    }
    return std::move(best_);
  }

 private:
  std::int64_t chip(const Parameter& each) const { return device_.clusters.value * each.value; }

  /// Tries changes of the best plan until one is better; false when none is.
  bool one_better() {
    time_ = time_of(best_);
    const Decisions now = decisions_of(best_);
    for (const int s : stages_in_the_way()) {
      const Stage& stage = best_.stage(s);
      for (const Decisions& changed : changes_of(now, stage)) {
        if (left_ == 0) return false;
        --left_;
        if (try_one(changed)) return true;
      }
    }
    return false;
  }

  /// On the cycle that is too long for a shorter interval, whose arcs take longest first.
  std::vector<int> stages_in_the_way() const {
    const auto aim = static_cast<Cycles>(std::floor(time_ * (1 - worth_a_move)));
    ScheduleGraph graph(best_, {std::max<Cycles>(1, aim), 1});
    if (graph.holds(rows_allowed(best_))) return {};
    const auto cycle = graph.long_cycle();
    if (!cycle) return {};
    std::vector<BindingArc> arcs = cycle->arcs;
    std::stable_sort(arcs.begin(), arcs.end(),
                     [](const BindingArc& a, const BindingArc& b) { return a.cycles > b.cycles; });
    std::vector<int> stages;
    const auto add = [&](int s) {
      const bool placed = s >= 0 && !best_.stage(s).part_clusters.empty();
      if (placed && std::find(stages.begin(), stages.end(), s) == stages.end()) stages.push_back(s);
    };
    for (const BindingArc& arc : arcs) {
      add(arc.stage);
      if (arc.buffer < 0) continue;
      add(best_.buffer(arc.buffer).from);
      add(best_.buffer(arc.buffer).to);
    }
    return stages;
  }

  std::set<int> clusters_around(const Stage& stage) const {
    std::set<int> clusters;
    for (const StageInput& input : stage.inputs) clusters.insert(best_.stage(best_.buffer(input.buffer).from).cluster);
    for (const StageOutput& output : stage.outputs)
      for (const int part : best_.stage(best_.buffer(output.buffer).to).part_clusters) clusters.insert(part);
    clusters.erase(-1);
    return clusters;
  }

  std::vector<Decisions> changes_of(const Decisions& now, const Stage& stage) const {
    std::vector<Decisions> changes;
    if (stage.macs_per_step > 0) {
      for (const std::int64_t some : more) {
        changes.push_back(now);
        MappedLayer& layer = changes.back().layers[stage.name];
        layer.subclusters = stage.subclusters + some;
        layer.physical_layers.reset();
      }
    }
    for (const int cluster : clusters_around(stage)) {
      const MappedLayer& layer = now.layers.at(stage.name);
      if (std::all_of(layer.clusters.begin(), layer.clusters.end(), [&](int c) { return c == cluster; })) continue;
      changes.push_back(now);
      changes.back().layers[stage.name].clusters.assign(1, cluster);
    }
    return changes;
  }

  bool within_ceilings(const Plan& plan) const {
    const ClusterUse use = chip_use(plan.mapping);
    return use.subclusters <= most_subclusters_ && use.controllers <= most_controllers_ &&
           plan.mapping.clusters.size() <= best_.mapping.clusters.size();
  }

  bool try_one(Decisions changed) {
    changed.capacities.clear();
    Plan plan;
    try {
      plan = plan_of(network_, device_, base_, changed);
    } catch (const InputError&) {
      return false;  // more than such a layer may have
    }
    if (!within_ceilings(plan)) return false;
    const std::vector<Rows> most = rows_allowed(plan);
    const auto near = static_cast<Cycles>(std::ceil(time_ * (1 - worth_a_move)));
    if (plan.bounds.stage_interval > near || !ScheduleGraph(plan, {near, 1}).holds(most)) return false;
    size_best(plan, {most, options_.buffer_budget, true, options_.goal, false});
    if (options_.buffer_budget) hold_to_budget(plan, *options_.buffer_budget);
    if (!better_plan(plan, best_, options_.goal)) return false;
    best_ = std::move(plan);
    return true;
  }

  const Network& network_;
  const Device& device_;
  CompileOptions base_;
  const EvaluateOptions& options_;
  Plan best_;
  double time_ = 0;
  std::size_t left_;
  std::int64_t most_subclusters_ = 0, most_controllers_ = 0;
};

}  // namespace

Plan moved_plan(const Network& network, const Device& device, const CompileOptions& base,
                const EvaluateOptions& options, Plan plan, std::size_t trials) {
  return Moves(network, device, base, options, std::move(plan), trials).run();
}

}  // namespace rowflow
