// Layers whose allocation or clusters the user gives.
#pragma once

#include <vector>

#include "sim/compile/physical.hpp"
#include "sim/mapper/allocation.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/placement.hpp"

namespace rowflow {

/// By stage index.
struct FixedLayers {
  FixedSubclusters subclusters;
  FixedClusters clusters;
};

/// What the options' mapping says of the plan's stages, whose device is known; physical layers go into `stages`. Throws
/// InputError for a layer that the plan does not have, and for what the chip cannot have.
FixedLayers fixed_by_user(const Plan& plan, const CompileOptions& options, std::vector<PhysicalStage>& stages);

}  // namespace rowflow
