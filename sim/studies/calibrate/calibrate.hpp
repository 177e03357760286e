// How well device files predict measured throughputs, and what a fit of a few of their figures would choose.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/calibration.hpp"
#include "sim/studies/calibrate/fitter.hpp"

namespace rowflow {

/// Every throughput reported is what `rowflow run` simulates. Fitting, over all lists at once: coordinate descent over
/// the candidates from the first device's own values, to the smallest mean |ln(predicted / measured)|, there of clock /
/// the largest stage or link interval of the compiled plan, which full-rate buffers reach where their memory changes
/// nothing (T14, T15); left-out figures come from the same descent without that network, on any device. Throws
/// InputError for a pointer that a device does not have; `file` is named there.
Calibration calibrate(const std::vector<FitParameter>& fit, const std::string& file,
                      const std::vector<CalibrationList>& lists);

}  // namespace rowflow
