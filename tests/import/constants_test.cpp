// Constants as exporters write them: shapes computed in the graph, rounding, functions of one element.
#include "tests/support/catch.hpp"
#include "tests/support/small_graphs.hpp"

using namespace rowflow;
using namespace rowflow::test;

TEST_CASE("Shapes are computed in N dimensions: Slice, Gather, Range, Cast, floor, reductions") {
  OnnxModel model(3, 9, 7);
  model.conv("x", "c", 3, 4)
      .integers("2", {2})
      .integers("9", {9})
      .integers("0", {0})
      .integers("1", {1})
      .integers("-1", {-1});
  model.weight("factor", {}, 2).integers("front", {1, 4});
  model.node("Shape", {"c"}, {"shape"});
  model.node("Slice", {"shape", "2", "9", "0", "1"}, {"hw"});
  number(model.node("Cast", {"hw"}, {"f"}), "to", 1);
  model.node("Mul", {"f", "factor"}, {"g"});
  model.node("Floor", {"g"}, {"h"});
  number(model.node("Cast", {"h"}, {"i"}), "to", 7);
  number(model.node("Concat", {"front", "i"}, {"sizes"}), "axis", 0);
  OnnxModel::set(model.node("Resize", {"c", "", "", "sizes"}, {"y"}), "mode", "linear");
  model.output("y");
  CHECK(end_of(model) == Shape{18, 14, 4});
}

TEST_CASE("Constants are computed as far as they are small, their shapes always") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).integers("huge", {1 << 19, 1 << 19}).integers("one", {1}).integers("zero", {0});
  model.node("ConstantOfShape", {"huge"}, {"big"});
  model.node("Exp", {"big"}, {"bigger"});
  model.node("Shape", {"bigger"}, {"shape"});
  model.node("Gather", {"shape", "zero"}, {"side"});
  model.integers("divisor", {1 << 19}).integers("flat", {256});
  model.node("Div", {"side", "divisor"}, {"batch"});
  number(model.node("Concat", {"batch", "flat"}, {"dims"}), "axis", 0);
  model.node("Reshape", {"c", "dims"}, {"v"});
  model.weight("w", {256, 3});
  model.node("MatMul", {"v", "w"}, {"y"});
  model.output("y");
  CHECK(macs_of(model) == 64 * 12 + 768);
}

TEST_CASE("Standardised weights are computed from constants: their shape is enough") {
  OnnxModel model(3, 8, 8);
  model.weight("w", {4, 3, 3, 3}).weight("eps", {}, 1e-5F).weight("gain", {4, 1, 1, 1});
  axes(model, model.node("ReduceMean", {"w"}, {"mean"}), {1, 2, 3});
  model.node("Sub", {"w", "mean"}, {"d"});
  model.node("Mul", {"d", "d"}, {"sq"});
  axes(model, model.node("ReduceMean", {"sq"}, {"v"}), {1, 2, 3});
  model.node("Add", {"v", "eps"}, {"ve"});
  model.node("Sqrt", {"ve"}, {"root"});
  model.node("Div", {"d", "root"}, {"n"});
  model.node("Mul", {"n", "gain"}, {"weights"});
  OnnxModel::set(model.node("Conv", {"x", "weights"}, {"y"}), "pads", {1, 1, 1, 1});
  model.output("y");
  CHECK(macs_of(model) == 64 * 27 * 4);
}

