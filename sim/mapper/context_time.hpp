// Rule T19: what a context adds to the time of its frames, and what a batch takes through all contexts.
#pragma once

#include <vector>

#include "sim/config/device.hpp"
#include "sim/plan/contexts.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// Switch and reload of a context of so many bytes of weights, as the device has them. Reloading takes
/// weights · reload_per_byte, and never less than the stored weights take over the input link.
ContextOverhead context_overhead(Bytes weight_bytes, const Device& device, ParameterUse& use);

/// The same at the ends of the device's ranges: lowest and highest switch and reload_per_byte.
OverheadRange context_overhead_range(Bytes weight_bytes, const Device& device);

/// Weights, overhead and range of the context's plan.
void put_overhead(ContextPlan& context, const Device& device, ParameterUse& use);

/// Nanoseconds in whole cycles of the device's clock, rounded up.
Cycles cycles_of(std::int64_t nanoseconds, const Device& device);

}  // namespace rowflow
