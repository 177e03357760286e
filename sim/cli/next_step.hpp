// What to try after a run: a command that goes on from the point that was asked for.
#pragma once

#include <string>
#include <vector>

#include "sim/cli/request.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/report/comparison.hpp"

namespace rowflow {

/// "rowflow COMMAND NETWORK …" with what is given of the point, as far as the command has it; `more` behind it.
std::string command_of(const DesignPoint& point, const std::string& command, const std::vector<std::string>& more = {});

/// After one result, or after several heights, of which one may be recommended.
NextStep next_step(const Request& request, const RunResult& result);
NextStep next_step(const Request& request, const Comparison& comparison);
/// After a plan, that fits one context, several, or none.
NextStep next_step_of_plan(const Request& request, bool fits, bool several);

}  // namespace rowflow
