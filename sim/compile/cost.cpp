#include "sim/compile/cost.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/names.hpp"
#include "sim/compile/transport.hpp"

namespace rowflow {

Cycles CostModel::compute(std::int64_t subclusters) const {
  if (macs_per_step == 0) return 0;
  const Cycles computed = ceil_multiply_divide(macs_per_step, 1000, checked_multiply(subclusters, rate));
  if (weight_rate == 0) return computed;
  return std::max(computed, ceil_multiply_divide(weights_per_step, 1000, checked_multiply(subclusters, weight_rate)));
}

Cycles CostModel::step(std::size_t i, std::int64_t subclusters) const {
  return std::max(compute(subclusters), stream[i]) + overhead;
}

Cycles CostModel::interval(std::int64_t subclusters) const {
  const Cycles computed = compute(subclusters);
  Cycles sum = 0;
  for (const StepGroup& group : groups)
    sum += checked_multiply(group.steps, std::max(computed, group.stream) + overhead);
  return sum;
}

/// The longest that MACs may take in each step for an interval of at most so many cycles, which is no shorter than
/// without any MACs: with the steps whose stream is no longer than that, all others take what they stream.
Cycles CostModel::longest_compute(Cycles at_most) const {
  Rows steps = 0;
  Cycles left = at_most;  // for computing, when all groups up to one take as long as the MACs
  for (const StepGroup& group : groups) {
    steps += group.steps;
    left -= group.steps * overhead;
  }
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
    if (left / steps >= group->stream) return left / steps;
    steps -= group->steps;
    left -= group->steps * group->stream;
  }
  return 0;
}

