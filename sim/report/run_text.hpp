// One result, for people.
#pragma once

#include <string>

#include "sim/metrics/run_result.hpp"
#include "sim/report/table.hpp"
#include "sim/report/verdict.hpp"

namespace rowflow {

/// The verdict, then summary, what limits the throughput, the stages that matter, the SE blocks; the diagnosis of a
/// deadlock.
std::string run_text(const RunResult& result, const TextStyle& style = {}, const NextStep& next = {});

}  // namespace rowflow
