// Values of constants, computed while the graph is walked: N-dimensional, bounded in size.
#pragma once

#include <string>

#include "sim/import/importer.hpp"

namespace rowflow {

using Fold = void (*)(Importer&);

/// The rule for nodes of this operator that read constants alone; null when there is none.
Fold find_fold(const std::string& operator_name);

/// A constant of this shape; without values when they are not known.
Value constant_value(Dims dims, std::shared_ptr<const Constant> values);

/// The shape that both broadcast to. Throws Refusal.
Dims broadcast_dims(const Dims& a, const Dims& b);

/// Distances in elements between neighbours along each axis.
std::vector<std::int64_t> strides_of(const Dims& dims);
/// The same for a tensor of `dims` read as one of the larger shape `to`: 0 where it is repeated.
std::vector<std::int64_t> broadcast_strides(const Dims& dims, const Dims& to);

/// For each element of a tensor of `dims`, where it is found: start + Σ index · stride.
std::vector<std::size_t> offsets(const Dims& dims, const std::vector<std::int64_t>& strides, std::int64_t start = 0);

/// Those elements.
std::shared_ptr<const Constant> taken(const Constant& from, const std::vector<std::size_t>& at);

/// A node's axis as 0 … rank − 1. Throws Refusal.
std::int64_t axis_of(std::int64_t axis, std::size_t rank);

// fold_values.cpp
void fold_unary(Importer&);
void fold_binary(Importer&);
void fold_clip(Importer&);
void fold_where(Importer&);
void fold_cast(Importer&);
/// Only the shape of the result is known, and it is that of the first input.
void fold_same_shape(Importer&);
void fold_mat_mul(Importer&);
// fold_moves.cpp
void fold_slice(Importer&);
void fold_split(Importer&);
void fold_gather(Importer&);
void fold_concat(Importer&);
void fold_transpose(Importer&);
void fold_expand(Importer&);
void fold_tile(Importer&);
void fold_pad(Importer&);
// fold_shapes.cpp
void fold_constant_of_shape(Importer&);
void fold_range(Importer&);
void fold_size(Importer&);
void fold_non_zero(Importer&);
void fold_reduce(Importer&);

}  // namespace rowflow
