// Functions of one element of a map in the making: what exporters split into nodes, composed again.
#pragma once

#include <optional>

#include "sim/import/importer.hpp"

namespace rowflow {

/// All elements of a map of values are the same.
bool is_uniform(const Value& value);
/// The number that a constant is for every element.
std::optional<double> scalar(const Value& value);

/// The node's output is `value` times a factor, or plus an offset. Throws Refusal when that is not finite.
void multiply_by(Importer& importer, const Value& value, double factor);
void add_constant(Importer& importer, const Value& value, double offset);

/// The rules below set the node's output. False: the node is none of it.
/// Whatever is computed of one element of one map, from what two or more operands have of that same element, is a
/// function of it: a table in the activation unit.
bool try_same_base(Importer& importer);
/// 1 + erf(x / √2), of GELU.
bool try_error_gate(Importer& importer);
/// x · f(x): SiLU, hard-swish, mish.
bool try_self_gated(Importer& importer);

}  // namespace rowflow
