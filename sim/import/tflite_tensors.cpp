#include "sim/import/tflite_tensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "sim/base/error.hpp"
#include "sim/import/fold.hpp"
#include "sim/import/problems.hpp"
#include "sim/import/tflite_types.hpp"

namespace rowflow {

namespace {

using tflite::TensorType;

constexpr std::size_t longest_name = 200;
constexpr std::uint32_t most_axes = 8;
/// Of what is written out together: converters share equal tensors, but not that often, and protobuf ends at 2 GB.
constexpr std::uint64_t most_copies = 8, always_allowed = 1 << 24, most_bytes = (std::uint64_t{1} << 31) - 1;

}  // namespace

TfliteTensors::TfliteTensors(const tflite::Model& model, const char* bytes, std::size_t size, const std::string& file,
                             Weights weights)
    : model_(model),
      graph_(*model.subgraphs()->Get(0)),
      bytes_(bytes),
      size_(size),
      file_(file),
      weights_(weights),
      left_(std::min(most_copies * size + always_allowed, most_bytes)) {
  const int count = graph_.tensors() == nullptr ? 0 : static_cast<int>(graph_.tensors()->size());
  names_.resize(count);
  dims_.resize(count);
  stored_.resize(count);
  for (int tensor = 0; tensor < count; ++tensor) {
    take_name(tensor);
    take_shape(tensor);
    stored_[tensor] = bytes_of(tensor).size > 0 && !table(tensor).is_variable();
  }
}

void TfliteTensors::check(int tensor) const {
  if (tensor < -1 || tensor >= count())
    throw InputError(file_, fmt::format("found tensor {}, and the graph has {}", tensor, count()));
}

const tflite::Tensor& TfliteTensors::table(int tensor) const {
  return *graph_.tensors()->Get(static_cast<flatbuffers::uoffset_t>(tensor));
}

void TfliteTensors::take_name(int tensor) {
  const auto* text = table(tensor).name();
  std::string name;
  if (text != nullptr) name.assign(text->c_str(), std::min<std::size_t>(text->size(), longest_name));
  name = name.substr(0, name.find(';'));  // the converter lists all that it fused
  if (name.empty() || taken_.count(name) > 0) name += fmt::format("{}tensor_{}", name.empty() ? "" : "_", tensor);
  names_[tensor] = fresh(name);
}

std::string TfliteTensors::fresh(const std::string& hint) {
  std::string name = hint;
  while (!taken_.insert(name).second) name = fmt::format("{}_{}", hint, ++last_number_);
  return name;
}

void TfliteTensors::take_shape(int tensor) {
  const tflite::Tensor& t = table(tensor);
  const auto* shape = t.shape();
  const auto* open = t.shape_signature();
  if (open != nullptr && shape != nullptr && open->size() == shape->size()) shape = open;
  if (shape == nullptr) return;
  const auto refuse = [&](const std::string& what) {
    throw InputError(file_, fmt::format("tensor \"{}\": {}", names_[tensor], what));
  };
  if (shape->size() > most_axes)
    refuse(fmt::format("found {} dimensions, expected at most {}", shape->size(), most_axes));
  Dims known;
  for (const std::int32_t dim : *shape) {
    if (dim < -1) refuse(fmt::format("found a dimension of {}", dim));
    dims_[tensor].push_back(dim);
    known.push_back(std::max(dim, 1));
  }
  try {
    element_count(known);
  } catch (const Refusal& refusal) {
    refuse(refusal.reason);
  }
}

TfliteTensors::Bytes TfliteTensors::bytes_of(int tensor) const {
  const auto* buffers = model_.buffers();
  const std::uint32_t index = table(tensor).buffer();
  if (buffers == nullptr ? index > 0 : index >= buffers->size())
    throw InputError(
        file_, fmt::format("tensor \"{}\": found buffer {}, which the file does not have", names_[tensor], index));
  if (buffers == nullptr) return {};
  const tflite::Buffer& buffer = *buffers->Get(index);
  if (buffer.data() != nullptr && buffer.data()->size() > 0)
    return {reinterpret_cast<const char*>(buffer.data()->data()), buffer.data()->size()};
  if (buffer.offset() <= 1 || buffer.size() == 0) return {};
  if (buffer.offset() > size_ || buffer.size() > size_ - buffer.offset())
    throw InputError(file_, fmt::format("tensor \"{}\": its data lie outside the file", names_[tensor]));
  return {bytes_ + buffer.offset(), buffer.size()};
}

TfliteTensors::Bytes TfliteTensors::checked_bytes(int tensor) const {
  if (!is_stored(tensor)) throw Refusal{fmt::format("\"{}\" is computed, expected a stored tensor", name(tensor))};
  if (table(tensor).sparsity() != nullptr)
    throw Refusal{"a sparse tensor among what it reads: only dense ones are covered"};
  const Bytes bytes = bytes_of(tensor);
  const auto elements = static_cast<std::size_t>(element_count(dims(tensor)));
  const TensorType type = table(tensor).type();
  const std::size_t expected = type == TensorType::INT4 ? (elements + 1) / 2 : elements * element_size(type);
  if (bytes.size != expected)
    throw Refusal{fmt::format("\"{}\" has {} bytes of data, expected {}", name(tensor), bytes.size, expected)};
  return bytes;
}

bool TfliteTensors::is_quantised(int tensor) const {
  const auto* q = table(tensor).quantization();
  const TensorType type = table(tensor).type();
  const bool integers = type == TensorType::INT8 || type == TensorType::UINT8 || type == TensorType::INT16 ||
                        type == TensorType::INT32 || type == TensorType::INT4;
  return integers && q != nullptr && q->scale() != nullptr && q->scale()->size() > 0;
}

int TfliteTensors::onnx_type(int tensor) const {
  const int type = onnx_type_of(table(tensor).type());
  if (type == 0) throw Refusal{fmt::format("\"{}\" has elements of another type than numbers", name(tensor))};
  return type;
}

std::vector<std::int64_t> TfliteTensors::integers(int tensor) const {
  const Bytes bytes = checked_bytes(tensor);
  const TensorType type = table(tensor).type();
  if (type != TensorType::INT32 && type != TensorType::INT64)
    throw Refusal{fmt::format("\"{}\" holds no whole numbers", name(tensor))};
  const std::size_t size = element_size(type), count = bytes.size / size;
  if (count > static_cast<std::size_t>(most_constant_elements))
    throw Refusal{fmt::format("\"{}\" holds {} numbers", name(tensor), count)};
  std::vector<std::int64_t> result;
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t wide = 0;
    std::int32_t narrow = 0;
    std::memcpy(size == sizeof wide ? static_cast<void*>(&wide) : &narrow, bytes.data + i * size, size);
    result.push_back(size == sizeof wide ? wide : narrow);
  }
  return result;
}

