// Small ONNX models for tests, built node by node.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace rowflow::test {

class OnnxModel {
 public:
  /// One input "x" of 1×channels×height×width; a size of 0 is left open.
  OnnxModel(std::int64_t channels, std::int64_t height, std::int64_t width, std::int64_t opset = 13) {
    model_.set_ir_version(opset < 10 ? 4 : 7);
    model_.set_producer_name("tests");
    auto* set = model_.add_opset_import();
    set->set_domain("");
    set->set_version(opset);
    model_.mutable_graph()->set_name("g");
    input("x", {1, channels, height, width});
  }

  OnnxModel& input(const std::string& name, const std::vector<std::int64_t>& dims) {
    auto* added = model_.mutable_graph()->add_input();
    added->set_name(name);
    auto* type = added->mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t dim : dims) {
      auto* entry = type->mutable_shape()->add_dim();
      if (dim > 0)
        entry->set_dim_value(dim);
      else
        entry->set_dim_param("open");
    }
    return *this;
  }

  OnnxModel& output(const std::string& name) {
    auto* added = model_.mutable_graph()->add_output();
    added->set_name(name);
    added->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    return *this;
  }

  /// A node named after its first output. Attributes are added to what is returned.
  onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                        const std::vector<std::string>& outputs) {
    auto* added = model_.mutable_graph()->add_node();
    added->set_op_type(op);
    added->set_name(outputs.empty() ? op : outputs[0]);
    for (const auto& name : inputs) added->add_input(name);
    for (const auto& name : outputs) added->add_output(name);
    return *added;
  }

  OnnxModel& weight(const std::string& name, const std::vector<std::int64_t>& dims, float value = 0.5F) {
    auto* tensor = model_.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::FLOAT);
    std::int64_t count = 1;
    for (const std::int64_t dim : dims) {
      tensor->add_dims(dim);
      count *= dim;
    }
    for (std::int64_t i = 0; i < count; ++i) tensor->add_float_data(value);
    return *this;
  }

  OnnxModel& integers(const std::string& name, const std::vector<std::int64_t>& values) {
    auto* tensor = model_.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::INT64);
    tensor->add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int64_t value : values) tensor->add_int64_data(value);
    return *this;
  }

  /// A 1×1 convolution with a bias, its weights stored.
  OnnxModel& conv(const std::string& in, const std::string& out, std::int64_t channels, std::int64_t filters,
                  std::int64_t kernel = 1) {
    weight(out + ".w", {filters, channels, kernel, kernel}).weight(out + ".b", {filters});
    set(node("Conv", {in, out + ".w", out + ".b"}, {out}), "pads", {kernel / 2, kernel / 2, kernel / 2, kernel / 2});
    return *this;
  }

  static onnx::NodeProto& set(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values) {
    auto* attribute = node.add_attribute();
    attribute->set_name(name);
    attribute->set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute->add_ints(value);
    return node;
  }
  static onnx::NodeProto& set(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
    auto* attribute = node.add_attribute();
    attribute->set_name(name);
    attribute->set_type(onnx::AttributeProto::INT);
    attribute->set_i(value);
    return node;
  }
  static onnx::NodeProto& set(onnx::NodeProto& node, const std::string& name, const char* value) {
    auto* attribute = node.add_attribute();
    attribute->set_name(name);
    attribute->set_type(onnx::AttributeProto::STRING);
    attribute->set_s(value);
    return node;
  }

  onnx::ModelProto& proto() { return model_; }

 private:
  onnx::ModelProto model_;
};

}  // namespace rowflow::test
