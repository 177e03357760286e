// The same thing as different exporters and operator sets write it.
#include <algorithm>
#include <utility>

#include "tests/support/catch.hpp"
#include "tests/support/imports.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

onnx::NodeProto& number(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  return OnnxModel::set(node, name, value);
}

std::int64_t macs_of(OnnxModel& model, const ImportOptions& options = {}) {
  return build_network(import_of(model, options).network).macs;
}

Shape end_of(OnnxModel& model) { return build_network(import_of(model).network).layers.back().output; }

/// x → a (8 channels, 20×10) → pooled by `pool` into "p" → two FCs → "gate" → product "s".
template <class Pool>
OnnxModel pooled_block(Pool pool, std::int64_t opset = 13) {
  OnnxModel model(3, 20, 10, opset);
  model.conv("x", "a", 3, 8);
  pool(model);
  model.conv("p", "r", 8, 2);
  model.node("Relu", {"r"}, {"ra"});
  model.conv("ra", "e", 2, 8);
  model.node("Sigmoid", {"e"}, {"gate"});
  model.node("Mul", {"a", "gate"}, {"s"});
  model.output("s");
  return model;
}

void check_block(OnnxModel model) {
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 2);
  CHECK(layer(result, "s").type == LayerType::squeeze_excite);
  CHECK(layer(result, "s").squeeze_channels == 2);
  CHECK(result.warnings.empty());
}

OnnxModel& axes(OnnxModel& m, onnx::NodeProto& node, const std::vector<std::int64_t>& values) {
  OnnxModel::set(node, "axes", values);
  return m;
}

}  // namespace

TEST_CASE("Operator sets 7 to 22 are read, others refused by number") {
  for (std::int64_t opset = 5; opset <= 24; ++opset) {
    CAPTURE(opset);
    OnnxModel model(3, 8, 8, opset);
    model.conv("x", "c", 3, 4);
    model.node("Relu", {"c"}, {"y"});
    model.output("y");
    if (opset >= 7 && opset <= 22)
      CHECK(macs_of(model) == 64 * 12);
    else
      CHECK(contains(refusal(model), "operator set"));
  }
}

TEST_CASE("What became an input in operator set 18 is read from there") {
  SECTION("axes of a mean") {
    check_block(pooled_block(
        [](OnnxModel& m) {
          m.integers("hw", {2, 3});
          m.node("ReduceMean", {"a", "hw"}, {"p"});
        },
        18));
  }
  SECTION("Split into a number of parts, the last one smaller") {
    OnnxModel model(3, 8, 8, 18);
    model.conv("x", "c", 3, 7);
    number(number(model.node("Split", {"c"}, {"p", "q"}), "axis", 1), "num_outputs", 2);
    model.output("p").output("q");
    std::vector<std::pair<std::int64_t, std::int64_t>> parts;
    for (const LayerConfig& layer : import_of(model).network.layers)
      if (layer.type == LayerType::slice) parts.emplace_back(layer.channel_begin, layer.channel_end);
    std::sort(parts.begin(), parts.end());
    CHECK(parts == std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 4}, {4, 7}});
  }
  SECTION("axes of Resize and Pad") {
    OnnxModel model(3, 8, 8, 18);
    model.weight("w", {4, 3, 3, 3}).integers("pads", {1, 1, 1, 1}).integers("hw", {2, 3}).integers("sizes", {16, 24});
    model.node("Pad", {"x", "pads", "", "hw"}, {"p"});
    model.node("Conv", {"p", "w"}, {"c"});
    auto& resize = model.node("Resize", {"c", "", "", "sizes"}, {"y"});
    OnnxModel::set(OnnxModel::set(resize, "mode", "nearest"), "axes", {2, 3});
    model.output("y");
    CHECK(end_of(model) == Shape{16, 24, 4});
  }
}

TEST_CASE("A pool is a mean however it is taken") {
  SECTION("one axis after the other") {
    const bool columns_first = GENERATE(true, false);
    check_block(pooled_block([&](OnnxModel& m) {
      axes(m, m.node("ReduceMean", {"a"}, {"half"}), {columns_first ? 3 : 2});
      axes(m, m.node("ReduceMean", {"half"}, {"p"}), {columns_first ? 2 : 3});
    }));
  }
  SECTION("pixels in one axis") {
    check_block(pooled_block([](OnnxModel& m) {
      m.integers("flat", {1, 8, -1}).integers("map", {1, 8, 1, 1});
      m.node("Reshape", {"a", "flat"}, {"v"});
      axes(m, m.node("ReduceMean", {"v"}, {"q"}), {2});
      m.node("Reshape", {"q", "map"}, {"p"});
    }));
  }
  SECTION("a sum, divided") {
    check_block(pooled_block([](OnnxModel& m) {
      m.weight("pixels", {}, 200);
      axes(m, m.node("ReduceSum", {"a"}, {"q"}), {2, 3});
      m.node("Div", {"q", "pixels"}, {"p"});
    }));
  }
}

