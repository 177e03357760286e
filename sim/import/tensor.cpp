#include "sim/import/tensor.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include "sim/import/problems.hpp"

namespace rowflow {

namespace {

using onnx::TensorProto;

/// ONNX stores raw data little-endian, as every machine this runs on.
template <class Stored, class Out>
bool take_raw(const std::string& raw, std::size_t count, std::vector<Out>& out) {
  if (raw.size() != count * sizeof(Stored)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    Stored value;
    std::memcpy(&value, raw.data() + i * sizeof(Stored), sizeof(Stored));
    out.push_back(static_cast<Out>(value));
  }
  return true;
}

template <class Field, class Out>
bool take_field(const Field& field, std::size_t count, std::vector<Out>& out) {
  if (static_cast<std::size_t>(field.size()) != count) return false;
  for (const auto& value : field) out.push_back(static_cast<Out>(value));
  return true;
}

/// IEEE half precision, and bfloat16, which is the upper half of a single.
double from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const double fraction = (bits & 1023) / 1024.0, sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == 31)
    return fraction == 0 ? sign * std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  return sign * (exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1 + fraction, exponent - 15));
}

double from_bfloat(std::uint16_t bits) {
  const std::uint32_t wide = static_cast<std::uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return static_cast<double>(value);
}

bool take_halves(const TensorProto& tensor, std::size_t count, double (*value)(std::uint16_t), Constant& constant) {
  std::vector<std::uint16_t> halves;
  constant.is_float = true;
  const bool taken = tensor.has_raw_data() ? take_raw<std::uint16_t>(tensor.raw_data(), count, halves)
                                           : take_field(tensor.int32_data(), count, halves);
  for (const std::uint16_t half : halves) constant.floats.push_back(value(half));
  return taken;
}

bool take_values(const TensorProto& tensor, std::size_t count, Constant& constant) {
  const bool raw = tensor.has_raw_data();
  const std::string& bytes = tensor.raw_data();
  switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      constant.is_float = true;
      return raw ? take_raw<float>(bytes, count, constant.floats)
                 : take_field(tensor.float_data(), count, constant.floats);
    case TensorProto::DOUBLE:
      constant.is_float = true;
      return raw ? take_raw<double>(bytes, count, constant.floats)
                 : take_field(tensor.double_data(), count, constant.floats);
    case TensorProto::INT64:
      return raw ? take_raw<std::int64_t>(bytes, count, constant.ints)
                 : take_field(tensor.int64_data(), count, constant.ints);
    case TensorProto::INT32:
      return raw ? take_raw<std::int32_t>(bytes, count, constant.ints)
                 : take_field(tensor.int32_data(), count, constant.ints);
    case TensorProto::BOOL:
    case TensorProto::UINT8:
      return raw ? take_raw<std::uint8_t>(bytes, count, constant.ints)
                 : take_field(tensor.int32_data(), count, constant.ints);
    case TensorProto::INT8:
      return raw ? take_raw<std::int8_t>(bytes, count, constant.ints)
                 : take_field(tensor.int32_data(), count, constant.ints);
    case TensorProto::UINT16:
      return raw ? take_raw<std::uint16_t>(bytes, count, constant.ints)
                 : take_field(tensor.int32_data(), count, constant.ints);
    case TensorProto::INT16:
      return raw ? take_raw<std::int16_t>(bytes, count, constant.ints)
                 : take_field(tensor.int32_data(), count, constant.ints);
    case TensorProto::UINT32:
      return raw ? take_raw<std::uint32_t>(bytes, count, constant.ints)
                 : take_field(tensor.uint64_data(), count, constant.ints);
    case TensorProto::UINT64:
      return raw ? take_raw<std::uint64_t>(bytes, count, constant.ints)
                 : take_field(tensor.uint64_data(), count, constant.ints);
    case TensorProto::FLOAT16:
      return take_halves(tensor, count, from_half, constant);
    case TensorProto::BFLOAT16:
      return take_halves(tensor, count, from_bfloat, constant);
    default:
      return false;
  }
}

constexpr int uint4 = 21, int4 = 22;  // of newer versions of ONNX than the library's

}  // namespace

std::int64_t quantised_bits(int type) {
  if (type == uint4 || type == int4) return 4;
  if (type == TensorProto::INT8 || type == TensorProto::UINT8) return 8;
  return type == TensorProto::INT16 || type == TensorProto::UINT16 ? 16 : 0;
}

std::int64_t element_count(const Dims& dims) {
  std::int64_t count = 1;
  for (const std::int64_t dim : dims) {
    if (dim < 0) throw Refusal{"a tensor has a negative dimension"};
    if (dim != 0 && count > most_tensor_elements / dim) throw Refusal{"a tensor has more than 2^40 elements"};
    count *= dim;
  }
  return count;
}

Dims tensor_dims(const TensorProto& tensor) {
  Dims dims(tensor.dims().begin(), tensor.dims().end());
  element_count(dims);
  return dims;
}

std::shared_ptr<const Constant> tensor_values(const TensorProto& tensor) {
  const std::int64_t count = element_count(tensor_dims(tensor));
  if (count > most_constant_elements || tensor.data_location() == TensorProto::EXTERNAL) return nullptr;
  const auto constant = std::make_shared<Constant>();
  if (!take_values(tensor, static_cast<std::size_t>(count), *constant)) return nullptr;
  return constant;
}

}  // namespace rowflow
