// What `rowflow explain` prints.
#pragma once

#include <string>

#include "sim/metrics/explain_result.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// Critical cycle, chain of stalls, levers; of a deadlock the circle of waits and its cure. At most 100 columns.
std::string explain_text(const ExplainResult& result, const TextStyle& style = {});

/// Schema rowflow.explain/1: one object.
std::string explain_json(const ExplainResult& result);

}  // namespace rowflow
