// The sweep that the user means: a sweep file, or networks and lists of values on the command line.
#pragma once

#include "sim/cli/request.hpp"
#include "sim/studies/sweep/sweep.hpp"

namespace rowflow {

/// Throws InputError.
Sweep requested_sweep(const Request& request);

}  // namespace rowflow
