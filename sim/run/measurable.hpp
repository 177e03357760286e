// What every engine asks of a plan before it measures it. Private to the room.
#pragma once

#include "sim/plan/plan.hpp"

namespace rowflow {

/// check_plan, and figures that a run of so many frames (0: not known yet) can hold. Throws InputError.
void require_measurable(const Plan& plan, int frames);

}  // namespace rowflow
