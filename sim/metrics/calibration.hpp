// Predicted against measured throughput, network by network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rowflow {

struct CalibratedNetwork {
  std::string name;
  double measured_fps = 0;
  double predicted_fps = 0;
  std::string limited_by;              ///< subclusters, controllers, or the slowest stage
  std::optional<double> left_out_fps;  ///< predicted with the parameters fitted to all other networks
  double baseline_fps = 0;             ///< of the three-limit formula
  std::string baseline_limit;          ///< subclusters | controllers | stream
  bool only_check = false;             ///< not fitted to
};

struct FittedParameter {
  std::string pointer, reason;
  std::int64_t value = 0;   ///< of the device file
  std::int64_t fitted = 0;  ///< of the smallest error over all networks that are fitted to
};

/// Errors are means of |ln(predicted / measured)|.
struct Calibration {
  std::string device, source;
  std::vector<CalibratedNetwork> networks;
  std::vector<FittedParameter> parameters;
  double baseline_share = 0;  ///< of the subclusters, with which the three-limit formula comes nearest
  double error = 0, left_out_error = 0, baseline_error = 0, fitted_error = 0;  ///< over the networks that are fitted to
  std::optional<double> check_error, check_baseline_error;                     ///< over those that are not
};

}  // namespace rowflow
