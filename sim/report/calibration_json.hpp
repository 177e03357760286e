// What `rowflow calibrate` prints for other programs.
#pragma once

#include <string>

#include "sim/metrics/calibration.hpp"

namespace rowflow {

std::string calibration_json(const Calibration& calibration);  ///< schema rowflow.calibration/1

}  // namespace rowflow