TEST_CASE("A mean over columns that others read too stays one, and one over the rows of a strip is a pool") {
  OnnxModel model(3, 20, 10);
  model.conv("x", "a", 3, 8);
  axes(model, model.node("ReduceMean", {"a"}, {"strip"}), {3});
  axes(model, model.node("ReduceMean", {"strip"}, {"p"}), {2});
  model.output("strip").output("p");
  const Network network = build_network(import_of(model).network);
  REQUIRE(network.layers.size() == 3);
  CHECK(network.layers[1].output == Shape{20, 1, 8});
  CHECK(network.layers[2].output == Shape{1, 1, 8});
}

TEST_CASE("A gate repeated to the map's size by Expand or Tile is what the product repeats by itself") {
  const auto gate = [](auto write) {
    OnnxModel model(3, 20, 10);
    model.conv("x", "a", 3, 8);
    model.node("GlobalAveragePool", {"a"}, {"p"});
    model.conv("p", "r", 8, 2).conv("r", "e", 2, 8);
    model.node("Sigmoid", {"e"}, {"g"});
    write(model);
    model.node("Mul", {"a", "gate"}, {"s"});
    model.output("s");
    return model;
  };
  SECTION("Expand to Shape") {
    check_block(gate([](OnnxModel& m) {
      m.node("Shape", {"a"}, {"size"});
      m.node("Expand", {"g", "size"}, {"gate"});
    }));
  }
  SECTION("Expand to what Where makes of -1") {
    check_block(gate([](OnnxModel& m) {
      m.integers("wanted", {-1, -1, 20, 10}).integers("four", {4}).integers("minus", {-1});
      auto& ones = m.node("ConstantOfShape", {"four"}, {"ones"});
      auto* value = ones.add_attribute();
      value->set_name("value");
      value->set_type(onnx::AttributeProto::TENSOR);
      value->mutable_t()->set_data_type(onnx::TensorProto::INT64);
      value->mutable_t()->add_dims(1);
      value->mutable_t()->add_int64_data(1);
      m.node("Mul", {"ones", "minus"}, {"negative"});
      m.node("Equal", {"wanted", "negative"}, {"open"});
      m.node("Where", {"open", "ones", "wanted"}, {"size"});
      m.node("Expand", {"g", "size"}, {"gate"});
    }));
  }
  SECTION("Tile") {
    check_block(gate([](OnnxModel& m) {
      m.integers("times", {1, 1, 20, 10});
      m.node("Tile", {"g", "times"}, {"gate"});
    }));
  }
}

TEST_CASE("A repeated vector that is read as a map becomes one") {
  OnnxModel model(3, 8, 6);
  model.conv("x", "a", 3, 4);
  model.node("GlobalAveragePool", {"a"}, {"p"});
  model.node("Shape", {"a"}, {"size"});
  model.node("Expand", {"p", "size"}, {"m"});
  OnnxModel::set(model.node("Concat", {"a", "m"}, {"y"}), "axis", 1);
  model.output("y");
  CHECK(end_of(model) == Shape{8, 6, 8});
}

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

TEST_CASE("A fixed batch is read as 1, in stored shapes too, and said") {
  OnnxModel model(3, 8, 8);
  model.proto()
      .mutable_graph()
      ->mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->set_dim_value(16);
  model.conv("x", "c", 3, 4).integers("flat", {16, 256}).weight("w", {256, 3});
  model.node("Reshape", {"c", "flat"}, {"v"});
  model.node("MatMul", {"v", "w"}, {"y"});
  model.output("y");
  const ImportResult result = import_of(model);
  CHECK(build_network(result.network).macs == 64 * 12 + 768);
  REQUIRE(result.warnings.size() == 1);
  CHECK(contains(result.warnings[0], "batch of 16 is read as 1"));
}

