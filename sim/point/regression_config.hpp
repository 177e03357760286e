// configs/regressions/*.json: one design point, and what is expected of its result.
#pragma once

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

/// Reads a regression config (strict; throws InputError with file, pointer, found, expected).
Regression read_regression(const std::string& path);

}  // namespace rowflow
