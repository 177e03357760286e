// What each operator of TFLite is in ONNX: one function an operator, looked up by its code.
#pragma once

#include <string>

#include "sim/import/tflite_graph.hpp"

namespace rowflow {

using TfliteOperator = void (*)(TfliteGraph&);

/// Null when there is none. `custom` is the name of a custom operator.
TfliteOperator find_tflite_operator(tflite::Code code, const std::string& custom);

/// As TFLite calls it: CONV_2D, a custom operator by its own name.
std::string tflite_operator_name(tflite::Code code, const std::string& custom);

/// How ONNX calls an operator of post-processing that has a name there and no translation here; else TFLite's name.
std::string foreign_operator_name(tflite::Code code, const std::string& custom);

// tflite_windows.cpp
void translate_conv(TfliteGraph&);
void translate_depthwise(TfliteGraph&);
void translate_transpose_conv(TfliteGraph&);
/// MediaPipe's Convolution2DTransposeBias.
void translate_custom_transpose_conv(TfliteGraph&);
void translate_average_pool(TfliteGraph&);
void translate_max_pool(TfliteGraph&);
void translate_fully_connected(TfliteGraph&);
// tflite_elements.cpp
void translate_add(TfliteGraph&);
void translate_sub(TfliteGraph&);
void translate_mul(TfliteGraph&);
void translate_div(TfliteGraph&);
/// Operators that have another name in ONNX, and nothing else.
void translate_renamed(TfliteGraph&);
void translate_clip(TfliteGraph&);
void translate_leaky_relu(TfliteGraph&);
void translate_rsqrt(TfliteGraph&);
void translate_square(TfliteGraph&);
void translate_squared_difference(TfliteGraph&);
void translate_softmax(TfliteGraph&);
void translate_gelu(TfliteGraph&);
void translate_cast(TfliteGraph&);
void translate_same(TfliteGraph&);
void translate_local_response_norm(TfliteGraph&);
// tflite_views.cpp
void translate_reshape(TfliteGraph&);
void translate_transpose(TfliteGraph&);
void translate_pad(TfliteGraph&);
void translate_mirror_pad(TfliteGraph&);
void translate_concat(TfliteGraph&);
void translate_resize_bilinear(TfliteGraph&);
void translate_resize_nearest(TfliteGraph&);
void translate_space_to_depth(TfliteGraph&);
void translate_depth_to_space(TfliteGraph&);
void translate_tile(TfliteGraph&);
void translate_broadcast(TfliteGraph&);
// tflite_cuts.cpp
void translate_split(TfliteGraph&);
void translate_split_by_sizes(TfliteGraph&);
void translate_slice(TfliteGraph&);
void translate_strided_slice(TfliteGraph&);
void translate_gather(TfliteGraph&);
void translate_pack(TfliteGraph&);
void translate_unpack(TfliteGraph&);
void translate_reduce(TfliteGraph&);
void translate_arg_max(TfliteGraph&);

}  // namespace rowflow
