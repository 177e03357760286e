// Other spellings of what is covered, found by exporting small blocks of our own with several exporters' settings.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/small_graphs.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

OnnxModel& joined(OnnxModel& m, const std::vector<std::string>& in, const std::string& out, std::int64_t axis) {
  OnnxModel::set(m.node("Concat", in, {out}), "axis", axis);
  return m;
}

/// "a" (8 channels, 20×10) → "p" → two FCs → "g".
OnnxModel& gate(OnnxModel& m) {
  m.node("GlobalAveragePool", {"a"}, {"p"});
  m.conv("p", "r", 8, 2);
  m.node("Relu", {"r"}, {"ra"});
  m.conv("ra", "e", 2, 8);
  m.node("Sigmoid", {"e"}, {"g"});
  return m;
}

constexpr std::int64_t trunk = 200 * 3 * 8, excite = 2 * 8 * 2;

OnnxModel trunk_of(std::int64_t opset = 13) {
  OnnxModel model(3, 20, 10, opset);
  model.conv("x", "a", 3, 8);
  return model;
}

/// An input of 1×height×width×channels.
OnnxModel last_channels(std::int64_t height, std::int64_t width, std::int64_t channels) {
  OnnxModel model(height, width, channels);
  return model;
}

}  // namespace

TEST_CASE("A gate that any resize repeats over the map is squeeze-and-excite") {
  const std::string mode = GENERATE(std::string("linear"), std::string("cubic"), std::string("nearest"));
  CAPTURE(mode);
  OnnxModel m = trunk_of();
  gate(m).integers("size", {1, 8, 20, 10});
  OnnxModel::set(m.node("Resize", {"g", "", "", "size"}, {"wide"}), "mode", mode.c_str());
  m.node("Mul", {"a", "wide"}, {"y"});
  m.output("y");
  const Network network = network_of(m);
  CHECK(count(network, LayerType::squeeze_excite) == 1);
  CHECK(network.layers.size() == 2);
  CHECK(network.macs == trunk + excite);
}

TEST_CASE("A pool over pixels in one axis is one over the map") {
  OnnxModel m = trunk_of();
  m.integers("flat", {1, 8, 200}).integers("vector", {1, 8, 1, 1});
  m.node("Reshape", {"a", "flat"}, {"v"});
  SECTION("GlobalAveragePool") { m.node("GlobalAveragePool", {"v"}, {"q"}); }
  SECTION("a window as long as the axis") {
    OnnxModel::set(m.node("AveragePool", {"v"}, {"q"}), "kernel_shape", Ints{200});
  }
  m.node("Reshape", {"q", "vector"}, {"p"});
  m.conv("p", "e", 8, 8);
  m.node("Sigmoid", {"e"}, {"g"});
  m.node("Mul", {"a", "g"}, {"y"});
  m.output("y");
  const Network network = network_of(m);
  CHECK(count(network, LayerType::squeeze_excite) == 1);
  CHECK(network.macs == trunk + 64);
}

TEST_CASE("A square beside another reader of the map is a function of it, not a product of two maps") {
  OnnxModel m = trunk_of();
  m.node("Relu", {"a"}, {"x1"});
  m.node("Mul", {"x1", "x1"}, {"x2"});
  m.node("Mul", {"x2", "x1"}, {"x3"});
  m.node("Add", {"x3", "x1"}, {"y"});
  m.output("y");
  CHECK(count(network_of(m), LayerType::multiply) <= 1);
  CHECK(network_of(m).macs == trunk);
}

TEST_CASE("Layer norm by the inverse root, its mean taken twice") {
  OnnxModel m = trunk_of();
  m.weight("eps", {}, 1e-6F).weight("one", {}, 1);
  for (const std::string k : {"1", "2"}) {
    OnnxModel::set(m.node("ReduceMean", {"a"}, {"m" + k}), "axes", Ints{1});
    m.node("Sub", {"a", "m" + k}, {"d" + k});
  }
  m.node("Mul", {"d2", "d2"}, {"sq"});
  OnnxModel::set(m.node("ReduceMean", {"sq"}, {"v"}), "axes", Ints{1});
  m.node("Add", {"v", "eps"}, {"ve"});
  m.node("Sqrt", {"ve"}, {"root"});
  m.node("Div", {"one", "root"}, {"inverse"});
  m.node("Mul", {"d1", "inverse"}, {"y"});
  m.output("y");
  const Network network = network_of(m);
  CHECK(count(network, LayerType::layer_norm) == 1);
  CHECK(network.layers.size() == 2);
}

