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

}  // namespace rowflow
