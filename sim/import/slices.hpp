// What a node says about parts, orders and axes of a tensor, from attributes or inputs, as each operator set has them.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

/// Along one axis: `count` elements from `begin`, every `step`th (which may be negative).
struct SliceRange {
  std::int64_t begin = 0, count = 0, step = 1;
};

/// What Slice takes of a tensor of these dims, an entry an axis. Throws Refusal.
std::vector<SliceRange> slice_ranges(Importer& importer, const Dims& dims);

/// Sizes of Split's outputs along an axis of this extent. Throws Refusal.
std::vector<std::int64_t> split_sizes(Importer& importer, std::int64_t extent);

/// Transpose's order of axes, checked. Throws Refusal.
std::vector<std::int64_t> transpose_order(Importer& importer, std::size_t rank);

/// Pad's elements in front of all axes, then those behind. Throws Refusal.
std::vector<std::int64_t> pad_sizes(Importer& importer, std::size_t rank);

/// Axes of a reduction, 0 … rank − 1, in order, each once; all of them when the node names none. Throws Refusal.
std::vector<std::int64_t> reduced_axes(Importer& importer, std::size_t rank);

/// Input 0 as a whole map of rank 4 in either layout; its channels may wait in another order. Throws Refusal.
Value map_in_either_order(Importer& importer);

}  // namespace rowflow
