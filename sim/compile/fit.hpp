// What the mapping demands of the device against what there is.
#pragma once

#include <string>

#include "sim/compile/lowering.hpp"

namespace rowflow {

/// Fills Plan::fit: controllers (one a stage, none for source and sinks), subclusters, weight_bytes, memory_bytes (weights and row
/// buffers together). Throws InputError for a layer too large for the device.
void assess_fit(Lowered& lowered, const Network& network, const Device& device, const std::string& mode, ParameterUse& use);

}  // namespace rowflow