TEST_CASE("Norms over rows and columns are a function, a pool and a function, over channels one value a pixel") {
  const std::string op = GENERATE(std::string("ReduceL2"), std::string("ReduceL1"), std::string("ReduceSumSquare"),
                                  std::string("ReduceLogSumExp"), std::string("ReduceMin"));
  CAPTURE(op);
  OnnxModel m = trunk_of();
  SECTION("rows and columns") {
    OnnxModel::set(m.node(op, {"a"}, {"n"}), "axes", Ints{2, 3});
    m.node("Mul", {"a", "n"}, {"y"});
    m.output("y");
    const Network network = network_of(m);
    CHECK(network.layers[network.layers.size() - 2].output == Shape{1, 1, 8});
    CHECK(count(network, LayerType::global_avg_pool) + count(network, LayerType::max_pool) == 1);
  }
  SECTION("channels") {
    OnnxModel::set(m.node(op, {"a"}, {"n"}), "axes", Ints{1});
    m.node("Div", {"a", "n"}, {"y"});
    m.output("y");
    const Network network = network_of(m);
    CHECK(count(network, LayerType::channel_pool) == 1);
    CHECK(network.layers.back().output == Shape{20, 10, 8});
  }
}

TEST_CASE("A limit a channel is a function of one element") {
  OnnxModel m = trunk_of();
  m.weight("low", {1, 8, 1, 1});
  m.node("Max", {"a", "low"}, {"y"});
  m.output("y");
  const Network network = network_of(m);
  CHECK(network.layers.size() == 1);
  CHECK(network.layers[0].config.activation == "table");
}

TEST_CASE("ECA by a convolution in two dimensions") {
  OnnxModel m = trunk_of();
  m.weight("k", {1, 1, 3, 1});
  m.node("GlobalAveragePool", {"a"}, {"p"});
  turned(m, "p", "t", {0, 2, 1, 3});
  OnnxModel::set(m.node("Conv", {"t", "k"}, {"c"}), "pads", {1, 0, 1, 0});
  turned(m, "c", "u", {0, 2, 1, 3});
  m.node("Sigmoid", {"u"}, {"g"});
  m.node("Mul", {"a", "g"}, {"y"});
  m.output("y");
  CHECK(network_of(m).macs == trunk + 8 * 3);
}

TEST_CASE("One value a channel with one a pixel: the vector is repeated, then joined") {
  const std::string op = GENERATE(std::string("Mul"), std::string("Add"));
  CAPTURE(op);
  OnnxModel m = trunk_of();
  gate(m).conv("a", "s", 8, 1);
  m.node("Sigmoid", {"s"}, {"mask"});
  m.node(op, {"g", "mask"}, {"both"});
  m.node("Mul", {"a", "both"}, {"y"});
  m.output("y");
  const Network network = network_of(m);
  CHECK(network.macs == trunk + excite + 200 * 8);
  CHECK(network.layers.back().output == Shape{20, 10, 8});
}

TEST_CASE("A mask that Expand repeats over the channels is what the product repeats by itself") {
  OnnxModel m = trunk_of();
  m.conv("a", "s", 8, 1).integers("size", {1, 8, 20, 10});
  m.node("Sigmoid", {"s"}, {"mask"});
  m.node("Expand", {"mask", "size"}, {"wide"});
  SECTION("read by a product") {
    m.node("Mul", {"a", "wide"}, {"y"});
    m.output("y");
    const Network network = network_of(m);
    CHECK(network.layers.size() == 3);
    CHECK(network.layers.back().config.type == LayerType::multiply);
  }
  SECTION("read as a map") {
    m.conv("wide", "y", 8, 4);
    m.output("y");
    CHECK(network_of(m).layers.back().input_shapes[0] == Shape{20, 10, 8});
  }
}

