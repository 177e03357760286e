// Functions that a model brings along, and branches whose condition is known.
#include "sim/import/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/imports.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

constexpr std::int64_t conv_macs = 64 * 3 * 4;

/// A function of these inputs and outputs; nodes are added to what is returned.
onnx::FunctionProto& function(OnnxModel& model, const std::string& name, const std::vector<std::string>& inputs,
                              const std::vector<std::string>& outputs) {
  auto* added = model.proto().add_functions();
  added->set_domain("local");
  added->set_name(name);
  for (const auto& input : inputs) added->add_input(input);
  for (const auto& output : outputs) added->add_output(output);
  *added->add_opset_import() = model.proto().opset_import(0);
  return *added;
}

onnx::NodeProto& add(onnx::NodeProto& node, const std::string& op, const std::vector<std::string>& inputs,
                     const std::vector<std::string>& outputs) {
  node.set_op_type(op);
  for (const auto& input : inputs) node.add_input(input);
  for (const auto& output : outputs) node.add_output(output);
  return node;
}

onnx::NodeProto& call(OnnxModel& model, const std::string& name, const std::vector<std::string>& inputs,
                      const std::vector<std::string>& outputs) {
  auto& node = model.node(name, inputs, outputs);
  node.set_domain("local");
  return node;
}

Network network_of(OnnxModel& model) {
  const onnx::ModelProto read = parse_model(model.proto().SerializeAsString(), "model.onnx");
  return build_network(import_model(read, "model.onnx", {}).network);
}

std::string why(OnnxModel& model) {
  try {
    network_of(model);
  } catch (const InputError& error) {
    return error.what();
  }
  return "imported";
}

onnx::GraphProto& branch(onnx::NodeProto& node, const char* name, const std::string& output) {
  auto* attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(onnx::AttributeProto::GRAPH);
  attribute->mutable_g()->add_output()->set_name(output);
  return *attribute->mutable_g();
}

}  // namespace

TEST_CASE("A model's own functions are read where they are called") {
  OnnxModel model(3, 8, 8);
  SECTION("an activation, called twice, its inner names its own") {
    auto& swish = function(model, "Swish", {"X"}, {"Y"});
    add(*swish.add_node(), "Sigmoid", {"X"}, {"s"});
    add(*swish.add_node(), "Mul", {"X", "s"}, {"Y"});
    model.conv("x", "c", 3, 4).conv("ca", "d", 4, 4);
    call(model, "Swish", {"c"}, {"ca"});
    call(model, "Swish", {"d"}, {"y"});
    model.output("y");
    const Network network = network_of(model);
    REQUIRE(network.layers.size() == 2);
    CHECK(network.layers[0].config.activation == "silu");
    CHECK(network.layers[1].config.activation == "silu");
  }
  SECTION("functions of functions, an attribute passed on, an optional input left out") {
    auto& inner = function(model, "Inner", {"X", "W", "B"}, {"Y"});
    auto& conv = add(*inner.add_node(), "Conv", {"X", "W", "B"}, {"Y"});
    auto* strides = conv.add_attribute();
    strides->set_name("strides");
    strides->set_type(onnx::AttributeProto::INTS);
    strides->set_ref_attr_name("steps");
    auto* dilations = conv.add_attribute();
    dilations->set_name("dilations");
    dilations->set_ref_attr_name("absent");
    auto& outer = function(model, "Outer", {"X", "W"}, {"Y"});
    auto& call_inner = add(*outer.add_node(), "Inner", {"X", "W"}, {"t"});
    call_inner.set_domain("local");
    OnnxModel::set(call_inner, "steps", {2, 2});
    add(*outer.add_node(), "Relu", {"t"}, {"Y"});
    model.weight("w", {4, 3, 1, 1});
    call(model, "Outer", {"x", "w"}, {"y"});
    model.output("y");
    const Network network = network_of(model);
    REQUIRE(network.layers.size() == 1);
    CHECK(network.macs == conv_macs / 4);
    CHECK(network.layers[0].config.activation == "relu");
    CHECK_FALSE(network.layers[0].config.bias);
  }
  SECTION("an output that is an input, handed on") {
    auto& pass = function(model, "Pass", {"X"}, {"X", "Y"});
    add(*pass.add_node(), "Relu", {"X"}, {"Y"});
    model.conv("x", "c", 3, 4);
    call(model, "Pass", {"c"}, {"p", "q"});
    model.node("Add", {"p", "q"}, {"y"});
    model.output("y");
    CHECK(network_of(model).macs == conv_macs);
  }
  SECTION("functions that double what they call, with nothing in the end") {
    function(model, "F0", {"X"}, {"Y"});
    for (int k = 1; k < 30; ++k) {
      auto& twice = function(model, "F" + std::to_string(k), {"X"}, {"Y"});
      for (const char* out : {"a", "Y"})
        add(*twice.add_node(), "F" + std::to_string(k - 1), {"X"}, {out}).set_domain("local");
    }
    call(model, "F29", {"x"}, {"y"});
    model.output("y");
    CHECK(contains(why(model), "more than 131072 nodes"));
  }
  SECTION("one that calls itself") {
    auto& self = function(model, "Self", {"X"}, {"Y"});
    add(*self.add_node(), "Self", {"X"}, {"Y"}).set_domain("local");
    call(model, "Self", {"x"}, {"y"});
    model.output("y");
    CHECK(contains(why(model), "function \"Self\" calls functions more than 32 deep"));
  }
}

