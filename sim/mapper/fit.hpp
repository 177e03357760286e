// What the mapping demands of the device against what there is.
#pragma once

#include <string>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// Fills Plan::fit from Plan::mapping and the stages: controllers, subclusters, activation_units, input_aligners,
/// weight_bytes, l3_cuts, l4_cuts and memory_bytes (L3 and L4 against row buffers on the chip and the weights beyond
/// L2) of the chip; of a single cluster what it is short of; clusters when only the division among them fails.
void assess_fit(Plan& plan, const std::string& mode);

}  // namespace rowflow
