// Results for other programs: schema rowflow.result/1.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// One result as an object of schema rowflow.result/1. Keys in a fixed order; unknown figures are null.
nlohmann::ordered_json result_json(const RunResult& result);

/// One JSON document: the object of a single result, an array for several. One array element a line; ends in a newline.
std::string run_json(const std::vector<RunResult>& results);

}  // namespace rowflow
