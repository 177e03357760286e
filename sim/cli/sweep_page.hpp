// The HTML page of a results folder.
#pragma once

#include <string>

#include "sim/studies/sweep/summary.hpp"

namespace rowflow {

/// One self-contained page: Pareto front with each point's settings, tables. Beyond some thousand points the front and
/// an even choice of the others. `command`: what made it.
std::string sweep_page(const Results& results, const std::string& folder, const std::string& command);

}  // namespace rowflow