TEST_CASE("A signal's steps are rows of one column") {
  OnnxModel model(0, 0, 0);
  auto* shape = model.proto().mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  shape->Clear();
  for (const std::int64_t dim : {1, 8, 100}) shape->add_dim()->set_dim_value(dim);
  model.weight("w", {16, 8, 9}).weight("v", {4, 16, 3}).weight("f", {4, 2});
  OnnxModel::set(model.node("Conv", {"x", "w"}, {"c"}), "pads", {4, 4});
  model.node("Relu", {"c"}, {"r"});
  OnnxModel::set(OnnxModel::set(model.node("MaxPool", {"r"}, {"m"}), "kernel_shape", std::vector<std::int64_t>{2}),
                 "strides", std::vector<std::int64_t>{2});
  OnnxModel::set(model.node("Conv", {"m", "v"}, {"d"}), "pads", {1, 1});
  model.node("GlobalAveragePool", {"d"}, {"g"});
  model.node("Flatten", {"g"}, {"q"});
  model.node("MatMul", {"q", "f"}, {"y"});
  model.output("y");
  const Network network = build_network(import_of(model).network);
  CHECK(network.input == Shape{100, 1, 8});
  CHECK(network.layers[0].output == Shape{100, 1, 16});
  CHECK(network.layers[1].output == Shape{50, 1, 16});
  CHECK(network.macs == 100 * 8 * 16 * 9 + 50 * 16 * 4 * 3 + 8);
}

TEST_CASE("ECA: a window over the channels of the pooled vector") {
  OnnxModel model(3, 20, 10);
  model.conv("x", "a", 3, 8).weight("k", {1, 1, 3}).integers("last", {3});
  model.node("GlobalAveragePool", {"a"}, {"p"});
  model.node("Squeeze", {"p", "last"}, {"q"});
  OnnxModel::set(model.node("Transpose", {"q"}, {"t"}), "perm", {0, 2, 1});
  OnnxModel::set(model.node("Conv", {"t", "k"}, {"c"}), "pads", {1, 1});
  OnnxModel::set(model.node("Transpose", {"c"}, {"u"}), "perm", {0, 2, 1});
  model.node("Unsqueeze", {"u", "last"}, {"v"});
  model.node("Sigmoid", {"v"}, {"gate"});
  model.node("Mul", {"a", "gate"}, {"s"});
  model.output("s");
  const ImportResult result = import_of(model);
  CHECK(build_network(result.network).macs == 200 * 24 + 8 * 3);
  REQUIRE(result.warnings.size() == 1);
  CHECK(contains(result.warnings[0], "nearly a squeeze-and-excite block"));
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

TEST_CASE("Differences, quotients, larger and smaller of two maps are element-wise layers") {
  const std::string op = GENERATE("Sub", "Div", "Max", "Min");
  OnnxModel model(3, 8, 8);
  model.conv("x", "a", 3, 4).conv("x", "b", 3, 4);
  model.node(op, {"a", "b"}, {"y"});
  model.output("y");
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 3);
  CHECK(layer(result, "y").type == (op == "Div" ? LayerType::multiply : LayerType::add));
}

TEST_CASE("A map joined with itself, vectors joined and added") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "a", 3, 4);
  number(model.node("Concat", {"a", "a"}, {"twice"}), "axis", 1);
  model.node("GlobalAveragePool", {"twice"}, {"p"});
  model.node("GlobalMaxPool", {"a"}, {"q"});
  model.node("Flatten", {"p"}, {"v"});
  model.node("Flatten", {"q"}, {"w"});
  number(model.node("Concat", {"v", "w"}, {"all"}), "axis", -1);
  model.weight("f", {12, 5}).node("MatMul", {"all", "f"}, {"y"});
  model.output("y");
  CHECK(macs_of(model) == 64 * 12 + 60);
}

TEST_CASE("A map in height-width-channel order may be flattened into a vector") {
  OnnxModel model(3, 6, 4);
  model.conv("x", "a", 3, 8).integers("flat", {1, -1}).weight("f", {192, 5});
  OnnxModel::set(model.node("Transpose", {"a"}, {"t"}), "perm", {0, 2, 3, 1});
  model.node("Reshape", {"t", "flat"}, {"v"});
  model.node("MatMul", {"v", "f"}, {"y"});
  model.output("y");
  CHECK(macs_of(model) == 24 * 24 + 960);
}

