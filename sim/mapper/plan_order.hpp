// Which of two plans is the better one.
#pragma once

#include "sim/plan/plan.hpp"

namespace rowflow {

/// Cycles a frame with the plan's capacities, of a plan without row forwarding; infinite when it deadlocks.
double time_of(const Plan& plan);

/// What fits, then the shorter interval (equal within half a percent), then what lacks less.
bool better_plan(const Plan& a, const Plan& b);

}  // namespace rowflow
