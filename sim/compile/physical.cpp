#include "sim/compile/physical.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"

namespace rowflow {

PhysicalRules physical_rules(const Device& device, ParameterUse& use) {
  PhysicalRules rules;
  rules.max_subclusters = use(device.max_subclusters_per_layer);
  rules.max_fan_out = use(device.max_fan_out);
  rules.l2_bytes = use(device.memory.l2_bytes_per_subcluster);
  rules.cut_bytes = std::max<Bytes>(1, use(device.memory.cut_bytes));
  rules.max_weight_bytes = checked_multiply(use(device.memory.max_weight_cuts_per_layer), rules.cut_bytes);
  rules.transfer_width = use(device.transfer_width);
  rules.unsplit = device.unsplit;
  for (const auto& [kind, cost] : device.split)
    rules.split[kind] = {cost.subclusters.value, cost.controllers.value, cost.max_parts.value};
  for (const char* kind : {"pool", "squeeze"})
    if (device.rates.count(kind)) rules.rated.emplace_back(kind);
  return rules;
}

bool is_transport(const Stage& stage) { return is_transport_kind(stage.kind); }

namespace {

template <class Kinds>
bool has(const Kinds& kinds, const std::string& kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

PhysicalStage physical_stage(const Stage& stage, const StageOrigin& origin, const PhysicalRules& rules,
                             std::int64_t chip_subclusters) {
  PhysicalStage physical;
  physical.counted = is_layer_kind(stage.kind);
  physical.weight_bytes = origin.weight_bytes;
  const std::string kind(to_string(stage.kind));
  const bool rated = origin.step_taps > 0 && has(rules.rated, kind);
  physical.most_of_part = rated ? 1 : rules.max_subclusters;
  const auto split = rules.split.find(kind);
  if (split != rules.split.end()) {
    physical.max_parts = split->second.max_parts;
    physical.split_subclusters = split->second.subclusters;
    physical.split_controllers = split->second.controllers;
  } else if (has(rules.unsplit, kind) || rated) {
    physical.max_parts = 1;
  }
  if (stage.macs_per_step > 0 || rated) {
    physical.most = std::max(chip_subclusters, physical.most_of_part);
    if (physical.max_parts > 0) physical.most = std::min(physical.most, physical.max_parts * physical.most_of_part);
  }
  if (physical.max_parts != 1 && rules.max_weight_bytes > 0) {
    const std::int64_t most = physical.max_parts > 0 ? std::min(physical.max_parts, physical.most) : physical.most;
    physical.parts_for_weights =
        std::clamp<std::int64_t>(ceil_div(physical.weight_bytes, rules.max_weight_bytes), 1, most);
  }
  return physical;
}

}  // namespace

std::vector<PhysicalStage> physical_stages(const Lowered& lowered, const PhysicalRules& rules,
                                           std::int64_t chip_subclusters) {
  std::vector<PhysicalStage> stages;
  for (std::size_t s = 0; s < lowered.plan.stages.size(); ++s)
    stages.push_back(physical_stage(lowered.plan.stages[s], lowered.origin[s], rules, chip_subclusters));
  return stages;
}

std::int64_t physical_layers(const PhysicalStage& stage, std::int64_t subclusters) {
  return std::max(stage.parts_for_weights, ceil_div(subclusters, stage.most_of_part));
}

std::int64_t for_weights_in_l2(const PhysicalStage& stage, const PhysicalRules& rules, std::int64_t subclusters) {
  if (rules.l2_bytes == 0) return subclusters;
  // Weights never fill the last subcluster: 64 KiB have five of 16 in public allocations.
  const std::int64_t room = physical_layers(stage, subclusters) * stage.most_of_part;
  return std::max(subclusters, std::min({stage.weight_bytes / rules.l2_bytes + 1, room, stage.most}));
}

std::vector<std::int64_t> fan_out_copies(const Plan& plan, const PhysicalRules& rules,
                                         const std::vector<std::int64_t>& parts) {
  std::vector<std::int64_t> copies(plan.stages.size());
  if (rules.max_fan_out == 0) return copies;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    if (parts[s] == 0) continue;
    std::int64_t fed = 0;
    for (const StageOutput& output : plan.stages[s].outputs) {
      const auto to = static_cast<std::size_t>(plan.buffers[output.buffer].to);
      fed += rules.split.count(std::string(to_string(plan.stages[to].kind))) > 0
                 ? 1
                 : std::max<std::int64_t>(1, parts[to]);  // a splitter reads the row once
    }
    // A copy takes one place of the output in front of it and offers max_fan_out.
    if (fed > rules.max_fan_out)
      copies[s] = ceil_div(fed - rules.max_fan_out, std::max<std::int64_t>(1, rules.max_fan_out - 1));
  }
  return copies;
}

}  // namespace rowflow
