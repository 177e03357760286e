// What `rowflow run --sensitivity` adds.
#pragma once

#include <string>

#include "sim/metrics/sensitivity.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// Parameters that change nothing are only named; the first sentence says whether the recommendation stands.
std::string sensitivity_text(const Sensitivity& sensitivity, const TextStyle& style);

}  // namespace rowflow
