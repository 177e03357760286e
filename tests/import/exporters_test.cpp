// The same thing as different exporters and operator sets write it.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/small_graphs.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

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
