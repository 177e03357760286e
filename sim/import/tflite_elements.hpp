// Element-wise operators of TFLite.
#pragma once

#include "sim/import/tflite_graph.hpp"

namespace rowflow {

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

}  // namespace rowflow
