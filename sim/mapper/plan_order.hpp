// Which of two plans is the better one.
#pragma once

#include "sim/plan/plan.hpp"

namespace rowflow {

/// Cycles a frame with the plan's capacities, of a plan without row forwarding; infinite when it deadlocks.
double time_of(const Plan& plan);

/// What fits; then the shorter interval (equal within half a percent), fewer bytes a frame to and from the host's
/// memory, then L4, the shorter latency of a frame (equal within a hundredth; with goal latency before the interval,
/// with goal memory not at all), fewer cuts. Of plans that do not fit, equal ones in interval, what lacks less.
bool better_plan(const Plan& a, const Plan& b, Goal goal);

}  // namespace rowflow
