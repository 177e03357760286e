// How well a device file predicts measured throughputs, and what a fit of a few of its figures would choose.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "sim/config/calibration_file.hpp"
#include "sim/metrics/calibration.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

/// `networks` in the order of the file's. Every throughput reported is what `rowflow run` simulates. Fitting:
/// coordinate descent over the candidates from the device's own values, to the smallest mean |ln(predicted /
/// measured)|, there of clock / the largest stage or link interval of the compiled plan, which full-rate buffers reach
/// where their memory changes nothing (T14, T15); left-out figures come from the same descent without that network.
/// Throws InputError for a pointer that the device does not have.
Calibration calibrate(const CalibrationFile& file, const nlohmann::json& device, const std::vector<Network>& networks);

}  // namespace rowflow
