// Operator sets 9 to 17: the same operators, with attributes that became inputs; and where weights are kept.
#include "sim/import/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/imports.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

onnx::NodeProto& set_number(onnx::NodeProto& node, const std::string& name, float value) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::FLOAT);
  attribute->set_f(value);
  return node;
}

OnnxModel& scales(OnnxModel& model, float factor) {
  model.weight("scales", {4}, 1);
  auto* tensor = model.proto().mutable_graph()->mutable_initializer(model.proto().graph().initializer_size() - 1);
  tensor->set_float_data(2, factor);
  tensor->set_float_data(3, factor);
  return model;
}

Shape output_of(OnnxModel& model) { return build_network(import_of(model).network).layers.back().output; }

}  // namespace

TEST_CASE("Upsample of operator set 9 and Resize of 10 and 11 take their scales where each has them") {
  const std::int64_t opset = GENERATE(9, 10, 11, 13);
  CAPTURE(opset);
  OnnxModel model(3, 6, 5, opset);
  model.conv("x", "c", 3, 4);
  scales(model, 2);
  if (opset == 9)
    OnnxModel::set(model.node("Upsample", {"c", "scales"}, {"y"}), "mode", "nearest");
  else if (opset == 10)
    OnnxModel::set(model.node("Resize", {"c", "scales"}, {"y"}), "mode", "nearest");
  else
    OnnxModel::set(model.node("Resize", {"c", "", "scales"}, {"y"}), "mode", "nearest");
  model.output("y");
  CHECK(output_of(model) == Shape{12, 10, 4});
}

TEST_CASE("Slice with attributes (9) and with inputs (10)") {
  const std::int64_t opset = GENERATE(9, 10, 17);
  CAPTURE(opset);
  OnnxModel model(3, 6, 6, opset);
  model.conv("x", "c", 3, 8);
  if (opset == 9) {
    auto& node =
        OnnxModel::set(OnnxModel::set(model.node("Slice", {"c"}, {"y"}), "starts", std::vector<std::int64_t>{2}),
                       "ends", std::vector<std::int64_t>{7});
    OnnxModel::set(node, "axes", std::vector<std::int64_t>{1});
  } else {
    model.integers("from", {2}).integers("to", {7}).integers("axis", {1});
    model.node("Slice", {"c", "from", "to", "axis"}, {"y"});
  }
  model.output("y");
  CHECK(output_of(model) == Shape{6, 6, 5});
}

TEST_CASE("Clip with attributes (9, 10) and with inputs (11)") {
  const std::int64_t opset = GENERATE(9, 10, 11, 17);
  CAPTURE(opset);
  OnnxModel model(3, 6, 6, opset);
  model.conv("x", "c", 3, 8);
  if (opset < 11)
    set_number(set_number(model.node("Clip", {"c"}, {"y"}), "min", 0), "max", 6);
  else
    model.weight("low", {}, 0).weight("high", {}, 6).node("Clip", {"c", "low", "high"}, {"y"});
  model.output("y");
  CHECK(import_of(model).network.layers[0].activation == "relu6");
}

