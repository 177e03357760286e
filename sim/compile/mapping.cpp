#include "sim/compile/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/allocation.hpp"
#include "sim/compile/names.hpp"
#include "sim/compile/placement.hpp"

namespace rowflow {

namespace {

constexpr int placement_attempts = 12;

struct Fixed {
  FixedSubclusters subclusters;
  FixedClusters clusters;
};

const MappedLayer* find_mapping(const CompileOptions& options, const Stage& stage) {
  auto found = options.mapping.find(stage.name);
  if (found == options.mapping.end()) found = options.mapping.find(stage.layer);
  return found == options.mapping.end() ? nullptr : &found->second;
}

/// Throws InputError for what the chip cannot have.
void check_mapped(const Stage& stage, const PhysicalStage& physical, const MappedLayer& given, const Mapping& device) {
  const std::int64_t chip = device.device_clusters * device.limit.subclusters;
  const std::string where = "--mapping: " + stage.name;
  if (given.subclusters.value_or(1) > chip)
    throw InputError(where, fmt::format("found {} subclusters, expected at most the device's {}", *given.subclusters, chip));
  if (physical.unsplit_limit > 0 && given.subclusters.value_or(1) > physical.unsplit_limit)
    throw InputError(where, fmt::format("found {} subclusters, expected at most {}: layers of kind {} stay one physical layer",
                                        *given.subclusters, physical.unsplit_limit, to_string(stage.kind)));
  const std::int64_t most = given.subclusters.value_or(chip);
  if (given.physical_layers.value_or(1) > most)
    throw InputError(
        where, fmt::format("found {} physical layers, expected at most one for each of {} subclusters", *given.physical_layers, most));
  for (const int cluster : given.clusters)
    if (cluster >= device.device_clusters)
      throw InputError(where, fmt::format("found cluster {}, expected one of the device's {}", cluster, device.device_clusters));
}

Fixed fixed_by_user(const Plan& plan, const CompileOptions& options, std::vector<PhysicalStage>& stages) {
  require_known_stages("--mapping", plan, options.mapping);
  Fixed fixed;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const MappedLayer* given = find_mapping(options, plan.stages[s]);
    if (!given || !stages[s].counted) continue;
    check_mapped(plan.stages[s], stages[s], *given, plan.mapping);
    if (given->subclusters) fixed.subclusters[s] = *given->subclusters;
    if (given->physical_layers) stages[s].parts_for_weights = std::max(stages[s].parts_for_weights, *given->physical_layers);
    if (!given->clusters.empty()) fixed.clusters[s] = given->clusters;
  }
  return fixed;
}

void describe_device(Mapping& mapping, const Device& device, ParameterUse& use) {
  const MemoryLevels& memory = device.memory;
  mapping.device_clusters = static_cast<int>(use(device.clusters));
  mapping.limit.subclusters = use(device.subclusters_per_cluster);
  mapping.limit.controllers = use(device.controllers_per_cluster);
  mapping.limit.activation_units = use(device.activation_units_per_cluster);
  mapping.limit.input_aligners = use(device.input_aligners_per_cluster);
  mapping.limit.weight_cuts = use(memory.l3_cuts_per_cluster);
  mapping.cut_bytes = std::max<Bytes>(1, use(memory.cut_bytes));
  mapping.l2_bytes = checked_multiply(mapping.device_clusters * mapping.limit.subclusters, use(memory.l2_bytes_per_subcluster));
  mapping.l4_cuts = use(memory.l4_cuts);
  mapping.l3_limit_cuts = use(memory.l3_limit_cuts);
  mapping.l4_limit_cuts = use(memory.l4_limit_cuts);
}

/// The share of `total` that an allocation may use; all of it when the least demand needs more, no limit when even that is too little.
std::int64_t reachable(std::int64_t least, std::int64_t total, std::int64_t percent) {
  const std::int64_t share = total * percent / 100;
  if (least <= share) return share;
  return least <= total ? total : 0;
}

std::vector<std::int64_t> extra_of(const Plan& plan, const CompileOptions& options) {
  std::vector<std::int64_t> extra(plan.stages.size());
  for (const auto& [name, more] : options.extra_subclusters) {
    const int stage = find_stage(plan, name);
    if (stage < 0) throw InputError("subclusters", fmt::format("found no stage \"{}\"", name));
    extra[static_cast<std::size_t>(stage)] = more;
  }
  return extra;
}

class Mapper {
 public:
  Mapper(Lowered& lowered, const std::vector<CostModel>& models, const Device& device, const CompileOptions& options, ParameterUse& use)
      : plan_(lowered.plan), models_(models), rules_(physical_rules(device, use)) {
    describe_device(plan_.mapping, device, use);
    chip_subclusters_ = plan_.mapping.device_clusters * plan_.mapping.limit.subclusters;
    compute_ceiling_ = use(device.compute_ceiling_percent);
    control_ceiling_ = use(device.control_ceiling_percent);
    stages_ = physical_stages(lowered, rules_, chip_subclusters_);
    fixed_ = fixed_by_user(plan_, options, stages_);
    extra_ = extra_of(plan_, options);
    for (const Buffer& buffer : plan_.buffers) {
      const auto known = options.buffer_cuts.find(buffer.name);
      buffer_cuts_.push_back(known == options.buffer_cuts.end() ? 0 : known->second);
    }
  }

