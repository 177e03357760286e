// Types of stored elements in TFLite.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/import/tflite_schema_generated.h"

namespace rowflow {

/// Bytes of an element as it is stored; 0 for types that are no numbers of whole bytes.
std::size_t element_size(tflite::TensorType type);

/// ONNX's code for the type, single precision for half; 0 for types that are no numbers.
int onnx_type_of(tflite::TensorType type);

/// Appends one element, a half as the single that has its value.
void append_element(std::string& out, const char* from, tflite::TensorType type);

}  // namespace rowflow
