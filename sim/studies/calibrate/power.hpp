// W = static + energy of a MAC × MACs a second, fitted to readings of boards.
#pragma once

#include <optional>
#include <vector>

#include "sim/metrics/calibration.hpp"
#include "sim/studies/calibrate/fitter.hpp"

namespace rowflow {

/// None without readings, or for a device without figures of energy. Least squares of the relative errors, both figures
/// at least 0; each network also predicted with the figures fitted to the readings of all others, as far as these tell
/// two figures apart.
std::optional<PowerCalibration> calibrate_power(const CalibrationList& list);

}  // namespace rowflow
