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
  rules.unsplit = device.unsplit;
  return rules;
}

bool is_transport(const Stage& stage) { return is_transport_kind(stage.kind); }

std::vector<PhysicalStage> physical_stages(const Lowered& lowered, const PhysicalRules& rules, std::int64_t chip_subclusters) {
  std::vector<PhysicalStage> stages;
  for (std::size_t s = 0; s < lowered.plan.stages.size(); ++s) {
    const Stage& stage = lowered.plan.stages[s];
    PhysicalStage physical;
    physical.counted = is_layer_kind(stage.kind);
    physical.weight_bytes = lowered.origin[s].weight_bytes;
    const bool unsplit = std::find(rules.unsplit.begin(), rules.unsplit.end(), to_string(stage.kind)) != rules.unsplit.end();
    if (unsplit) physical.unsplit_limit = rules.max_subclusters;
    if (stage.macs_per_step > 0) physical.most = unsplit ? rules.max_subclusters : std::max(chip_subclusters, rules.max_subclusters);
    if (!unsplit && rules.max_weight_bytes > 0)
      physical.parts_for_weights = std::clamp<std::int64_t>(ceil_div(physical.weight_bytes, rules.max_weight_bytes), 1, physical.most);
    stages.push_back(physical);
  }
  return stages;
}

std::int64_t physical_layers(const PhysicalStage& stage, const PhysicalRules& rules, std::int64_t subclusters) {
  return std::max(stage.parts_for_weights, ceil_div(subclusters, rules.max_subclusters));
}

std::int64_t for_weights_in_l2(const PhysicalStage& stage, const PhysicalRules& rules, std::int64_t subclusters) {
  if (rules.l2_bytes == 0) return subclusters;
  // Weights never fill the last subcluster: 64 KiB have five of 16 in public allocations.
  const std::int64_t room = physical_layers(stage, rules, subclusters) * rules.max_subclusters;
  return std::max(subclusters, std::min({stage.weight_bytes / rules.l2_bytes + 1, room, stage.most}));
}

std::vector<std::int64_t> fan_out_copies(const Plan& plan, const PhysicalRules& rules, const std::vector<std::int64_t>& parts) {
  std::vector<std::int64_t> copies(plan.stages.size());
  if (rules.max_fan_out == 0) return copies;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    if (parts[s] == 0) continue;
    std::int64_t fed = 0;
    for (const StageOutput& output : plan.stages[s].outputs) fed += std::max<std::int64_t>(1, parts[plan.buffers[output.buffer].to]);
    // A copy takes one place of the output in front of it and offers max_fan_out.
    if (fed > rules.max_fan_out) copies[s] = ceil_div(fed - rules.max_fan_out, std::max<std::int64_t>(1, rules.max_fan_out - 1));
  }
  return copies;
}

}  // namespace rowflow