TEST_CASE("Channels in another order cost nothing where weights take it over") {
  OnnxModel m(3, 20, 10);
  const bool by_gather = GENERATE(true, false);
  const auto reversed = [&](OnnxModel& model, const std::string& in, std::int64_t axis) {
    if (by_gather)
      OnnxModel::set(model.integers("bgr", {2, 1, 0}).node("Gather", {in, "bgr"}, {"o"}), "axis", axis);
    else
      sliced(model, in, "o", {-1}, {INT64_MIN}, {axis}, {-1});
  };
  SECTION("a convolution, behind one offset a channel") {
    reversed(m, "x", 1);
    m.conv("o", "a", 3, 8).output("a");
    CHECK(network_of(m).layers.size() == 1);
    CHECK(network_of(m).macs == trunk);
  }
  SECTION("the channels last, padded, then first") {
    OnnxModel model = last_channels(20, 10, 3);
    reversed(model, "x", 3);
    model.integers("pads", {0, 1, 1, 0, 0, 1, 1, 0}).weight("w", {8, 3, 3, 3});
    model.node("Pad", {"o", "pads"}, {"p"});
    turned(model, "p", "t", {0, 3, 1, 2});
    model.node("Conv", {"t", "w"}, {"y"});
    model.output("y");
    const Network network = network_of(model);
    CHECK(network.layers.size() == 1);
    CHECK(network.layers[0].output == Shape{20, 10, 8});
    CHECK(network.macs == trunk * 9);
  }
  SECTION("each channel by itself: they are moved") {
    reversed(m, "x", 1);
    m.weight("w", {3, 1, 1, 1});
    OnnxModel::set(m.node("Conv", {"o", "w"}, {"y"}), "group", 3);
    m.output("y");
    const Network network = network_of(m);
    CHECK(count(network, LayerType::slice) == 3);
    CHECK(count(network, LayerType::concat) == 1);
  }
}

TEST_CASE("Even and odd channels are halves of a shuffle, which is made once") {
  OnnxModel m = trunk_of();
  sliced(m, "a", "even", {0}, {INT64_MAX}, {1}, {2});
  sliced(m, "a", "odd", {1}, {INT64_MAX}, {1}, {2});
  m.conv("odd", "c", 4, 4);
  joined(m, {"even", "c"}, "y", 1);
  m.output("y");
  const Network network = network_of(m);
  CHECK(count(network, LayerType::channel_shuffle) == 1);
  CHECK(count(network, LayerType::slice) == 2);
  CHECK(network.macs == trunk + 200 * 16);
}

TEST_CASE("A negative padding cuts off") {
  OnnxModel m = trunk_of();
  SECTION("rows and columns") {
    m.integers("pads", {0, 0, -2, -1, 0, 0, -3, 0});
    m.node("Pad", {"a", "pads"}, {"y"});
    m.output("y");
    CHECK(network_of(m).layers.back().output == Shape{15, 9, 8});
  }
  SECTION("one side, and the other padded") {
    m.integers("pads", {0, 0, -1, 0, 0, 0, 1, 0}).weight("w", {4, 8, 1, 1});
    m.node("Pad", {"a", "pads"}, {"p"});
    m.node("Conv", {"p", "w"}, {"y"});
    m.output("y");
    CHECK(network_of(m).layers.back().output == Shape{20, 10, 4});
  }
  SECTION("channels") {
    m.integers("pads", {0, -1, 0, 0, 0, -2, 0, 0});
    m.node("Pad", {"a", "pads"}, {"y"});
    m.output("y");
    CHECK(network_of(m).layers.back().output == Shape{20, 10, 5});
  }
}

TEST_CASE("Samples of a map whose channels are last, joined: patch merging") {
  OnnxModel m = trunk_of();
  turned(m, "a", "t", {0, 2, 3, 1});
  std::vector<std::string> samples;
  for (const std::int64_t column : {0, 1}) {
    for (const std::int64_t row : {0, 1}) {
      samples.push_back("s" + std::to_string(row) + std::to_string(column));
      sliced(m, "t", samples.back(), {row, column}, {20, 10}, {1, 2}, {2, 2});
    }
  }
  joined(m, samples, "merged", 3);
  m.weight("w", {32, 16});
  m.node("MatMul", {"merged", "w"}, {"y"});
  m.output("y");
  const Network network = network_of(m);
  CHECK(count(network, LayerType::space_to_depth) == 1);
  CHECK(network.macs == trunk + 50 * 32 * 16);
}

