// Analytic lower bounds, for reports to print beside simulated figures.
#pragma once

#include "sim/plan/plan.hpp"

namespace rowflow {

/// stage_interval: no pipeline is faster than its slowest stage. link_interval is left to the caller, who knows the
/// bandwidths. min_latency: one frame through an empty pipeline with unlimited buffers (T2 and T3 without space).
Bounds lower_bounds(const Plan& plan);

}  // namespace rowflow