TEST_CASE("Statistics of the whole map are a squeeze and a scale") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "a", 3, 4);
  SECTION("a channel each") {
    model.weight("v", {4}).node("InstanceNormalization", {"a", "v", "v"}, {"y"});
    model.output("y");
  }
  SECTION("groups of channels, as torch writes them") {
    model.weight("v", {2}).integers("groups", {0, 2, -1}).integers("map", {1, 4, 8, 8});
    model.node("Reshape", {"a", "groups"}, {"g"});
    model.node("InstanceNormalization", {"g", "v", "v"}, {"n"});
    model.node("Reshape", {"n", "map"}, {"y"});
    model.output("y");
  }
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 3);
  CHECK(result.network.layers[1].type == LayerType::global_avg_pool);
  CHECK(result.network.layers[2].type == LayerType::multiply);
  CHECK(result.barriers.at(0).kind == "gate");
  CHECK(result.warnings.empty());
}

TEST_CASE("Reflected rows are a window's padding where the window reaches as far in as out") {
  const std::int64_t pad = GENERATE(1, 2);
  OnnxModel model(3, 8, 8);
  model.weight("w", {4, 3, 3, 3}).integers("pads", {0, 0, pad, pad, 0, 0, pad, pad});
  OnnxModel::set(model.node("Pad", {"x", "pads"}, {"p"}), "mode", "reflect");
  model.node("Conv", {"p", "w"}, {"y"});
  model.output("y");
  if (pad == 1)
    CHECK(import_of(model).network.layers[0].padding.top == 1);
  else
    CHECK(contains(refusal(model), "reflected rows"));
}

TEST_CASE("ConvTranspose by output_shape") {
  const bool upper = GENERATE(true, false);
  OnnxModel model(3, 8, 8);
  model.weight("w", {3, 4, 3, 3});
  auto& node = OnnxModel::set(OnnxModel::set(model.node("ConvTranspose", {"x", "w"}, {"y"}), "strides", {2, 2}),
                              "output_shape", {16, 16});
  if (upper) OnnxModel::set(node, "auto_pad", "SAME_UPPER");
  model.output("y");
  const ImportResult result = import_of(model);
  CHECK(build_network(result.network).layers[0].output == Shape{16, 16, 4});
  CHECK(result.network.layers[0].padding.top == (upper ? 0 : 1));
}

TEST_CASE("Nearest resize by other transforms is taken where it reads the same rows") {
  const auto resize = [](std::int64_t rows, const char* transform, const char* rounding) {
    OnnxModel model(3, 8, 8);
    model.conv("x", "c", 3, 4).integers("sizes", {1, 4, rows, 16});
    auto& node = OnnxModel::set(model.node("Resize", {"c", "", "", "sizes"}, {"y"}), "mode", "nearest");
    OnnxModel::set(OnnxModel::set(node, "coordinate_transformation_mode", transform), "nearest_mode", rounding);
    model.output("y");
    return refusal(model) == "imported";
  };
  CHECK(resize(16, "half_pixel", "round_prefer_floor"));
  CHECK(resize(16, "half_pixel", "round_prefer_ceil"));
  CHECK(resize(12, "asymmetric", "floor"));
  CHECK_FALSE(resize(16, "asymmetric", "ceil"));
  CHECK_FALSE(resize(16, "align_corners", "floor"));
}

TEST_CASE("Channel shuffle by Gather, and by a transposition of the parts that are then taken apart") {
  OnnxModel model(3, 6, 4);
  model.conv("x", "c", 3, 8);
  SECTION("an index list") {
    model.integers("order", {0, 4, 1, 5, 2, 6, 3, 7});
    number(model.node("Gather", {"c", "order"}, {"y"}), "axis", 1);
    model.output("y");
    const ImportResult result = import_of(model);
    REQUIRE(result.network.layers.size() == 2);
    CHECK(layer(result, "y").type == LayerType::channel_shuffle);
    CHECK(layer(result, "y").groups == 2);
  }
  SECTION("an order that is no shuffle") {
    model.integers("order", {0, 4, 1, 5, 2, 6, 7, 3}).weight("w", {16, 8, 1, 1});
    number(model.node("Gather", {"c", "order"}, {"g"}), "axis", 1);
    model.node("Conv", {"g", "w"}, {"y"});
    model.output("y");
    CHECK(import_of(model).network.layers.size() == 2);  // the weights are stored in that order
  }
  SECTION("ShuffleNet: even and odd channels") {
    model.integers("pairs", {4, 2, 24}).integers("parts", {2, -1, 4, 6, 4});
    auto* first = model.proto().mutable_graph()->add_initializer();
    first->set_name("first");
    first->set_data_type(onnx::TensorProto::INT64);
    first->add_int64_data(1);
    model.node("Reshape", {"c", "pairs"}, {"r"});
    OnnxModel::set(model.node("Transpose", {"r"}, {"t"}), "perm", {1, 0, 2});
    model.node("Reshape", {"t", "parts"}, {"p"});
    number(model.node("Gather", {"p", "first"}, {"odd"}), "axis", 0);
    model.conv("odd", "y", 4, 4).output("y");
    const Network network = build_network(import_of(model).network);
    REQUIRE(network.layers.size() == 4);
    CHECK(network.layers[1].config.type == LayerType::channel_shuffle);
    CHECK(network.layers[1].config.groups == 4);
    CHECK(network.layers[2].config.channel_begin == 4);
    CHECK(network.layers[3].output == Shape{6, 4, 4});
  }
}

