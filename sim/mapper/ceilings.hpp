// How much of the chip each of several contexts may use (rule T18).
#pragma once

#include "sim/config/device.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// Percent of the subclusters and of the controllers.
struct CeilingShares {
  std::int64_t compute = 100, control = 100;
};

/// Those of the device's compile mode "contexts", or its usual ones; a single layer may use everything.
CeilingShares context_ceilings(const Device& device, bool single_layer, ParameterUse& use);

/// Whether the mapping keeps to them.
bool keeps_to(const CeilingShares& ceilings, const Mapping& mapping);

}  // namespace rowflow
