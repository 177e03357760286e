// A cycle of waits in the terms of a report.
#pragma once

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// Another wait of the cycle: one of the same kind, stage and buffer becomes one with it.
void add_arc(CriticalCycle& cycle, const BindingArc& arc);

}  // namespace rowflow
