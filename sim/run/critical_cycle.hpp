// Rule T11: the cycle of dependences that sets the interval, traced back through what bound each step.
#pragma once

#include <optional>

#include "models/accelerator.hpp"
#include "sim/metrics/periodicity.hpp"
#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// A stage that is its own bottleneck: the cycle of its steps.
CriticalCycle own_cycle(const Plan& plan, int stage);

/// Walks back from the last step of frame `last`. In the periodic regime of `repeat` the walk stays inside one period and must
/// close a cycle with exactly its ratio (else Defect). Without a repeat: the cycle of the largest ratio that the walk closes, if any.
std::optional<CriticalCycle> trace_critical_cycle(const Plan& plan, const Accelerator& accelerator, int last,
                                                  const std::optional<Repeat>& repeat);

}  // namespace rowflow
