// What each operator does: one function an operator, looked up by name.
#pragma once

#include <string>

#include "sim/import/importer.hpp"

namespace rowflow {

using Operator = void (*)(Importer&);

/// Null when the operator is not covered.
Operator find_operator(const std::string& name);

/// Why an operator is refused.
std::string refusal_reason(const std::string& name);

/// Computes a node all of whose inputs are constants (shape arithmetic). False when the operator has no such rule.
bool fold_constants(Importer& importer, const std::string& operator_name);

// windows.cpp
void import_conv(Importer&);
void import_conv_transpose(Importer&);
void import_max_pool(Importer&);
void import_average_pool(Importer&);
void import_global_average_pool(Importer&);
void import_global_max_pool(Importer&);
void import_pad(Importer&);
// reductions.cpp
void import_reduce_mean(Importer&);
void import_reduce_sum(Importer&);
void import_reduce_extreme(Importer&);
/// Roots of sums of squares, sums of magnitudes and the like: a function of each element, a sum, a function of that.
void import_reduce_norm(Importer&);
// dense.cpp
void import_gemm(Importer&);
void import_mat_mul(Importer&);
void import_batch_norm(Importer&);
// arithmetic.cpp
void import_add(Importer&);
void import_sub(Importer&);
void import_mul(Importer&);
void import_div(Importer&);
void import_sum(Importer&);
void import_neg(Importer&);
void import_extremes(Importer&);
// activations.cpp
void import_activation(Importer&);
void import_clip(Importer&);
void import_relu(Importer&);
void import_softmax(Importer&);
void import_max_min(Importer&);
/// Any function of one element, of input k.
void import_table(Importer&, int k);
void import_any_function(Importer&);
// layer_norm.cpp
void import_layer_norm(Importer&);
void import_pow(Importer&);
void import_sqrt(Importer&);
void import_reciprocal(Importer&);
/// 1 / input k.
void import_inverse(Importer&, int k);
/// Parts of a layer normalisation, tried before anything else that the operator may mean. False: the node is none.
bool try_channel_mean(Importer& importer, const std::vector<std::int64_t>& axes);
bool try_deviation(Importer& importer);
bool try_square(Importer& importer);
bool try_stabilised_variance(Importer& importer);
bool try_normalised(Importer& importer);
// arg_max.cpp
void import_arg_max(Importer&);
// views.cpp
void import_reshape(Importer&);
void import_flatten(Importer&);
void import_squeeze(Importer&);
void import_unsqueeze(Importer&);
void import_transpose(Importer&);
void import_expand(Importer&);
void import_pass_through(Importer&);
void import_shape(Importer&);
void import_constant(Importer&);
// cuts.cpp
void import_slice(Importer&);
void import_split(Importer&);
void import_concat(Importer&);
void import_space_to_depth(Importer&);
void import_depth_to_space(Importer&);
// resize.cpp
void import_resize(Importer&);
// orders.cpp
void import_gather(Importer&);

// normalisations.cpp
void import_instance_norm(Importer&);
void import_group_norm(Importer&);
void import_lrn(Importer&);
/// The map times what its own mean makes of it.
void add_statistics(Importer& importer, const Value& in);
// quantised.cpp
/// Keeps the bits that values are rounded to; of constants also the values.
void import_quantiser(Importer&);

// arithmetic.cpp: an arithmetic of maps and constants, used by several operators
/// Refuses a constant that is neither one value for all nor one a channel, in the way that ONNX broadcasts over this
/// map.
void check_channel_constant(const Importer& importer, const Value& map, const Value& constant);
/// `value` times and plus constants of one value a channel (or one for all): into the weights of its layer, else a 1×1
/// depthwise layer.
Value scaled(Importer& importer, const Value& value, bool has_scale, bool has_offset);
/// The node's output is `value` times a factor.
void set_multiple(Importer& importer, const Value& value, double factor);

}  // namespace rowflow