TEST_CASE("A gate of every row by itself is squeeze-and-excite of tiles of one row") {
  OnnxModel model(3, 20, 10);
  model.conv("x", "a", 3, 8);
  axes(model, model.node("ReduceMean", {"a"}, {"strip"}), {3});
  model.conv("strip", "e", 8, 8);
  model.node("Sigmoid", {"e"}, {"gate"});
  model.node("Mul", {"a", "gate"}, {"s"});
  model.output("s");
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 2);
  CHECK(layer(result, "s").tile_height == 1);
}

TEST_CASE(
    "Rows and columns between channels and space: focus, space to depth, pixel shuffle, however they are written") {
  OnnxModel model(3, 8, 12);
  const auto slice = [&](const std::string& in, const std::string& out, std::int64_t begin, std::int64_t axis) {
    model.integers(out + ".begin", {begin})
        .integers(out + ".end", {INT64_MAX})
        .integers(out + ".axis", {axis})
        .integers(out + ".step", {2});
    model.node("Slice", {in, out + ".begin", out + ".end", out + ".axis", out + ".step"}, {out});
  };
  const auto moved = [&](const std::string& in, const std::vector<std::int64_t>& split,
                         const std::vector<std::int64_t>& perm, const std::vector<std::int64_t>& joined) {
    model.integers("split", split).integers("joined", joined);
    model.node("Reshape", {in, "split"}, {"r"});
    OnnxModel::set(model.node("Transpose", {"r"}, {"t"}), "perm", perm);
    model.node("Reshape", {"t", "joined"}, {"y"});
  };
  LayerType expected = LayerType::space_to_depth;
  Shape shape{4, 6, 12};
  SECTION("focus: four samples joined") {
    std::vector<std::string> samples;
    for (const std::int64_t row : {0, 1}) {
      slice("x", "row" + std::to_string(row), row, 2);
      for (const std::int64_t column : {0, 1}) {
        samples.push_back("s" + std::to_string(2 * row + column));
        slice("row" + std::to_string(row), samples.back(), column, 3);
      }
    }
    number(model.node("Concat", samples, {"y"}), "axis", 1);
  }
  SECTION("SpaceToDepth") { number(model.node("SpaceToDepth", {"x"}, {"y"}), "blocksize", 2); }
  SECTION("six axes, to depth") { moved("x", {1, 3, 4, 2, 6, 2}, {0, 3, 5, 1, 2, 4}, {1, 12, 4, 6}); }
  SECTION("DepthToSpace") {
    model.conv("x", "c", 3, 8);
    number(model.node("DepthToSpace", {"c"}, {"y"}), "blocksize", 2);
    expected = LayerType::depth_to_space;
    shape = {16, 24, 2};
  }
  SECTION("six axes, to space") {
    model.conv("x", "c", 3, 8);
    moved("c", {1, 2, 2, 2, 8, 12}, {0, 1, 4, 2, 5, 3}, {1, 2, 16, 24});
    expected = LayerType::depth_to_space;
    shape = {16, 24, 2};
  }
  model.output("y");
  const Network network = build_network(import_of(model).network);
  CHECK(network.layers.back().config.type == expected);
  CHECK(network.layers.back().output == shape);
}

TEST_CASE("Three of four samples are no focus, but each a pool of one pixel where it begins at the first") {
  OnnxModel model(3, 8, 8);
  model.integers("0", {0}).integers("9", {9}).integers("2", {2}).weight("w", {4, 3, 1, 1});
  model.node("Slice", {"x", "0", "9", "2", "2"}, {"s"});
  model.node("Conv", {"s", "w"}, {"y"});
  model.output("y");
  const Network network = build_network(import_of(model).network);
  REQUIRE(network.layers.size() == 2);
  CHECK(network.layers[0].config.type == LayerType::max_pool);
  CHECK(network.layers[1].output == Shape{4, 8, 4});
}

