#include "sim/import/tensor.hpp"

#include <cstring>

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

bool take_values(const TensorProto& tensor, std::size_t count, Constant& constant) {
  const bool raw = tensor.has_raw_data();
  const std::string& bytes = tensor.raw_data();
  switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      constant.is_float = true;
      return raw ? take_raw<float>(bytes, count, constant.floats) : take_field(tensor.float_data(), count, constant.floats);
    case TensorProto::DOUBLE:
      constant.is_float = true;
      return raw ? take_raw<double>(bytes, count, constant.floats) : take_field(tensor.double_data(), count, constant.floats);
    case TensorProto::INT64:
      return raw ? take_raw<std::int64_t>(bytes, count, constant.ints) : take_field(tensor.int64_data(), count, constant.ints);
    case TensorProto::INT32:
      return raw ? take_raw<std::int32_t>(bytes, count, constant.ints) : take_field(tensor.int32_data(), count, constant.ints);
    case TensorProto::BOOL:
      return raw ? take_raw<std::uint8_t>(bytes, count, constant.ints) : take_field(tensor.int32_data(), count, constant.ints);
    default:
      return false;
  }
}

}  // namespace

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
