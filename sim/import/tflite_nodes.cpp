#include "sim/import/tflite_nodes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/import/nodes.hpp"

namespace rowflow {

const std::string& TfliteNodes::title() const { return tensors_.name(outputs_.at(0)); }

std::string TfliteNodes::add(const std::string& op, const std::vector<std::string>& inputs) {
  const std::string name = tensors_.fresh(fmt::format("{}/{}", title(), op));
  *graph_->add_node() = make_node(op, name, inputs, name);
  return name;
}

std::string TfliteNodes::another_output() {
  const std::string name = tensors_.fresh(fmt::format("{}/{}", title(), node().op_type()));
  node().add_output(name);
  return name;
}

const std::string& TfliteNodes::added(onnx::TensorProto tensor, const std::string& hint) {
  if (tensor.name().empty()) tensor.set_name(tensors_.fresh(hint));
  auto* stored = graph_->add_initializer();
  *stored = std::move(tensor);
  return stored->name();
}

std::string TfliteNodes::integer_tensor(const std::vector<std::int64_t>& values) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  for (const std::int64_t value : values) tensor.add_int64_data(value);
  return added(std::move(tensor), title() + "/integers");
}

std::string TfliteNodes::number(float value) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.add_float_data(value);
  return added(std::move(tensor), title() + "/number");
}

std::string TfliteNodes::activated(const std::string& value, tflite::Activation activation) {
  switch (activation) {
    case tflite::Activation::NONE:
      return value;
    case tflite::Activation::RELU:
      return add("Relu", {value});
    case tflite::Activation::RELU_N1_TO_1:
      return add("Clip", {value, number(-1), number(1)});
    case tflite::Activation::RELU6:
      return add("Clip", {value, number(0), number(6)});
    case tflite::Activation::TANH:
      return add("Tanh", {value});
    default:
      throw Refusal{fmt::format("its fused activation {} is not covered", static_cast<int>(activation))};
  }
}

std::string TfliteNodes::reshaped(const std::string& value, const Dims& dims) {
  if (std::count(dims.begin(), dims.end(), -1) > 1)
    throw Refusal{fmt::format("a shape of which several dimensions are open: [{}]", fmt::join(dims, ", "))};
  const std::string shape = integer_tensor(dims);
  return add("Reshape", {value, shape});
}

std::string TfliteNodes::transposed(const std::string& value, const std::vector<std::int64_t>& order) {
  const std::string result = add("Transpose", {value});
  add_integers(node(), "perm", order);
  return result;
}

std::string TfliteNodes::constant(int tensor, const TensorForm& form, bool are_weights) {
  const std::pair<int, std::string> key{
      tensor, fmt::format("[{}] [{}] {}", fmt::join(form.dims, ","), fmt::join(form.order, ","), are_weights)};
  const auto known = constants_.find(key);
  if (known != constants_.end()) return known->second;
  const bool is_first = written_.insert(tensor).second;
  const std::string name = is_first ? tensors_.name(tensor) : tensors_.fresh(tensors_.name(tensor));
  std::string result = added(tensors_.stored(tensor, name, form, are_weights), name);
  if (tensors_.is_quantised(tensor)) result = dequantised(tensor, result, form);
  new_constants_.push_back(key);
  return constants_[key] = result;
}

TfliteNodes::RoundingNames TfliteNodes::rounding_names(int tensor, const TensorForm& form) {
  TfliteTensors::Rounding rounding = tensors_.rounding(tensor);
  RoundingNames names;
  const std::string& hint = tensors_.name(tensor);
  const bool has_point = rounding.zero_point.data_type() != onnx::TensorProto::INT32;  // it is 0, and ONNX wants none
  names.scale = added(std::move(rounding.scale), hint + "/scale");
  if (has_point) names.zero_point = added(std::move(rounding.zero_point), hint + "/zero_point");
  if (rounding.axis < 0) return names;
  const Dims& dims = tensors_.dims(tensor);
  const std::size_t lead = form.dims.size() > dims.size() && form.in_front ? form.dims.size() - dims.size() : 0;
  names.axis = rounding.axis + static_cast<std::int64_t>(lead);
  std::vector<std::int64_t> order = form.order;
  if (order.empty() && form.dims.empty() && dims.size() == map_rank && !tensors_.is_stored(tensor)) order = to_onnx;
  const auto place = std::find(order.begin(), order.end(), names.axis);
  if (place != order.end()) names.axis = place - order.begin();
  return names;
}

std::string TfliteNodes::dequantised(int tensor, const std::string& name, const TensorForm& form) {
  const RoundingNames names = rounding_names(tensor, form);
  std::vector<std::string> inputs{name, names.scale};
  if (!names.zero_point.empty()) inputs.push_back(names.zero_point);
  const std::string result = add("DequantizeLinear", inputs);
  if (names.axis >= 0) add_integer(node(), "axis", names.axis);
  return result;
}

}  // namespace rowflow
