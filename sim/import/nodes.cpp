#include "sim/import/nodes.hpp"

#include <algorithm>

namespace rowflow {

bool is_one_of(const std::string& op, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return op == name; });
}

bool is_view(const std::string& op) {
  return is_one_of(op, {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Identity", "Dropout", "Cast"});
}

bool is_quantiser(const onnx::NodeProto& node) {
  return is_one_of(node.op_type(), {"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "Quant", "IntQuant",
                                    "BipolarQuant"});
}

onnx::NodeProto make_node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs,
                          const std::string& output) {
  onnx::NodeProto node;
  node.set_op_type(op);
  node.set_name(name);
  for (const auto& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

void add_integers(onnx::NodeProto& node, const char* name, const std::vector<std::int64_t>& values) {
  auto* added = node.add_attribute();
  added->set_name(name);
  added->set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) added->add_ints(value);
}

void add_integer(onnx::NodeProto& node, const char* name, std::int64_t value) {
  auto* added = node.add_attribute();
  added->set_name(name);
  added->set_type(onnx::AttributeProto::INT);
  added->set_i(value);
}

void add_float(onnx::NodeProto& node, const char* name, float value) {
  auto* added = node.add_attribute();
  added->set_name(name);
  added->set_type(onnx::AttributeProto::FLOAT);
  added->set_f(value);
}

void add_floats(onnx::NodeProto& node, const char* name, const std::vector<float>& values) {
  auto* added = node.add_attribute();
  added->set_name(name);
  added->set_type(onnx::AttributeProto::FLOATS);
  for (const float value : values) added->add_floats(value);
}

void add_text(onnx::NodeProto& node, const char* name, const char* value) {
  auto* added = node.add_attribute();
  added->set_name(name);
  added->set_type(onnx::AttributeProto::STRING);
  added->set_s(value);
}

onnx::TensorProto& add_tensor(onnx::NodeProto& node, int type, std::size_t size) {
  auto* added = node.add_attribute();
  added->set_name("value");
  added->set_type(onnx::AttributeProto::TENSOR);
  added->mutable_t()->set_data_type(type);
  added->mutable_t()->add_dims(static_cast<std::int64_t>(size));
  return *added->mutable_t();
}

}  // namespace rowflow
