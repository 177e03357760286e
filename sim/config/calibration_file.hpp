// configs/calibration/*.json: measured throughputs, and the device parameters that may be fitted to them.
#pragma once

#include <cstdint>
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
  bool only_check = false;  ///< compared, but never fitted to
};

struct CalibrationFile {
  std::string file, device, source;
  std::vector<FitParameter> fit;  ///< at most four: more would fit anything
  std::vector<MeasuredNetwork> networks;
};

/// Strict: throws InputError with file, pointer, found, expected.
CalibrationFile read_calibration_file(const std::string& path);

}  // namespace rowflow