TEST_CASE("A part of a map whose channels are last") {
  OnnxModel m = trunk_of();
  turned(m, "a", "t", {0, 2, 3, 1});
  sliced(m, "t", "part", {1, 2, 3}, {20, 10, 8}, {1, 2, 3}, {1, 1, 1});
  m.output("part");
  CHECK(network_of(m).layers.back().output == Shape{19, 8, 5});
}

TEST_CASE("A stored map of one value is that value") {
  OnnxModel m = trunk_of();
  m.weight("zeros", {1, 1, 20, 10}, 0);
  m.node("Add", {"a", "zeros"}, {"y"});
  m.output("y");
  CHECK(network_of(m).layers.size() == 1);
}

TEST_CASE("Parts of the channels on an axis of their own: split attention") {
  // As ResNeSt and SKNet are exported: two maps, weighed by a softmax between them, and added.
  const bool is_stack = GENERATE(false, true);
  CAPTURE(is_stack);
  OnnxModel m = trunk_of();
  m.integers("one", {1}).integers("parts", {1, 2, 8, 20, 10}).integers("weights", {1, 2, 8, 1, 1});
  if (is_stack) {
    m.conv("a", "u", 8, 8).conv("a", "v", 8, 8);
    m.node("Unsqueeze", {"u", "one"}, {"u5"});
    m.node("Unsqueeze", {"v", "one"}, {"v5"});
    joined(m, {"u5", "v5"}, "both", 1);
  } else {
    m.conv("a", "uv", 8, 16).node("Reshape", {"uv", "parts"}, {"both"});
  }
  OnnxModel::set(m.node("ReduceSum", {"both", "one"}, {"sum"}), "keepdims", std::int64_t{0});
  m.node("GlobalAveragePool", {"sum"}, {"p"});
  m.conv("p", "r", 8, 2);
  m.node("Relu", {"r"}, {"ra"});
  m.conv("ra", "e", 2, 16).node("Reshape", {"e", "weights"}, {"e5"});
  OnnxModel::set(m.node("Softmax", {"e5"}, {"w5"}), "axis", 1);
  m.node("Mul", {"both", "w5"}, {"weighed"});
  OnnxModel::set(m.node("ReduceSum", {"weighed", "one"}, {"y"}), "keepdims", std::int64_t{0});
  m.conv("y", "z", 8, 4).output("z");
  const Network network = network_of(m);
  CHECK(network.macs == trunk + 200 * 8 * 16 + 8 * 2 + 2 * 16 + 200 * 8 * 4);
  CHECK(count(network, LayerType::add) == 2);
  CHECK(count(network, LayerType::squeeze_excite) == 1);  // of the sum, scaling both
  CHECK(count(network, LayerType::slice) == 4);
  CHECK(network.layers.back().output == Shape{20, 10, 4});
}

TEST_CASE("Parts that lie between each other are taken apart by a shuffle") {
  OnnxModel m = trunk_of();
  m.integers("two", {2}).integers("parts", {1, 4, 2, 20, 10}).node("Reshape", {"a", "parts"}, {"a5"});
  const std::string op = GENERATE(std::string("ReduceSum"), std::string("ReduceMean"), std::string("ReduceMax"));
  CAPTURE(op);
  onnx::NodeProto& node = m.node(op, {"a5"}, {"y"});
  if (op == "ReduceSum")
    node.add_input("two");
  else
    OnnxModel::set(node, "axes", Ints{2});
  OnnxModel::set(node, "keepdims", std::int64_t{0});
  m.conv("y", "z", 4, 32).output("z");
  const Network network = network_of(m);
  CHECK(network.macs == trunk + 200 * 4 * 32);
  CHECK(count(network, LayerType::channel_shuffle) == 1);
  CHECK(count(network, LayerType::add) == 1);
}