TEST_CASE("Crops, paddings by themselves, maps below each other, stored channels, LRN") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "a", 3, 4);
  Shape shape;
  LayerType expected = LayerType::crop;
  SECTION("a part of the middle") {
    model.integers("from", {2, 1}).integers("to", {7, 8}).integers("axes", {2, 3});
    model.node("Slice", {"a", "from", "to", "axes"}, {"y"});
    shape = {5, 7, 4};
  }
  SECTION("the last rows off") {
    model.integers("from", {0}).integers("to", {-2}).integers("axes", {2});
    model.node("Slice", {"a", "from", "to", "axes"}, {"y"});
    shape = {6, 8, 4};
  }
  SECTION("zeros around what is added") {
    model.conv("x", "b", 3, 4).integers("pads", {0, 0, 1, 1, 0, 0, 0, 2});
    model.node("Pad", {"a", "pads"}, {"p"});
    model.node("Relu", {"p"}, {"y"});
    expected = LayerType::pad;
    shape = {9, 11, 4};
  }
  SECTION("rows of two maps") {
    model.conv("x", "b", 3, 4);
    number(model.node("Concat", {"a", "b"}, {"y"}), "axis", 2);
    expected = LayerType::concat_rows;
    shape = {16, 8, 4};
  }
  SECTION("channels of zeros") {
    model.weight("zeros", {1, 3, 8, 8}, 0);
    number(model.node("Concat", {"a", "zeros"}, {"y"}), "axis", 1);
    expected = LayerType::pad;
    shape = {8, 8, 7};
  }
  SECTION("LRN") {
    number(model.node("LRN", {"a"}, {"y"}), "size", 5);
    expected = LayerType::local_response_norm;
    shape = {8, 8, 4};
  }
  model.output("y");
  const Network network = build_network(import_of(model).network);
  CHECK(network.layers.back().config.type == expected);
  CHECK(network.layers.back().output == shape);
  CHECK(network.layers.back().macs == 0);
}

TEST_CASE("A gate of one value a pixel: mean and maximum over the channels, a convolution, a product") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "a", 3, 4).weight("w", {1, 2, 7, 7});
  axes(model, model.node("ReduceMean", {"a"}, {"mean"}), {1});
  axes(model, model.node("ReduceMax", {"a"}, {"most"}), {1});
  number(model.node("Concat", {"mean", "most"}, {"both"}), "axis", 1);
  OnnxModel::set(model.node("Conv", {"both", "w"}, {"c"}), "pads", {3, 3, 3, 3});
  model.node("Sigmoid", {"c"}, {"gate"});
  model.node("Mul", {"a", "gate"}, {"y"});
  model.output("y");
  const Network network = build_network(import_of(model).network);
  REQUIRE(network.layers.size() == 6);
  CHECK(network.layers[1].config.type == LayerType::channel_pool);
  CHECK(network.layers[2].config.type == LayerType::channel_pool);
  CHECK(network.layers.back().output == Shape{8, 8, 4});
  CHECK(network.macs == 64 * 12 + 64 * 98);
}

TEST_CASE("A batch norm behind a join or an activation rides, beside a reader of the bare map it is a layer") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "a", 3, 4).conv("x", "b", 3, 4).weight("v", {8});
  number(model.node("Concat", {"a", "b"}, {"c"}), "axis", 1);
  model.node("BatchNormalization", {"c", "v", "v", "v", "v"}, {"n"});
  model.node("Relu", {"n"}, {"r"});
  model.output("r");
  SECTION("alone") {
    const ImportResult result = import_of(model);
    REQUIRE(result.network.layers.size() == 3);
    CHECK(layer(result, "c").batch_norm);
    CHECK(layer(result, "c").activation == "relu");
    CHECK(result.warnings.empty());
    const Network network = build_network(result.network);
    CHECK(network.parameters == 2 * (12 + 4) + 16);
    CHECK(network.macs == 2 * 64 * 12);
  }
  SECTION("beside another reader") {
    model.output("c");
    CHECK(import_of(model).network.layers.size() == 4);
  }
}

TEST_CASE("Bilinear resize by asymmetric coordinates keeps them") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).integers("sizes", {1, 4, 16, 16});
  auto& node = OnnxModel::set(model.node("Resize", {"c", "", "", "sizes"}, {"y"}), "mode", "linear");
  OnnxModel::set(node, "coordinate_transformation_mode", "asymmetric");
  model.output("y");
  CHECK(layer(import_of(model), "y").asymmetric);
}
