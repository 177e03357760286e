// How many worker processes a command takes.
#pragma once

#include "sim/cli/request.hpp"

namespace rowflow {

/// Of this machine; at least 1, also where the system does not say.
int cores();

/// As asked for with --jobs, else one for each core.
int jobs_of(const Request& request);

}  // namespace rowflow
