#include "sim/mapper/ceilings.hpp"

#include <algorithm>

namespace rowflow {

CeilingShares context_ceilings(const Device& device, bool single_layer, ParameterUse& use) {
  if (single_layer) return {};
  const auto mode = device.compile_modes.find("contexts");
  if (mode == device.compile_modes.end())
    return {use(device.compute_ceiling_percent), use(device.control_ceiling_percent)};
  return {use(mode->second.compute), use(mode->second.control)};
}

bool keeps_to(const CeilingShares& ceilings, const Mapping& mapping) {
  const ClusterUse use = chip_use(mapping);
  const auto within = [&](std::int64_t demand, std::int64_t limit, std::int64_t percent) {
    return demand <= std::max<std::int64_t>(1, mapping.device_clusters * limit * percent / 100);
  };
  return within(use.subclusters, mapping.limit.subclusters, ceilings.compute) &&
         within(use.controllers, mapping.limit.controllers, ceilings.control);
}

}  // namespace rowflow