  void map();

 private:
  Allocation allocate(const Allocator& allocator, Cycles at_least) const;
  Allocation with_extra(Allocation allocation) const;
  void record(const Allocation& allocation);

  Plan& plan_;
  const std::vector<CostModel>& models_;
  PhysicalRules rules_;
  std::vector<PhysicalStage> stages_;
  std::vector<std::int64_t> buffer_cuts_, extra_;
  Fixed fixed_;
  std::int64_t chip_subclusters_ = 0, compute_ceiling_ = 100, control_ceiling_ = 100;
};

Allocation Mapper::allocate(const Allocator& allocator, Cycles at_least) const {
  Allocation least = allocator.least();
  const std::int64_t chip_controllers = plan_.mapping.device_clusters * plan_.mapping.limit.controllers;
  Budget budget{reachable(least.total_subclusters, chip_subclusters_, compute_ceiling_),
                reachable(least.total_controllers, chip_controllers, control_ceiling_)};
  Allocation best;
  if (budget.subclusters == 0) return least;  // more subclusters would only be further from fitting
  if (allocator.balance(budget, true, at_least, best) || allocator.balance(budget, false, at_least, best)) return best;
  return least;
}

Allocation Mapper::with_extra(Allocation allocation) const {
  for (std::size_t s = 0; s < extra_.size(); ++s) {
    if (extra_[s] == 0) continue;
    allocation.subclusters[s] += extra_[s];
    allocation.total_subclusters += extra_[s];
    allocation.parts[s] = physical_layers(stages_[s], rules_, allocation.subclusters[s]);
  }
  return allocation;
}

/// A packing that the clusters do not admit has a little too much of something: the next slower allocation that has less is tried.
void Mapper::map() {
  const Allocator allocator(plan_, models_, stages_, rules_, fixed_.subclusters);
  const Allocation fastest = with_extra(allocate(allocator, 0));
  Allocation allocation = fastest;
  const bool packable = fastest.total_subclusters <= chip_subclusters_ &&
                        fastest.total_controllers <= plan_.mapping.device_clusters * plan_.mapping.limit.controllers;
  int beyond = place(plan_, allocation, stages_, rules_, buffer_cuts_, fixed_.clusters);
  for (int attempt = 0; packable && beyond > 0 && attempt < placement_attempts; ++attempt) {
    allocation = with_extra(allocate(allocator, allocation.interval + allocation.interval / 50 + 1));
    beyond = place(plan_, allocation, stages_, rules_, buffer_cuts_, fixed_.clusters);
  }
  if (packable && beyond > 0) {
    allocation = fastest;
    place(plan_, allocation, stages_, rules_, buffer_cuts_, fixed_.clusters);
  }
  record(allocation);
}

void Mapper::record(const Allocation& allocation) {
  apply_costs(plan_, models_, allocation.subclusters);
  Mapping& mapping = plan_.mapping;
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
    plan_.stages[s].weight_bytes = stages_[s].weight_bytes;
    mapping.joins += allocation.parts[s] > 1 ? 1 : 0;
    mapping.copies += allocation.copies[s];
    mapping.weight_bytes += stages_[s].weight_bytes;
    mapping.l2_weight_bytes += std::min(stages_[s].weight_bytes, allocation.subclusters[s] * rules_.l2_bytes);
  }
}

}  // namespace

void map_stages(Lowered& lowered, const std::vector<CostModel>& models, const Device& device, const CompileOptions& options,
                ParameterUse& use) {
  Mapper(lowered, models, device, options, use).map();
  Plan& plan = lowered.plan;
  for (Buffer& buffer : plan.buffers)
    if (crosses_clusters(plan, buffer)) buffer.transfer_latency = use(device.transfer_latency);
}

}  // namespace rowflow
