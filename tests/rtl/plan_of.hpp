// The pipeline as the simulator sees it: rules T1–T8 filled in by hand from the hardware's parameters.
#pragma once

#include "sim/plan/plan.hpp"
#include "tests/rtl/configuration.hpp"

namespace rowflow::rtl {

/// Who takes the rows below a convolution's last window, which nobody reads.
enum class Leftovers {
  last_step,  ///< the last step waits for them and needs room for them (T1)
  own_step,   ///< a step of no cost after it
};

/// Stages in the order of StageIndex. Buffers in the order of EdgeIndex; without a residual, edge a_add is left out.
Plan plan_of(const Configuration& c, Leftovers leftovers = Leftovers::last_step);

/// Index into Plan::buffers, or -1.
int buffer_of(const Configuration& c, int edge);

}  // namespace rowflow::rtl
