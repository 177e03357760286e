// TFLite models as ONNX models: what reads, folds, rewrites and exports ONNX does the same with them.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>

#include "sim/import/tflite_tensors.hpp"

namespace rowflow {

inline constexpr const char* tflite_producer = "TensorFlow Lite";  ///< of the ONNX models, with the file's description
inline constexpr const char* tflite_domain = "tflite";             ///< of operators that have no place in ONNX

/// The first graph of the file. Maps are in ONNX's order, its inputs and outputs in the file's own; half precision
/// becomes single, rounding to integers a pair of QuantizeLinear and DequantizeLinear. Operators without a place in
/// ONNX are nodes of the domain "tflite" whose doc_string says why. Throws InputError for a file that is damaged.
onnx::ModelProto read_tflite(const std::string& path, Weights weights);

/// The same of a file in memory; `name` is for messages.
onnx::ModelProto parse_tflite(const std::string& bytes, const std::string& name, Weights weights);

}  // namespace rowflow
