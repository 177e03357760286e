// What `rowflow calibrate` prints.
#pragma once

#include <string>

#include "sim/metrics/calibration.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

std::string calibration_text(const Calibration& calibration, const TextStyle& style);
std::string calibration_json(const Calibration& calibration);  ///< schema rowflow.calibration/1

}  // namespace rowflow
