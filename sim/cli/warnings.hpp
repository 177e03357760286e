// What is implausible in the input, and what of it changed nothing: "rowflow: warning: …" on standard error. Never a
// reason for another exit status.
#pragma once

#include <string>
#include <vector>

#include "sim/cli/points.hpp"
#include "sim/cli/request.hpp"
#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// A line of `what` on standard error, unless --quiet.
void warn(const Request& request, const std::string& what);

/// Figures that no such device has: rates above the peak, a clock of a few hertz. A line each.
std::vector<std::string> implausible_figures(const Device& device);

/// Of the input: implausible figures of the device; a mapping or buffers file made for another network or device; tile
/// heights that no block has room for.
void warn_of_input(const Request& request, const RequestedPoints& requested);

/// Options that changed none of the results.
void warn_of_idle_options(const Request& request, const std::vector<RunResult>& results);

}  // namespace rowflow
