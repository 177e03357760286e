// Maps side by side along an axis of their own, and channels that lie along several axes.
#pragma once

#include <vector>

#include "sim/import/slices.hpp"

namespace rowflow {

/// How many of a map's first axes are its batch and its channels, which may lie along several; 0 where other elements
/// are among them.
std::size_t channel_axes(const Importer& importer, const Value& in);

/// Channels at these places of one of those axes, in their order.
std::vector<std::int64_t> channels_along(const Importer& importer, const Value& in, std::size_t axis,
                                         const std::vector<std::int64_t>& places);

/// Maps joined along this axis have their channels one behind the other.
bool joins_channels(const Importer& importer, const Value& in, std::size_t axis);

/// Slice of one of the axes that the channels lie along, where that is not all of them. False, and nothing done, where
/// it is another.
bool try_part_of_channels(Importer& importer, const std::vector<SliceRange>& ranges, const Dims& dims);

/// Concat of maps along an axis of their own, which its only reader takes the sum along: their sum, with that axis
/// at 1. False, and nothing done, where it is another.
bool try_sum_of_stack(Importer& importer, std::size_t axis);

}  // namespace rowflow
