// A result with each assumed parameter of the device at the ends of its range.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rowflow {

/// What the points come to with one value of one parameter.
struct SensitivityCase {
  std::int64_t value = 0;
  double fps = 0;           ///< of the recommended tile height; 0 when nothing runs
  double paced_ms = 0;      ///< likewise
  std::string recommended;  ///< tile height; empty when nothing runs
};

struct SensitivityRow {
  std::string parameter;  ///< its pointer in the device file, without the leading slash
  SensitivityCase low, high;
};

struct Sensitivity {
  SensitivityCase nominal;
  std::vector<SensitivityRow> rows;
  bool several_heights = false;  ///< a recommendation means something
};

}  // namespace rowflow
