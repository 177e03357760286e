// A tile height as files and texts have it.
#pragma once

#include <string>

#include "sim/base/units.hpp"

namespace rowflow {

/// "full" or a number of rows; 0 stands for full.
inline std::string height_text(Rows height) { return height == 0 ? "full" : std::to_string(height); }

}  // namespace rowflow
