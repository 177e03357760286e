// Results as CSV: one row a tile height.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// A header and one row a result, of its scalar figures. Unknown figures are empty cells.
std::string run_csv(const std::vector<RunResult>& results);

}  // namespace rowflow
