// What a frame costs in energy, as the summary of a run says it.
#pragma once

#include <string>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// Energy and power with their ranges, the largest spenders; where it goes, if `parts`. Empty without figures of
/// energy.
std::string energy_lines(const RunResult& result, bool parts = true);

/// "2.35": millijoules a frame in three digits, or "–".
std::string energy_cell(const RunResult& result);

/// Three significant digits, no exponent.
std::string three_digits(double value);

}  // namespace rowflow
