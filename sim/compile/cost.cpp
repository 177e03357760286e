#include "sim/compile/cost.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/names.hpp"
#include "sim/compile/transport.hpp"

namespace rowflow {

Cycles CostModel::compute(std::int64_t subclusters) const {
  return macs_per_step == 0 ? 0 : ceil_multiply_divide(macs_per_step, 1000, checked_multiply(subclusters, rate));
}

Cycles CostModel::step(std::size_t i, std::int64_t subclusters) const { return std::max(compute(subclusters), stream[i]) + overhead; }

Cycles CostModel::interval(std::int64_t subclusters) const {
  const Cycles computed = compute(subclusters);
  Cycles sum = 0;
  for (const StepGroup& group : groups) sum += checked_multiply(group.steps, std::max(computed, group.stream) + overhead);
  return sum;
}

namespace {

using Traffic = std::map<MemoryLevel, LevelTraffic>;

std::vector<StepGroup> grouped(const std::vector<Cycles>& stream) {
  std::map<Cycles, Rows> count;
  for (const Cycles cycles : stream) ++count[cycles];
  std::vector<StepGroup> groups;
  for (const auto& [cycles, steps] : count) groups.push_back({cycles, steps});
  return groups;
}

/// T8: input ports share their frame evenly over the steps; output ports stream what the step emits.
std::vector<Cycles> stream_cycles(const Plan& plan, const Stage& stage, std::int64_t width) {
  const auto steps = static_cast<std::int64_t>(stage.steps());
  Cycles in = 0;
  for (const StageInput& input : stage.inputs) {
    const Buffer& buffer = plan.buffers[input.buffer];
    in = std::max(in, ceil_multiply_divide(buffer.rows_per_frame, buffer.row_elements, checked_multiply(steps, width)));
  }
  std::vector<Cycles> stream(stage.steps(), in);
  for (const StageOutput& output : stage.outputs) {
    Rows before = 0;
    for (std::size_t i = 0; i < stage.steps(); ++i) {
      const Rows rows = output.emits[i] - before;
      before = output.emits[i];
      stream[i] = std::max(stream[i], ceil_multiply_divide(rows, plan.buffers[output.buffer].row_elements, width));
    }
  }
  return stream;
}

/// Rows that a stage of a shared level moves: those of its buffer in that level, or on the link.
const Buffer& moved_rows(const Plan& plan, const Stage& stage) {
  const bool out = stage.kind == StageKind::source || stage.kind == StageKind::store;
  return plan.buffers[out ? stage.outputs[0].buffer : stage.inputs[0].buffer];
}

/// T6 and T15: source, sinks, stores and loads share the bandwidth of their level and direction.
CostModel shared_model(const Plan& plan, Stage& stage, const Device& device, const Traffic& traffic, ParameterUse& use) {
  const Buffer& rows = moved_rows(plan, stage);
  const bool link = is_end_kind(stage.kind);
  const LevelTraffic& level = traffic.at(link ? MemoryLevel::host : rows.level);
  const bool in = stage.kind == StageKind::source || stage.kind == StageKind::load;
  CostModel model;
  model.stream.assign(stage.steps(), shared_row_cycles(rows, in ? level.in : level.out, in ? level.in_bandwidth : level.out_bandwidth));
  if (stage.kind == StageKind::store)
    stage.latency = use(rows.level == MemoryLevel::l4 ? device.memory.l4_latency : device.memory.host_latency);
  return model;
}

/// MACs per subcluster-cycle × 1000.
std::int64_t rate_of(const Stage& stage, const StageOrigin& origin, const Device& device, ParameterUse& use) {
  const auto large = device.rates.find("depthwise_large");
  if (stage.kind == StageKind::depthwise && origin.kernel_height > 3 && large != device.rates.end()) return use(large->second);
  const auto grouped = device.rates.find("grouped_per_channel");
  if (stage.kind == StageKind::grouped && grouped != device.rates.end())
    return std::min(use(device.of_kind(device.rates, "conv")), checked_multiply(use(grouped->second), origin.group_channels));
  return use(device.of_kind(device.rates, stage.kind));
}

CostModel stage_model(const Lowered& lowered, Stage& stage, const StageOrigin& origin, const Device& device, const Traffic& traffic,
                      ParameterUse& use) {
  const Plan& plan = lowered.plan;
  if (!is_layer_kind(stage.kind)) return shared_model(plan, stage, device, traffic, use);
  CostModel model;
  model.macs_per_step = stage.macs_per_step;
  if (model.macs_per_step > 0) model.rate = rate_of(stage, origin, device, use);
  model.overhead = use(device.of_kind(device.row_overhead, stage.kind));
  model.stream = stream_cycles(plan, stage, use(device.of_kind(device.widths, stage.kind)));
  stage.latency = use(device.of_kind(device.latency, stage.kind));
  return model;
}

CostModel user_model(Stage& stage, const Device& device, const UserCost& cost, ParameterUse& use) {
  CostModel model;
  model.stream.assign(stage.steps(), cost.cycles);
  if (cost.latency)
    stage.latency = *cost.latency;
  else if (!is_end_kind(stage.kind))
    stage.latency = use(device.of_kind(device.latency, stage.kind));
  return model;
}

const UserCost* find_cost(const std::map<std::string, UserCost>& costs, const Stage& stage) {
  auto found = costs.find(stage.name);
  if (found == costs.end()) found = costs.find(stage.layer);
  return found == costs.end() ? nullptr : &found->second;
}

}  // namespace

std::vector<CostModel> cost_models(Lowered& lowered, const Device& device, const std::map<std::string, UserCost>& costs,
                                   ParameterUse& use) {
  Plan& plan = lowered.plan;
  require_known_stages("--costs", plan, costs);
  const Traffic traffic = level_traffic(plan, device, use);
  std::vector<CostModel> models;
  int replaced = 0;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    Stage& stage = plan.stages[s];
    const UserCost* cost = find_cost(costs, stage);
    models.push_back(cost ? user_model(stage, device, *cost, use) : stage_model(lowered, stage, lowered.origin[s], device, traffic, use));
    models.back().groups = grouped(models.back().stream);
    replaced += cost ? 1 : 0;
  }
  if (replaced > 0) plan.warnings.push_back(fmt::format("the costs of {} of {} stages are the user's own", replaced, plan.stages.size()));
  return models;
}

void apply_costs(Plan& plan, const std::vector<CostModel>& models, const std::vector<std::int64_t>& subclusters) {
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    Stage& stage = plan.stages[s];
    stage.subclusters = static_cast<int>(subclusters[s]);
    for (std::size_t i = 0; i < stage.steps(); ++i) stage.cost[i] = models[s].step(i, std::max<std::int64_t>(1, subclusters[s]));
  }
}

}  // namespace rowflow