TEST_CASE("A branch is taken when its condition follows from shapes") {
  const bool last_is_one = GENERATE(true, false);
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).integers("last", {last_is_one ? 1 : 3}).integers("one", {1}).integers("axes", {2, 3});
  model.node("Shape", {"c"}, {"shape"});
  model.node("Gather", {"shape", "last"}, {"size"});
  model.integers("four", {4}).node("Equal", {"size", "four"}, {"is_four"});
  auto& node = model.node("If", {"is_four"}, {"y"});
  auto& yes = branch(node, "then_branch", "inside");
  add(*yes.add_node(), "Relu", {"c"}, {"inside"});
  auto& no = branch(node, "else_branch", "c");  // the map itself
  (void)no;
  model.output("y");
  const Network network = network_of(model);
  REQUIRE(network.layers.size() == 1);
  CHECK(network.layers[0].config.activation == (last_is_one ? "relu" : "none"));
}

TEST_CASE("A branch that depends on another one is taken too, one that depends on data is refused") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).integers("yes", {1});
  auto& first = model.node("If", {"yes"}, {"condition"});
  auto& stored = branch(first, "then_branch", "t");
  auto* tensor = stored.add_initializer();
  tensor->set_name("t");
  tensor->set_data_type(onnx::TensorProto::INT64);
  tensor->add_dims(1);
  tensor->add_int64_data(0);
  branch(first, "else_branch", "yes");
  SECTION("of shapes") {
    auto& second = model.node("If", {"condition"}, {"r"});
    add(*branch(second, "then_branch", "a").add_node(), "Relu", {"c"}, {"a"});
    add(*branch(second, "else_branch", "a").add_node(), "Sigmoid", {"c"}, {"a"});
    model.conv("r", "y", 4, 4).output("y");
    CHECK(network_of(model).layers[0].config.activation == "sigmoid");
  }
  SECTION("of data") {
    OnnxModel::set(model.node("ReduceMax", {"c"}, {"most"}), "axes", {2, 3});
    auto& second = model.node("If", {"most"}, {"r"});
    add(*branch(second, "then_branch", "a").add_node(), "Relu", {"c"}, {"a"});
    branch(second, "else_branch", "c");
    model.conv("r", "y", 4, 32).output("y");  // more weights than a decoder's
    const std::string text = why(model);
    UNSCOPED_INFO(text);
    CHECK(contains(text, "\"r\" (If): a branch chosen while running"));
  }
}

TEST_CASE("A cast between types of numbers does not end a function") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).weight("three", {}, 3).weight("six", {}, 6);
  model.node("Add", {"c", "three"}, {"t"});
  model.node("Relu", {"t"}, {"r"});
  OnnxModel::set(model.node("Cast", {"r"}, {"h"}), "to", 10);
  model.node("Min", {"h", "six"}, {"m"});
  model.node("Div", {"m", "six"}, {"y"});
  model.output("y");
  const Network network = network_of(model);
  REQUIRE(network.layers.size() == 1);
  CHECK(network.layers[0].config.activation == "hard_sigmoid");
}
