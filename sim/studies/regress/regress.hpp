// Regression cases, each simulated in a worker process, against what they expect.
#pragma once

#include <exception>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/config/regression.hpp"
#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// The document that expectations point into.
using ResultJson = std::function<nlohmann::ordered_json(const RunResult&)>;

/// One case's trouble is its own: broken for what is wrong with the input, else a defect.
void blame(CaseOutcome& outcome, const std::exception& error);

/// The cases of the files and folders, in order. What is wrong with a case is its status. Throws InputError for a path
/// without any.
std::vector<CaseOutcome> run_cases(const std::vector<std::string>& paths, int jobs, const ResultJson& result_json);

}  // namespace rowflow
