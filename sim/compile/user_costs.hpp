// --costs FILE.csv: a user's own cycles per row in place of rule T8.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/base/units.hpp"

namespace rowflow {

/// A user's own figures in place of rule T8 (--costs).
struct UserCost {
  Cycles cycles = 0;              ///< of every step
  std::optional<Cycles> latency;  ///< T3; without it the device's
};

/// Reads --costs FILE.csv: "name,cycles[,latency]" a line; empty lines, lines with # and a header line are skipped.
/// Throws InputError with file and line.
std::map<std::string, UserCost> read_user_costs(const std::string& path);

}  // namespace rowflow
