// Rule T12: why a plan deadlocks, and what would cure it.
#pragma once

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// For a plan whose run did not complete. Throws Defect when the untimed execution contradicts that.
Deadlock diagnose(const Plan& plan);

}  // namespace rowflow
