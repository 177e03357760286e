// The plan of a design point under depth policy `best`: what spills, and how deep every buffer is.
#pragma once

#include "sim/config/device.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/options.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

/// The device has no row forwarding. `base` says how to compile, without levels. Depths given in the options
/// (capacities, fifo_rows) are kept; a budget too small for the shortest interval is spent on the shortest that it
/// holds.
Plan best_plan(const Network& network, const Device& device, const CompileOptions& base,
               const EvaluateOptions& options);

}  // namespace rowflow
