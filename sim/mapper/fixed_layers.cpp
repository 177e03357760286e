#include "sim/mapper/fixed_layers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/compile/names.hpp"

namespace rowflow {

namespace {

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
    throw InputError(where,
                     fmt::format("found {} subclusters, expected at most the device's {}", *given.subclusters, chip));
  const std::int64_t parts_hold = physical.max_parts * physical.most_of_part;
  if (physical.max_parts > 0 && given.subclusters.value_or(1) > parts_hold)
    throw InputError(where, fmt::format("found {} subclusters, expected at most {}: layers of kind {} {}",
                                        *given.subclusters, parts_hold, to_string(stage.kind),
                                        physical.max_parts == 1
                                            ? "stay one physical layer"
                                            : fmt::format("are at most {} physical layers", physical.max_parts)));
  if (physical.max_parts > 1 && given.physical_layers.value_or(1) > physical.max_parts)
    throw InputError(where, fmt::format("found {} physical layers, expected at most {} for kind {}",
                                        *given.physical_layers, physical.max_parts, to_string(stage.kind)));
  const std::int64_t most = given.subclusters.value_or(chip);
  if (given.physical_layers.value_or(1) > most)
    throw InputError(where, fmt::format("found {} physical layers, expected at most one for each of {} subclusters",
                                        *given.physical_layers, most));
  for (const int cluster : given.clusters)
    if (cluster >= device.device_clusters)
      throw InputError(
          where, fmt::format("found cluster {}, expected one of the device's {}", cluster, device.device_clusters));
}

}  // namespace

FixedLayers fixed_by_user(const Plan& plan, const CompileOptions& options, std::vector<PhysicalStage>& stages) {
  require_known_stages("--mapping", plan, options.mapping);
  FixedLayers fixed;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const MappedLayer* given = find_mapping(options, plan.stages[s]);
    if (!given || !stages[s].counted) continue;
    check_mapped(plan.stages[s], stages[s], *given, plan.mapping);
    if (given->subclusters) fixed.subclusters[s] = *given->subclusters;
    if (given->physical_layers)
      stages[s].parts_for_weights = std::max(stages[s].parts_for_weights, *given->physical_layers);
    if (!given->clusters.empty()) fixed.clusters[s] = given->clusters;
  }
  return fixed;
}

}  // namespace rowflow
