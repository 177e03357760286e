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

/// Schema rowflow.explain/2: one object.
std::string explain_json(const ExplainResult& result);

/// "s1.b0.se: T = full → 7".
std::string lever_text(const Lever& lever);

/// The single changes, the path, what was ruled out, the device's figures.
std::string levers_text(const ExplainResult& result, const TextStyle& style);

}  // namespace rowflow
