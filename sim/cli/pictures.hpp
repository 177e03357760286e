// What a run leaves to be looked at: --report, --picture, --trace, --vcd.
#pragma once

#include <cstddef>

#include "sim/cli/page_levers.hpp"
#include "sim/cli/request.hpp"
#include "sim/config/device.hpp"
#include "sim/report/comparison.hpp"

namespace rowflow {

/// Throws InputError when the pictures asked for cannot be made of so many points, or on this device. Before anything
/// is simulated.
void check_pictures(const Request& request, std::size_t points, const Device& device);

/// Writes the files asked for; simulates again what must be recorded. No result depends on it. `next`: what the page
/// proposes; `levers`: what it shows beside one of the points.
void write_pictures(const Request& request, const Comparison& comparison, const NextStep& next,
                    const PageLevers& levers);

}  // namespace rowflow
