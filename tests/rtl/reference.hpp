// What the pipeline must compute, written as plain loops over whole maps.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/rtl/configuration.hpp"

namespace rowflow::rtl {

/// The output map of a frame, in the order row, column, channel.
std::vector<std::uint8_t> reference_frame(const Configuration& c, int frame);

}  // namespace rowflow::rtl
