// What changed between two results, for people and for other programs.
#pragma once

#include <string>
#include <vector>

#include "sim/report/result_diff.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// Main fields only, and of each list the largest changes; says how much more there is.
std::string diff_text(const std::vector<ResultDiff>& diffs, const TextStyle& style);

/// Everything: schema rowflow.diff/1.
std::string diff_json(const std::vector<ResultDiff>& diffs);

}  // namespace rowflow