void TfliteTensors::spend(std::size_t bytes) {
  if (bytes > left_)
    throw InputError(file_, "its stored tensors, written out, are beyond eight times the file or 2 GB");
  left_ -= bytes;
}

onnx::TensorProto TfliteTensors::stored(int tensor, const std::string& name, const TensorForm& form, bool are_weights) {
  const Bytes bytes = checked_bytes(tensor);
  const TensorType type = table(tensor).type();
  onnx::TensorProto result;
  result.set_name(name);
  result.set_data_type(onnx_type(tensor));
  const Dims dims = form.dims.empty() ? this->dims(tensor) : form.dims;
  std::vector<std::int64_t> order = form.order;
  if (order.empty()) {
    order.resize(dims.size());
    std::iota(order.begin(), order.end(), 0);
  }
  // Dims may be those of what stands for this tensor in another precision: a file may say something else there.
  if (order.size() != dims.size() || element_count(dims) != element_count(this->dims(tensor)))
    throw Refusal{fmt::format("\"{}\" has {} elements in {} dimensions, expected other ones", name,
                              element_count(this->dims(tensor)), this->dims(tensor).size())};
  Dims moved, strides;
  for (const std::int64_t axis : order) {
    moved.push_back(dims.at(static_cast<std::size_t>(axis)));
    strides.push_back(strides_of(dims)[static_cast<std::size_t>(axis)]);
  }
  for (const std::int64_t dim : moved) result.add_dims(dim);
  const std::int64_t elements = element_count(dims);
  if (weights_ == Weights::shapes && (are_weights || elements > most_constant_elements)) return result;
  if (type == TensorType::INT4) {
    if (weights_ == Weights::whole) throw Refusal{"weights of 4 bits are not written to ONNX"};
    return result;
  }
  const std::size_t size = element_size(type);
  spend(static_cast<std::size_t>(elements) * (type == TensorType::FLOAT16 ? 4 : size));
  std::string& out = *result.mutable_raw_data();
  if (std::is_sorted(order.begin(), order.end()) && type != TensorType::FLOAT16) {
    out.assign(bytes.data, bytes.size);
    return result;
  }
  out.reserve(static_cast<std::size_t>(elements) * 4);
  Dims index(moved.size(), 0);
  std::int64_t at = 0;
  for (std::int64_t i = 0; i < elements; ++i) {
    append_element(out, bytes.data + static_cast<std::size_t>(at) * size, type);
    for (std::size_t k = moved.size(); k-- > 0;) {
      at += strides[k];
      if (++index[k] < moved[k]) break;
      at -= strides[k] * moved[k];
      index[k] = 0;
    }
  }
  return result;
}

TfliteTensors::Rounding TfliteTensors::rounding(int tensor) {
  const tflite::Quantization& q = *table(tensor).quantization();
  const Dims& dims = this->dims(tensor);
  const std::size_t count = q.scale()->size(), points = q.zero_point() == nullptr ? 0 : q.zero_point()->size();
  Rounding result;
  if (count > 1) {
    const bool fits = q.axis() >= 0 && static_cast<std::size_t>(q.axis()) < dims.size() &&
                      dims[static_cast<std::size_t>(q.axis())] == static_cast<std::int64_t>(count);
    if (!fits) throw Refusal{fmt::format("\"{}\" has {} scales, which none of its axes has", name(tensor), count)};
    result.axis = q.axis();
  }
  if (points > 1 && points != count)
    throw Refusal{fmt::format("\"{}\" has {} scales and {} zero points", name(tensor), count, points)};
  spend(count * 8);
  result.scale.set_data_type(onnx::TensorProto::FLOAT);
  result.zero_point.set_data_type(onnx_type(tensor));
  for (std::size_t i = 0; i < count; ++i) {
    result.scale.add_float_data(q.scale()->Get(static_cast<flatbuffers::uoffset_t>(i)));
    const std::size_t point = points > 1 ? i : 0;
    const std::int64_t zero = points == 0 ? 0 : q.zero_point()->Get(static_cast<flatbuffers::uoffset_t>(point));
    if (zero < INT32_MIN || zero > INT32_MAX)
      throw Refusal{fmt::format("\"{}\" has a zero point of {}", name(tensor), zero)};
    result.zero_point.add_int32_data(static_cast<std::int32_t>(zero));
  }
  if (count > 1) {
    result.scale.add_dims(static_cast<std::int64_t>(count));
    result.zero_point.add_dims(static_cast<std::int64_t>(count));
  }
  return result;
}

}  // namespace rowflow