TEST_CASE("Pad, Split, Squeeze, Unsqueeze, Dropout and ReduceMean with attributes and with inputs") {
  const std::int64_t opset = GENERATE(9, 10, 12, 13, 17);
  CAPTURE(opset);
  OnnxModel model(3, 6, 6, opset);
  model.weight("w", {8, 3, 3, 3}).weight("f", {4, 4});
  if (opset < 11) {
    OnnxModel::set(model.node("Pad", {"x"}, {"p"}), "pads", {0, 0, 0, 0, 0, 0, 1, 1});
  } else {
    model.integers("pads", {0, 0, 0, 0, 0, 0, 1, 1});
    model.node("Pad", {"x", "pads"}, {"p"});
  }
  OnnxModel::set(model.node("Conv", {"p", "w"}, {"c"}), "strides", {2, 2});
  if (opset < 13) {
    auto& split = OnnxModel::set(model.node("Split", {"c"}, {"s", "rest"}), "split", {4, 4});
    OnnxModel::set(split, "axis", 1);
  } else {
    model.integers("sizes", {4, 4});
    OnnxModel::set(model.node("Split", {"c", "sizes"}, {"s", "rest"}), "axis", 1);
  }
  OnnxModel::set(model.node("ReduceMean", {"s"}, {"m"}), "axes", {2, 3});
  if (opset < 12)
    set_number(model.node("Dropout", {"m"}, {"d"}), "ratio", 0.2F);
  else
    model.weight("ratio", {}, 0.2F).node("Dropout", {"m", "ratio"}, {"d"});
  if (opset < 13) {
    OnnxModel::set(model.node("Squeeze", {"d"}, {"q"}), "axes", {2, 3});
    model.node("MatMul", {"q", "f"}, {"g"});
    OnnxModel::set(model.node("Unsqueeze", {"g"}, {"y"}), "axes", {2, 3});
  } else {
    model.integers("axes", {2, 3});
    model.node("Squeeze", {"d", "axes"}, {"q"});
    model.node("MatMul", {"q", "f"}, {"g"});
    model.node("Unsqueeze", {"g", "axes"}, {"y"});
  }
  model.output("y").output("rest");
  const Network network = build_network(import_of(model).network);
  CHECK(network.layers[0].output == Shape{3, 3, 8});
  CHECK(network.layers[0].config.padding.bottom == 1);
  CHECK(network.outputs.size() == 2);
  CHECK(network.layers.back().output == Shape{1, 1, 4});
}

TEST_CASE("Operator sets out of range are refused by number") {
  const std::int64_t opset = GENERATE(6, 23);
  OnnxModel model(3, 6, 6, opset);
  model.conv("x", "c", 3, 8).output("c");
  CHECK(contains(refusal(model), "operator set " + std::to_string(opset)));
}

TEST_CASE("Weights inside, in a file of their own, or absent give the same network") {
  OnnxModel inside(3, 8, 8);
  inside.conv("x", "c", 3, 4, 3).conv("c", "d", 4, 8).output("d");
  const std::string expected = write_network_config(import_of(inside).network);
  SECTION("external: the file need not be there, shapes are in the model") {
    OnnxModel model = inside;
    for (auto& tensor : *model.proto().mutable_graph()->mutable_initializer()) {
      tensor.clear_float_data();
      tensor.set_data_location(onnx::TensorProto::EXTERNAL);
      auto* entry = tensor.add_external_data();
      entry->set_key("location");
      entry->set_value("not_there.bin");
    }
    CHECK(write_network_config(import_of(model).network) == expected);
  }
  SECTION("absent: declared as inputs") {
    OnnxModel model = inside;
    for (const auto& tensor : inside.proto().graph().initializer())
      model.input(tensor.name(), {tensor.dims().begin(), tensor.dims().end()});
    model.proto().mutable_graph()->clear_initializer();
    CHECK(write_network_config(import_of(model).network) == expected);
  }
  SECTION("raw bytes") {
    OnnxModel model = inside;
    for (auto& tensor : *model.proto().mutable_graph()->mutable_initializer()) {
      tensor.set_raw_data(std::string(static_cast<std::size_t>(tensor.float_data_size()) * 4, '\0'));
      tensor.clear_float_data();
    }
    CHECK(write_network_config(import_of(model).network) == expected);
  }
}

TEST_CASE("A shape that only an external file holds is refused, not guessed") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).integers("shape", {1, -1});
  auto* tensor = model.proto().mutable_graph()->mutable_initializer(2);
  tensor->clear_int64_data();
  tensor->set_data_location(onnx::TensorProto::EXTERNAL);
  model.node("Reshape", {"c", "shape"}, {"v"});
  model.weight("w", {256, 2}).node("MatMul", {"v", "w"}, {"y"});
  model.output("y");
  CHECK(contains(refusal(model), "not a constant known to the file"));
}
