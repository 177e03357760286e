// Reading one figure of a device: its value, and its source or the range that it was taken from.
#pragma once

#include <cstdint>

#include "sim/config/device.hpp"
#include "sim/config/reader.hpp"

namespace rowflow {

/// A number alone is a decision of whoever wrote the file: it has no source, and no range that it could lie in.
/// Throws InputError, also for a value outside [low, high].
Parameter read_parameter(const Reader& reader, std::int64_t low, std::int64_t high);

}  // namespace rowflow
