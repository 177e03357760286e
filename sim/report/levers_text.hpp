// Changes of a point that `rowflow explain` has tried, in words.
#pragma once

#include <string>

#include "sim/metrics/explain_result.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// "s1.b0.se: T = full → 7".
std::string lever_text(const Lever& lever);

/// The single changes, the path, what was ruled out, the device's figures.
std::string levers_text(const ExplainResult& result, const TextStyle& style);

}  // namespace rowflow
