// Predicted against measured: throughput network by network, and power reading by reading.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rowflow {

struct CalibratedNetwork {
  std::string name, device;
  double measured_fps = 0;
  double predicted_fps = 0;
  std::string limited_by;              ///< subclusters, controllers, or the slowest stage
  std::string limit_kind;              ///< the same, but of a stage its kind
  std::optional<double> left_out_fps;  ///< predicted with the parameters fitted to all other networks
  std::optional<double> before_fps;    ///< measured on the same chip with an earlier compiler
  bool performance_mode = false;       ///< of the compiler
  double baseline_fps = 0;             ///< of the three-limit formula
  std::string baseline_limit;          ///< subclusters | controllers | stream
  bool only_check = false;             ///< not fitted to
};

struct FittedParameter {
  std::string pointer, reason;
  std::int64_t value = 0;   ///< of the device file
  std::int64_t fitted = 0;  ///< of the smallest error over all networks that are fitted to
};

/// Mean and median of |ln(a / b)|.
struct LogError {
  int count = 0;
  double mean = 0, median = 0;
};

/// Some of the networks together: of one chip, of what limits them, of a mode of the compiler.
struct CalibrationGroup {
  std::string by, name;
  bool only_check = false;
  LogError predicted;
  LogError left_out;  ///< of none: count 0
  LogError moved;     ///< between two compilers, of those that have a figure of both
};

/// A reading of a board's power.
struct CalibratedPower {
  std::string network, device;
  double gmacs = 0, fps = 0, watts = 0;
  double predicted_watts = 0;  ///< by the device's figures
  double left_out_watts = 0;   ///< by those fitted to the readings of all other networks
};

/// W = static + energy of a MAC × MACs a second, fitted to the readings by least squares of relative errors.
struct PowerCalibration {
  std::vector<CalibratedPower> readings;
  double static_watts = 0, picojoules_per_mac = 0;  ///< fitted to all
  LogError predicted, fitted, left_out;
  LogError constant;  ///< of a baseline that says the same of every network: the geometric mean of the others
  LogError scatter;   ///< of readings of one network at alike rates, each against their geometric mean: no model of
                      ///< networks can be better
};

struct Calibration {
  std::vector<std::string> devices, sources;
  std::string before;  ///< what CalibratedNetwork::before_fps is measured with
  std::vector<CalibratedNetwork> networks;
  std::vector<FittedParameter> parameters;
  std::vector<CalibrationGroup> groups;  ///< all together first, then by chip, by what limits, by mode
  double baseline_share = 0;             ///< of the subclusters, with which the three-limit formula comes nearest
  double error = 0, left_out_error = 0, baseline_error = 0, fitted_error = 0;  ///< over the networks that are fitted to
  std::optional<double> check_error, check_baseline_error;                     ///< over those that are not
  std::optional<PowerCalibration> power;
};

}  // namespace rowflow
