// One result, or one plan, for people: at most 100 columns.
#pragma once

#include <string>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/contexts.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// Summary, what limits the throughput, the stages that matter, the SE blocks; the diagnosis of a deadlock.
std::string run_text(const RunResult& result, const TextStyle& style = {});

/// The compiled pipeline: stages, buffers, what they take of the device. Not simulated.
std::string plan_text(const Plan& plan, const TextStyle& style = {});
/// The same of each of several contexts.
std::string contexts_plan_text(const Contexts& contexts, const TextStyle& style = {});

}  // namespace rowflow