TEST_CASE("Rounding is looked through, its bits are kept") {
  OnnxModel model(3, 8, 8);
  model.weight("scale", {}, 0.1F);
  const auto integers = [&](const std::string& name, int type, const std::vector<std::int64_t>& dims) {
    auto* tensor = model.proto().mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(type);
    std::int64_t count = 1;
    for (const std::int64_t dim : dims) {
      tensor->add_dims(dim);
      count *= dim;
    }
    for (std::int64_t i = 0; i < count; ++i) tensor->add_int32_data(1);
  };
  const auto rounded = [&](const std::string& in, const std::string& out, const std::string& zero) {
    model.node("QuantizeLinear", {in, "scale", zero}, {out + ".q"});
    model.node("DequantizeLinear", {out + ".q", "scale", zero}, {out});
  };
  SECTION("Q and DQ around everything, activation behind it") {
    integers("zero", onnx::TensorProto::INT8, {});
    integers("zero16", onnx::TensorProto::INT16, {});
    integers("w", onnx::TensorProto::INT8, {4, 3, 1, 1});
    rounded("x", "xq", "zero");
    model.node("DequantizeLinear", {"w", "scale", "zero"}, {"wd"});
    model.node("Conv", {"xq", "wd"}, {"c"});
    rounded("c", "cq", "zero16");
    model.node("Sigmoid", {"cq"}, {"s"});
    model.node("Mul", {"cq", "s"}, {"y"});
    model.output("y");
    const ImportResult result = import_of(model);
    REQUIRE(result.network.layers.size() == 1);
    CHECK(result.network.layers[0].activation == "silu");
    CHECK(result.network.layers[0].bits == 16);
    CHECK(result.network.layers[0].weight_bits == 8);
  }
  SECTION("four bits by Quant") {
    model.weight("w", {4, 3, 1, 1}).weight("none", {}, 0).weight("four", {}, 4).weight("two", {}, 2);
    const auto quant = [&](const std::string& in, const std::string& out, const std::string& bits) {
      model.node("Quant", {in, "scale", "none", bits}, {out}).set_domain("onnx.brevitas");
    };
    quant("w", "wq", "four");
    model.node("Conv", {"x", "wq"}, {"c"});
    quant("c", "y", "two");
    model.output("y");
    const ImportResult result = import_of(model);
    CHECK(result.network.layers[0].bits == 2);
    CHECK(result.network.layers[0].weight_bits == 4);
  }
  SECTION("QLinearConv and QLinearAdd") {
    integers("zero", onnx::TensorProto::UINT8, {});
    integers("w", onnx::TensorProto::INT8, {3, 3, 3, 3});
    integers("b", onnx::TensorProto::INT32, {3});
    model.node("QuantizeLinear", {"x", "scale", "zero"}, {"xq"});
    auto& conv = model.node("QLinearConv", {"xq", "scale", "zero", "w", "scale", "zero", "scale", "zero", "b"}, {"c"});
    OnnxModel::set(conv, "pads", {1, 1, 1, 1});
    model.node("QLinearAdd", {"c", "scale", "zero", "xq", "scale", "zero", "scale", "zero"}, {"a"})
        .set_domain("com.microsoft");
    model.node("DequantizeLinear", {"a", "scale", "zero"}, {"y"});
    model.output("y");
    const ImportResult result = import_of(model);
    REQUIRE(result.network.layers.size() == 2);
    CHECK(result.network.layers[0].bias);
    CHECK(build_network(result.network).macs == 64 * 81);
  }
  SECTION("ConvInteger behind a rounding by the data's own range") {
    integers("w", onnx::TensorProto::UINT8, {4, 3, 1, 1});
    model.node("DynamicQuantizeLinear", {"x"}, {"xq", "xs", "xz"});
    model.node("ConvInteger", {"xq", "w", "xz"}, {"c"});
    number(model.node("Cast", {"c"}, {"f"}), "to", 1);
    model.node("Mul", {"xs", "scale"}, {"factor"});
    model.node("Mul", {"f", "factor"}, {"y"});
    model.output("y");
    const ImportResult result = import_of(model);
    REQUIRE(result.network.layers.size() == 1);
    CHECK(build_network(result.network).macs == 64 * 12);
  }
}

TEST_CASE("Functions of one element ride, whatever they are made of") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).weight("three", {}, 3).weight("one", {}, 1);
  std::string expected = "table";
  SECTION("x * x") { model.node("Mul", {"c", "c"}, {"y"}); }
  SECTION("x + x") { model.node("Add", {"c", "c"}, {"y"}); }
  SECTION("relu squared") {
    model.node("Relu", {"c"}, {"r"});
    model.node("Mul", {"r", "r"}, {"y"});
  }
  SECTION("a power") { model.node("Pow", {"c", "three"}, {"y"}); }
  SECTION("root of the magnitude") {
    model.node("Abs", {"c"}, {"m"});
    model.node("Sqrt", {"m"}, {"y"});
  }
  SECTION("one divided by it") { model.node("Div", {"one", "c"}, {"y"}); }
  SECTION("one minus its sigmoid") {
    model.node("Sigmoid", {"c"}, {"s"});
    model.node("Sub", {"one", "s"}, {"y"});
    expected = "sigmoid";
  }
  SECTION("x times 1 + tanh of a cubic: GELU by tanh") {
    model.node("Pow", {"c", "three"}, {"p"});
    model.node("Add", {"c", "p"}, {"q"});
    model.node("Tanh", {"q"}, {"t"});
    model.node("Add", {"t", "one"}, {"u"});
    model.node("Mul", {"c", "u"}, {"y"});
  }
  model.output("y");
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 1);
  CHECK(result.network.layers[0].activation == expected);
}
