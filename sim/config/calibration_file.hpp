// configs/calibration/*.json: measured throughputs and powers, and the device parameters that may be fitted to them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rowflow {

struct FitParameter {
  std::string pointer;                   ///< into the device file
  std::vector<std::int64_t> candidates;  ///< the values that a fit may choose from
  std::string reason;                    ///< why it is not known otherwise
};

struct MeasuredNetwork {
  std::string network;  ///< shipped name, or path
  double fps = 0;
  bool only_check = false;                          ///< compared, but never fitted to
  std::optional<double> before_fps = std::nullopt;  ///< on the same chip, as CalibrationFile::before says
  bool performance_mode = false;                    ///< of the compiler
};

struct MeasuredPower {
  std::string network;                         ///< shipped name or path; any name with `gmacs`
  std::optional<double> gmacs = std::nullopt;  ///< 10⁹ MACs a frame, of a network that is not there
  double fps = 0, watts = 0;
};

struct CalibrationFile {
  std::string file, device, source;
  std::string before;             ///< what MeasuredNetwork::before_fps is measured with
  std::vector<FitParameter> fit;  ///< at most six: more would fit anything
  std::vector<MeasuredNetwork> networks;
  std::vector<MeasuredPower> power;
  std::vector<std::string> lists;  ///< other such files, in place of device, networks and power: fitted to together
};

/// Strict: throws InputError with file, pointer, found, expected.
CalibrationFile read_calibration_file(const std::string& path);

}  // namespace rowflow