TEST_CASE("One of the parts that lie between each other, by a lookup, a range or a split") {
  const std::string how = GENERATE(std::string("Gather"), std::string("Slice"), std::string("Split"));
  CAPTURE(how);
  OnnxModel m = trunk_of();
  m.integers("parts", {1, 4, 2, 20, 10}).node("Reshape", {"a", "parts"}, {"a5"});
  if (how == "Gather") {
    m.integers("k", {1});
    OnnxModel::set(m.node("Gather", {"a5", "k"}, {"y"}), "axis", 2);
  } else if (how == "Slice") {
    sliced(m, "a5", "y", {1}, {2}, {2}, {1});
  } else {
    OnnxModel::set(m.node("Split", {"a5"}, {"first", "y"}), "axis", 2);
  }
  m.integers("map", {1, 4, 20, 10}).node("Reshape", {"y", "map"}, {"y4"});
  m.conv("y4", "z", 4, 4).output("z");
  const Network network = network_of(m);
  CHECK(network.macs == trunk + 200 * 4 * 4);
  CHECK(count(network, LayerType::channel_shuffle) == 1);  // the odd channels, side by side
  CHECK(count(network, LayerType::slice) == 1);
  CHECK(network.layers[2].config.channel_begin == 4);
}

TEST_CASE("Maps stacked along a new axis and summed are added") {
  OnnxModel m = trunk_of();
  const bool is_attribute = GENERATE(false, true);
  CAPTURE(is_attribute);
  if (is_attribute) m = OnnxModel(3, 20, 10, 11).conv("x", "a", 3, 8);
  m.conv("a", "u", 8, 8).conv("a", "v", 8, 8);
  for (const std::string name : {"a", "u", "v"}) {
    onnx::NodeProto& node = m.node("Unsqueeze", {name}, {name + "5"});
    if (is_attribute)
      OnnxModel::set(node, "axes", Ints{4});
    else
      node.add_input("four");
  }
  joined(m, {"a5", "u5", "v5"}, "all", -1);
  m.integers("four", {4}).integers("three", {3});
  onnx::NodeProto& sum = m.node("ReduceSum", {"all"}, {"y"});
  OnnxModel::set(sum, "keepdims", std::int64_t{0});
  SECTION("along that axis") {
    if (is_attribute)
      OnnxModel::set(sum, "axes", Ints{-1});
    else
      sum.add_input("four");
    m.conv("y", "z", 8, 16).output("z");
    const Network network = network_of(m);
    CHECK(network.macs == trunk + 200 * 8 * 32);
    CHECK(count(network, LayerType::add) == 1);
    CHECK(network.layers.size() == 5);
  }
  SECTION("along another") {
    if (is_attribute)
      OnnxModel::set(sum, "axes", Ints{3});
    else
      sum.add_input("three");
    m.conv("y", "z", 8, 16).output("z");
    CHECK(contains(refusal(m), "joined along axis 4"));
  }
  SECTION("along axes that nothing stores, or no numbers") {
    if (!is_attribute) {
      const bool is_text = GENERATE(false, true);
      CAPTURE(is_text);
      sum.add_input("axes");
      if (is_text) {
        onnx::AttributeProto& value = *m.node("Constant", {}, {"axes"}).add_attribute();
        value.set_name("value");
        value.set_type(onnx::AttributeProto::TENSOR);
        value.mutable_t()->set_data_type(onnx::TensorProto::STRING);
        value.mutable_t()->add_dims(1);
        value.mutable_t()->add_string_data("four");
      }
      m.conv("y", "z", 8, 16).output("z");
      CHECK(contains(refusal(m), is_text ? "joined along axis 4" : "nor written by a node"));
    }
  }
}

TEST_CASE("An outer product of two vectors is refused, not taken element by element") {
  OnnxModel m = trunk_of();
  m.node("GlobalAveragePool", {"a"}, {"p"});
  m.integers("row", {1, 8, 1}).integers("column", {1, 1, 8}).integers("map", {1, 8, 8, 1});
  m.node("Reshape", {"p", "row"}, {"r"});
  m.node("Reshape", {"p", "column"}, {"c"});
  m.node("Relu", {"c"}, {"d"});
  m.node("Mul", {"r", "d"}, {"y"});
  m.node("Reshape", {"y", "map"}, {"z"});
  m.output("z");
  CHECK(contains(refusal(m), "neither of the result's size"));
}
