// Model files: reading and writing, with errors that name the file.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>

#include "sim/import/weights.hpp"

namespace rowflow {

/// An ONNX file, or a TFLite file (by its mark or its ending) as an ONNX model (sim/import/tflite_model.hpp). Throws
/// InputError when the file cannot be read, is no such model, or is of a version that is not covered.
onnx::ModelProto read_model(const std::string& path, Weights weights);

/// The model in `bytes`; `name` is for messages.
onnx::ModelProto parse_model(const std::string& bytes, const std::string& name);

/// Version of the default operator set. Throws InputError when there is none or it is not covered.
std::int64_t operator_set(const onnx::ModelProto& model, const std::string& name);

}  // namespace rowflow
