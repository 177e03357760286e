// What `rowflow explain` prints for other programs.
#pragma once

#include <string>

#include "sim/metrics/explain_result.hpp"

namespace rowflow {

/// Schema rowflow.explain/2: one object.
std::string explain_json(const ExplainResult& result);

}  // namespace rowflow
