// configs/regressions/*.json: one design point, and what is expected of its result.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/expectation.hpp"
#include "sim/point/design_point.hpp"

namespace rowflow {

struct Regression {
  std::string file, name;                 ///< the name is the file's, without folder and ending
  DesignPoint point;                      ///< files are paths that exist from where the program runs
  std::vector<Expectation> expectations;  ///< in the file's order
};

/// suite.json in a folder of cases: what they share, each where it says nothing itself.
struct Suite {
  DesignPoint point;  ///< device and options
  std::optional<double> tolerance_percent;
};

/// Reads a regression config over its folder's suite.json, where there is one (strict; throws InputError with file,
/// pointer, found, expected).
Regression read_regression(const std::string& path);

/// Reads {"device": …, "options": {…}, "tolerance_percent": P}. Throws InputError.
Suite read_suite(const std::string& path);

}  // namespace rowflow
