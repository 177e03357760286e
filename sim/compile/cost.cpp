#include "sim/compile/cost.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/names.hpp"

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

/// T6: ⌈row bytes / link bytes per cycle⌉, 0 = unlimited.
CostModel link_model(const Stage& stage, const Buffer& buffer, std::int64_t bytes_per_kilocycle) {
  CostModel model;
  model.stream.assign(stage.steps(), bytes_per_kilocycle == 0 ? 0 : ceil_multiply_divide(buffer.row_bytes, 1000, bytes_per_kilocycle));
  return model;
}

CostModel stage_model(const Plan& plan, Stage& stage, const Device& device, ParameterUse& use) {
  if (stage.kind == "source") return link_model(stage, plan.buffers[stage.outputs[0].buffer], use(device.input_link_bytes_per_kilocycle));
  if (stage.kind == "sink") return link_model(stage, plan.buffers[stage.inputs[0].buffer], use(device.output_link_bytes_per_kilocycle));
  CostModel model;
  model.macs_per_step = stage.macs_per_step;
  if (model.macs_per_step > 0) model.rate = use(device.of_kind(device.rates, stage.kind));
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
  else if (stage.kind != "source" && stage.kind != "sink")
    stage.latency = use(device.of_kind(device.latency, stage.kind));
  return model;
}

void check_names(const Plan& plan, const std::map<std::string, UserCost>& costs) {
  std::vector<std::string> names;
  for (const Stage& stage : plan.stages) {
    names.push_back(stage.name);
    names.push_back(stage.layer);
  }
  for (const auto& entry : costs) require_known_name("--costs", "stage or layer", entry.first, names);
}

const UserCost* find_cost(const std::map<std::string, UserCost>& costs, const Stage& stage) {
  auto found = costs.find(stage.name);
  if (found == costs.end()) found = costs.find(stage.layer);
  return found == costs.end() ? nullptr : &found->second;
}

}  // namespace

std::vector<CostModel> cost_models(Plan& plan, const Device& device, const std::map<std::string, UserCost>& costs, ParameterUse& use) {
  check_names(plan, costs);
  std::vector<CostModel> models;
  int replaced = 0;
  for (Stage& stage : plan.stages) {
    const UserCost* cost = find_cost(costs, stage);
    models.push_back(cost ? user_model(stage, device, *cost, use) : stage_model(plan, stage, device, use));
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
