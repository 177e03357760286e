// rowflow run --sensitivity.
#pragma once

#include <vector>

#include "sim/cli/points.hpp"
#include "sim/cli/request.hpp"
#include "sim/metrics/sensitivity.hpp"

namespace rowflow {

/// All points again for both ends of the range of each parameter that their plans assume, in child processes. To be
/// called before anything is simulated here. With --fps, latencies are of that pace.
Sensitivity sensitivity_of(const RequestedPoints& requested);

}  // namespace rowflow
