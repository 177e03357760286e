// Subclusters, physical layers and clusters for every stage: the device's budgets, or what the user fixed.
#pragma once

#include "sim/compile/cost.hpp"
#include "sim/mapper/compile.hpp"

namespace rowflow {

/// Chooses the allocation of the highest throughput under the device's budgets and places it; fills costs, subclusters
/// and clusters of all stages, Plan::mapping, and Bounds::device_interval as far as the layers set it. A budget that
/// even the smallest allocation exceeds is not held to (the fit says so): throughput is then that of a device with
/// enough of it. Buffers between clusters get the device's transfer latency (T3); those of source and sinks belong to
/// the links. Throws InputError for a fixed layer that the plan does not have or clusters that the device does not
/// have.
void map_stages(Lowered& lowered, const std::vector<CostModel>& models, const Device& device,
                const CompileOptions& options, ParameterUse& use);

}  // namespace rowflow