std::int64_t CostModel::fewest_subclusters(Cycles at_most, std::int64_t most) const {
  if (macs_per_step == 0 || groups.empty()) return 1;
  const Cycles longest = longest_compute(std::max(at_most, interval(most)));
  if (compute(1) <= longest) return 1;
  // ⌈a / (n·rate)⌉ ≤ c where n ≥ ⌈⌈a / c⌉ / rate⌉.
  std::int64_t fewest = ceil_div(ceil_multiply_divide(macs_per_step, 1000, longest), rate);
  if (weight_rate > 0)
    fewest = std::max(fewest, ceil_div(ceil_multiply_divide(weights_per_step, 1000, longest), weight_rate));
  return fewest;
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

/// T8: input ports share their frame evenly over the steps; output ports stream what the step emits, all of a row even
/// where each of them is a slice. Elements of more than a byte count once a byte on a device that says what they cost.
std::vector<Cycles> stream_cycles(const Plan& plan, const Stage& stage, const StageOrigin& origin, std::int64_t width,
                                  bool by_bytes) {
  const auto steps = static_cast<std::int64_t>(stage.steps());
  const auto places = [&](const Buffer& buffer, Elements elements) {
    return by_bytes && buffer.bits > 8 ? checked_multiply(elements, ceil_div(buffer.bits, 8)) : elements;
  };
  Cycles in = 0;
  for (const StageInput& input : stage.inputs) {
    const Buffer& buffer = plan.buffers[input.buffer];
    in = std::max(in, ceil_multiply_divide(buffer.rows_per_frame, places(buffer, buffer.row_elements),
                                           checked_multiply(steps, width)));
  }
  std::vector<Cycles> stream(stage.steps(), in);
  for (const StageOutput& output : stage.outputs) {
    Rows before = 0;
    for (std::size_t i = 0; i < stage.steps(); ++i) {
      const Rows rows = output.emits[i] - before;
      before = output.emits[i];
      const Buffer& buffer = plan.buffers[output.buffer];
      stream[i] = std::max(
          stream[i],
          ceil_multiply_divide(rows, places(buffer, std::max(buffer.row_elements, origin.row_elements)), width));
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
CostModel shared_model(const Plan& plan, Stage& stage, const Device& device, const Traffic& traffic,
                       ParameterUse& use) {
  const Buffer& rows = moved_rows(plan, stage);
  const bool link = is_end_kind(stage.kind);
  const LevelTraffic& level = traffic.at(link ? MemoryLevel::host : rows.level);
  const bool in = stage.kind == StageKind::source || stage.kind == StageKind::load;
  CostModel model;
  model.stream.assign(
      stage.steps(), shared_row_cycles(rows, in ? level.in : level.out, in ? level.in_bandwidth : level.out_bandwidth));
  if (stage.kind == StageKind::store)
    stage.latency = use(rows.level == MemoryLevel::l4 ? device.memory.l4_latency : device.memory.host_latency);
  return model;
}

/// What is left of the rate with other bits than 8.
std::int64_t with_precision(std::int64_t rate, const Plan& plan, const Stage& stage, const StageOrigin& origin,
                            const Device& device, ParameterUse& use) {
  const auto left = [&](const char* bits) {
    const auto found = device.precision.find(bits);
    if (found != device.precision.end())
      rate = std::max<std::int64_t>(1, ceil_multiply_divide(rate, use(found->second), 100));
  };
  if (!stage.inputs.empty() && plan.buffers[stage.inputs[0].buffer].bits > 8) left("activations_16");
  if (stage.macs_per_step > 0 && origin.weight_bits > 8) left("weights_16");
  if (stage.macs_per_step > 0 && origin.weight_bits <= 4) left("weights_4");
  return rate;
}

/// MACs per subcluster-cycle × 1000.
std::int64_t rate_of(const Stage& stage, const StageOrigin& origin, const Device& device, ParameterUse& use) {
  const auto large = device.rates.find("depthwise_large");
  if (stage.kind == StageKind::depthwise && origin.kernel_height > 3 && large != device.rates.end())
    return use(large->second);
  const auto grouped = device.rates.find("grouped_per_channel");
  if (stage.kind == StageKind::grouped && grouped != device.rates.end())
    return std::min(use(device.of_kind(device.rates, "conv")),
                    checked_multiply(use(grouped->second), origin.group_channels));
  return use(device.of_kind(device.rates, stage.kind));
}

CostModel stage_model(const Lowered& lowered, Stage& stage, const StageOrigin& origin, const Device& device,
                      const Traffic& traffic, ParameterUse& use) {
  const Plan& plan = lowered.plan;
  if (!is_layer_kind(stage.kind)) return shared_model(plan, stage, device, traffic, use);
  CostModel model;
  model.macs_per_step = stage.macs_per_step;
  if (model.macs_per_step > 0) {
    model.rate = with_precision(rate_of(stage, origin, device, use), plan, stage, origin, device, use);
    model.weights_per_step = origin.step_weight_bytes;
    model.weight_rate = use(device.memory.weight_bytes_per_kilocycle);
  } else if (const auto taps = device.rates.find(std::string(to_string(stage.kind)));
             origin.step_taps > 0 && taps != device.rates.end()) {
    model.macs_per_step = origin.step_taps;
    model.rate = with_precision(use(taps->second), plan, stage, origin, device, use);
  }
  model.overhead = use(device.of_kind(device.row_overhead, stage.kind));
  if (origin.divides) model.overhead += use(device.reciprocal_per_tile);
  const bool by_bytes = device.precision.count("activations_16") > 0;
  model.stream = stream_cycles(plan, stage, origin, use(device.of_kind(device.widths, stage.kind)), by_bytes);
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
    stage.step_weight_bytes = lowered.origin[s].step_weight_bytes;
    models.push_back(cost ? user_model(stage, device, *cost, use)
                          : stage_model(lowered, stage, lowered.origin[s], device, traffic, use));
    models.back().groups = grouped(models.back().stream);
    replaced += cost ? 1 : 0;
  }
  if (replaced > 0)
    plan.warnings.push_back(
        fmt::format("the costs of {} of {} stages are the user's own", replaced, plan.stages.size()));
  return models;
}

void apply_costs(Plan& plan, const std::vector<CostModel>& models, const std::vector<std::int64_t>& subclusters) {
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    Stage& stage = plan.stages[s];
    stage.subclusters = static_cast<int>(subclusters[s]);
    for (std::size_t i = 0; i < stage.steps(); ++i)
      stage.cost[i] = models[s].step(i, std::max<std::int64_t>(1, subclusters[s]));
  }
}

}  // namespace rowflow
