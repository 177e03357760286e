// What `rowflow calibrate` prints.
#pragma once

#include <string>

#include "sim/metrics/calibration.hpp"
#include "sim/report/table.hpp"

namespace rowflow {

std::string calibration_text(const Calibration& calibration, const TextStyle& style);

}  // namespace rowflow
