// What `rowflow explain` prints.
#pragma once

#include <string>

#include "sim/metrics/explain_result.hpp"
#include "sim/report/comparison.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// The verdict; critical cycle and chain of stalls (of several contexts of the slowest); the best single changes, the
/// best short path, what was ruled out, and what throughput follows of the device. Of a deadlock the circle of waits
/// and its cure.
std::string explain_text(const ExplainResult& result, const TextStyle& style = {}, const NextStep& next = {});

}  // namespace rowflow
