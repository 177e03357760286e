// What the mapping demands of the device against what there is.
#pragma once

#include <string>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// Fills Plan::fit from Plan::mapping and the stages: controllers, subclusters, activation_units, input_aligners,
/// weight_bytes, l3_cuts, l4_cuts and memory_bytes (L3 and L4 against row buffers on the chip and the weights beyond
/// L2) of the chip; of a single cluster what it is short of; clusters when only the division among them fails.
void assess_fit(Plan& plan, const std::string& mode);

/// Says in Plan::fit by how much the row buffers on the chip exceed the budget, if they do. After assess_fit, which
/// knows no budget.
void hold_to_budget(Plan& plan, Bytes budget);
bool meets_budget(const Plan& plan);

/// Whether the plan lacks cuts or bytes of memory: of the chip as a whole, or, `clusters`, of a cluster too.
bool short_of_memory(const Plan& plan, bool clusters);

}  // namespace rowflow
