// One network on several devices.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

/// A line a device and tile height, in the order given: throughput, latency, memory, whether it fits.
std::string devices_text(const std::vector<RunResult>& results, const TextStyle& style);

}  // namespace rowflow
