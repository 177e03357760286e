// Several contexts for people: what each holds, and where the time of a batch goes (T19).
#pragma once

#include <string>

#include "sim/metrics/run_result.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// Lines of the summary: frames per second at several batches with their ranges, latency, where the time goes.
std::string contexts_summary(const RunResult& result);

/// A row a context.
std::string contexts_table(const RunResult& result, const TextStyle& style);

/// How far batches of several contexts are known, in a sentence or two.
std::string contexts_note();

}  // namespace rowflow
