#include "sim/import/tflite_types.hpp"

#include <onnx/onnx_pb.h>

#include <cstring>

namespace rowflow {

using tflite::TensorType;

namespace {

/// Single precision of a half, whose value it holds exactly.
std::uint32_t single_bits(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
  std::uint32_t exponent = (half >> 10) & 31U, fraction = half & 1023U;
  if (exponent == 31) return sign | 0x7f800000U | (fraction << 13);
  if (exponent == 0 && fraction == 0) return sign;
  if (exponent == 0) {  // subnormal: shifted until its first bit is the implied one
    exponent = 1;
    while ((fraction & 1024U) == 0) fraction <<= 1, --exponent;
    fraction &= 1023U;
  }
  return sign | ((exponent + 112U) << 23) | (fraction << 13);
}

}  // namespace

std::size_t element_size(TensorType type) {
  switch (type) {
    case TensorType::INT8:
    case TensorType::UINT8:
    case TensorType::BOOL:
      return 1;
    case TensorType::FLOAT16:
    case TensorType::BFLOAT16:
    case TensorType::INT16:
    case TensorType::UINT16:
      return 2;
    case TensorType::FLOAT32:
    case TensorType::INT32:
    case TensorType::UINT32:
      return 4;
    case TensorType::FLOAT64:
    case TensorType::INT64:
    case TensorType::UINT64:
      return 8;
    default:
      return 0;
  }
}

int onnx_type_of(TensorType type) {
  constexpr int int4 = 22;  // of newer versions of ONNX than the library's
  switch (type) {
    case TensorType::FLOAT32:
    case TensorType::FLOAT16:
      return onnx::TensorProto::FLOAT;
    case TensorType::FLOAT64:
      return onnx::TensorProto::DOUBLE;
    case TensorType::BFLOAT16:
      return onnx::TensorProto::BFLOAT16;
    case TensorType::INT8:
      return onnx::TensorProto::INT8;
    case TensorType::UINT8:
      return onnx::TensorProto::UINT8;
    case TensorType::INT16:
      return onnx::TensorProto::INT16;
    case TensorType::UINT16:
      return onnx::TensorProto::UINT16;
    case TensorType::INT32:
      return onnx::TensorProto::INT32;
    case TensorType::UINT32:
      return onnx::TensorProto::UINT32;
    case TensorType::INT64:
      return onnx::TensorProto::INT64;
    case TensorType::UINT64:
      return onnx::TensorProto::UINT64;
    case TensorType::BOOL:
      return onnx::TensorProto::BOOL;
    case TensorType::INT4:
      return int4;
    default:
      return 0;
  }
}

void append_element(std::string& out, const char* from, TensorType type) {
  if (type != TensorType::FLOAT16) {
    out.append(from, element_size(type));
    return;
  }
  std::uint16_t half;
  std::memcpy(&half, from, sizeof half);
  const std::uint32_t single = single_bits(half);
  out.append(reinterpret_cast<const char*>(&single), sizeof single);
}

}  // namespace rowflow
