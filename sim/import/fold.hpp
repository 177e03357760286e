// Values of constants, computed while the graph is walked: N-dimensional, bounded in size.
#pragma once

#include <string>

#include "sim/import/importer.hpp"

namespace rowflow {

using Fold = void (*)(Importer&);

/// The rule for nodes of this operator that read constants alone; null when there is none.
Fold find_fold(const std::string& operator_name);

/// Computes a node all of whose inputs are constants (shape arithmetic). False when the operator has no such rule.
bool fold_constants(Importer& importer, const std::string& operator_name);

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

}  // namespace rowflow
