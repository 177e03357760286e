// What is published of tiles and accuracy.
#pragma once

#include "sim/base/units.hpp"

namespace rowflow {

/// "Seven rows" of a feature map, full width, were enough for accuracy in the paper on tiled squeeze-and-excite (Vosco,
/// Shenkler, Grobman, arXiv 2107.02145). Where nothing else is known of accuracy, smaller tiles are not proposed
/// unasked.
inline constexpr Rows rows_enough = 7;

inline constexpr const char* rows_enough_source = "seven rows were enough for accuracy in arXiv 2107.02145";

}  // namespace rowflow
