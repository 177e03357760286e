// One design point from network and device to the finished result: compile, size the buffers, simulate, latencies,
// diagnosis.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/config/device.hpp"
#include "sim/mapper/options.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

/// The plan with its buffer depths, not simulated. Throws InputError (compile).
Plan plan_point(const Network& network, const Device& device, const EvaluateOptions& options);

/// Simulates a sized plan: saturated run, paced run, deadlock diagnosis.
RunResult evaluate_plan(Plan plan, const EvaluateOptions& options);

/// plan_point and evaluate_plan. What does not fit under --fit require, or within the budget, is a value:
/// RunStatus::does_not_fit.
RunResult evaluate(const Network& network, const Device& device, const EvaluateOptions& options);

}  // namespace rowflow
