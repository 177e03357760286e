// Single changes of a plan that memory or the link keep slower than its slowest stage.
#pragma once

#include "sim/config/device.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/options.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

/// The plan, or a better one (better_plan) of at most `trials` changes tried one after the other, each of the best so
/// far: stages on the cycle that is too long for a slightly shorter interval get more subclusters, within the ceilings,
/// or go to a cluster of a stage that they wait for. Depths and levels are chosen anew for nothing but the buffers that
/// are there: what is spilled stays so. The plan has no row forwarding.
Plan moved_plan(const Network& network, const Device& device, const CompileOptions& base,
                const EvaluateOptions& options, Plan plan, std::size_t trials);

}  // namespace rowflow
