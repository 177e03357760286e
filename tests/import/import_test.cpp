// What exporters write, one small model a case.
#include "tests/support/catch.hpp"
#include "tests/support/imports.hpp"

using namespace rowflow;
using namespace rowflow::test;

TEST_CASE("Channel shuffle is one layer") {
  OnnxModel model(8, 6, 6);
  model.integers("split", {1, 2, 4, 6, 6}).integers("joined", {1, -1, 6, 6});
  model.conv("x", "c", 8, 8);
  model.node("Reshape", {"c", "split"}, {"r"});
  OnnxModel::set(model.node("Transpose", {"r"}, {"t"}), "perm", {0, 2, 1, 3, 4});
  model.node("Reshape", {"t", "joined"}, {"y"});
  model.output("y");
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 2);
  CHECK(layer(result, "y").type == LayerType::channel_shuffle);
  CHECK(layer(result, "y").groups == 2);
}

TEST_CASE("A model of TensorFlow: input in NHWC, asymmetric Pad before a strided convolution") {
  OnnxModel model(0, 0, 0);
  auto* dims = model.proto().mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  dims->mutable_dim(1)->set_dim_value(32);
  dims->mutable_dim(2)->set_dim_value(32);
  dims->mutable_dim(3)->set_dim_value(3);
  model.weight("w", {4, 3, 3, 3}).integers("pads", {0, 0, 0, 0, 0, 0, 1, 1});
  OnnxModel::set(model.node("Transpose", {"x"}, {"t"}), "perm", {0, 3, 1, 2});
  model.node("Pad", {"t", "pads"}, {"p"});
  OnnxModel::set(model.node("Conv", {"p", "w"}, {"c"}), "strides", {2, 2});
  model.output("c");
  const ImportResult result = import_of(model);
  CHECK(result.network.input_height == 32);
  CHECK(result.network.input_channels == 3);
  CHECK(layer(result, "c").padding.bottom == 1);
  CHECK(layer(result, "c").padding.top == 0);
}

TEST_CASE("An open size asks for --input-size, an open batch is 1") {
  OnnxModel model(3, 0, 0);
  model.proto()
      .mutable_graph()
      ->mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->set_dim_param("N");
  model.conv("x", "c", 3, 4).output("c");
  CHECK(contains(refusal(model), "--input-size"));
  ImportOptions options;
  options.input_size = Size2{48, 64};
  const ImportResult result = import_of(model, options);
  CHECK(result.network.input_height == 48);
  CHECK(result.network.input_width == 64);
}

TEST_CASE("Everything that is not covered is listed at once, with node, operator and reason") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4);
  model.node("Hardmax", {"c"}, {"l"});
  model.conv("l", "d", 4, 4);
  model.node("GridSample", {"d", "c"}, {"s"});
  model.conv("c", "e", 4, 4);
  OnnxModel::set(model.node("Softmax", {"e"}, {"y"}), "axis", 2);
  model.conv("y", "f", 4, 32);
  model.output("s").output("f");
  const std::string text = refusal(model);
  UNSCOPED_INFO(text);
  CHECK(contains(text, "3 problems"));
  CHECK(contains(text, "\"l\" (Hardmax)"));
  CHECK(contains(text, "\"s\" (GridSample)"));
  CHECK(contains(text, "\"y\" (Softmax)"));
}

TEST_CASE("An operator passes for free only when the user says so, and the result says where") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4);
  model.node("Hardmax", {"c"}, {"l"});
  model.conv("l", "d", 4, 4).output("d");
  CHECK(contains(refusal(model), "Hardmax"));
  ImportOptions options;
  options.assume_free = {"Hardmax"};
  const ImportResult result = import_of(model, options);
  CHECK(result.network.layers.size() == 2);
  CHECK(result.network.assumed_free == std::vector<std::string>{"l (Hardmax)"});
}

TEST_CASE("assume-free: takes a node too, gives constants for constants, and says when it changed nothing") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).weight("slope", {4, 1, 1}).integers("shape", {4, 1, 1});
  model.node("Hardmax", {"slope"}, {"s"});
  model.node("PRelu", {"c", "s"}, {"p"});
  model.conv("p", "d", 4, 4).output("d");
  CHECK(contains(refusal(model), "Hardmax"));
  ImportOptions options;
  options.assume_free = {GENERATE("Hardmax", "s"), "LRN"};
  const ImportResult result = import_of(model, options);
  CHECK(result.network.layers.size() == 2);
  CHECK(result.network.outputs == std::vector<std::string>{"d"});
  CHECK(result.network.assumed_free == std::vector<std::string>{"s (Hardmax)"});
  REQUIRE(result.warnings.size() == 1);
  CHECK(contains(result.warnings[0], "--assume-free LRN changed nothing"));
}

TEST_CASE("Split, Slice and Concat along the channels, Dropout and Identity pass through") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 6).integers("sizes", {2, 4}).integers("one", {1}).integers("three", {3});
  OnnxModel::set(model.node("Split", {"c", "sizes"}, {"p", "q"}), "axis", 1);
  model.node("Slice", {"q", "one", "three", "one"}, {"r"});
  model.node("Dropout", {"r"}, {"d"});
  model.node("Identity", {"d"}, {"i"});
  OnnxModel::set(model.node("Concat", {"p", "i"}, {"y"}), "axis", 1);
  model.output("y");
  const Network network = build_network(import_of(model).network);
  REQUIRE(network.layers.size() == 5);
  CHECK(network.layers[2].config.channel_begin == 2);
  CHECK(network.layers[3].config.channel_begin == 1);
  CHECK(network.layers[4].output.channels == 4);
}

TEST_CASE("Resize, ConvTranspose, pools with ceil_mode and Clip(0, 6)") {
  OnnxModel model(3, 9, 9);
  model.conv("x", "c", 3, 4)
      .weight("zero", {}, 0)
      .weight("six", {}, 6)
      .weight("t.w", {4, 5, 2, 2})
      .integers("sizes", {1, 5, 24, 24});
  model.node("Clip", {"c", "zero", "six"}, {"r"});
  OnnxModel::set(
      OnnxModel::set(OnnxModel::set(model.node("MaxPool", {"r"}, {"m"}), "kernel_shape", {2, 2}), "strides", {2, 2}),
      "ceil_mode", 1);
  OnnxModel::set(model.node("ConvTranspose", {"m", "t.w"}, {"t"}), "strides", {2, 2});
  OnnxModel::set(model.node("Resize", {"t", "", "", "sizes"}, {"y"}), "mode", "linear");
  model.output("y");
  const Network network = build_network(import_of(model).network);
  REQUIRE(network.layers.size() == 4);
  CHECK(network.layers[0].config.activation == "relu6");
  CHECK(network.layers[1].output.height == 5);
  CHECK(network.layers[2].output == Shape{10, 10, 5});
  CHECK(network.layers[3].config.mode == UpsampleMode::bilinear);
  CHECK(network.layers[3].output == Shape{24, 24, 5});
}

TEST_CASE(
    "ArgMax over the channels is a layer of one channel out, in either layout, over rows nothing but bookkeeping "
    "follows") {
  const auto imported = [](std::int64_t axis, std::int64_t keepdims, std::int64_t classes, bool cast) {
    OnnxModel model(3, 8, 6);
    model.conv("x", "c", 3, classes);
    OnnxModel::set(OnnxModel::set(model.node("ArgMax", {"c"}, {cast ? "a" : "y"}), "axis", axis), "keepdims", keepdims);
    if (cast) OnnxModel::set(model.node("Cast", {"a"}, {"y"}), "to", 1);
    model.output("y");
    return build_network(import_of(model).network).layers.back();
  };
  for (const std::int64_t keepdims : {0, 1}) {
    const Layer layer = imported(keepdims == 0 ? 1 : -3, keepdims, 19, keepdims == 0);
    CHECK(layer.config.type == LayerType::arg_max);
    CHECK(layer.config.bits == 8);
    CHECK(layer.output == Shape{8, 6, 1});
  }
  CHECK(imported(1, 1, 300, false).config.bits == 16);
  CHECK(imported(2, 1, 19, false).config.type == LayerType::conv);  // cut in front of it
}

TEST_CASE("A map times a map of one channel, in either order") {
  for (const bool swapped : {false, true}) {
    OnnxModel model(3, 8, 8);
    model.conv("x", "c", 3, 4).conv("x", "g", 3, 1);
    model.node("Sigmoid", {"g"}, {"s"});
    model.node("Mul", swapped ? std::vector<std::string>{"s", "c"} : std::vector<std::string>{"c", "s"}, {"y"});
    model.output("y");
    const Layer layer = build_network(import_of(model).network).layers.back();
    CHECK(layer.config.type == LayerType::multiply);
    CHECK(layer.input_shapes == std::vector<Shape>{{8, 8, 4}, {8, 8, 1}});
    CHECK(layer.output == Shape{8, 8, 4});
  }
}

TEST_CASE("Several outputs stay outputs, even where another layer reads them") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).conv("c", "d", 4, 4);
  model.output("c").output("d");
  CHECK(import_of(model).network.outputs == std::vector<std::string>{"c", "d"});
}

TEST_CASE("Names are made legal once and stay different") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "/a/b c", 3, 4).conv("/a/b c", "a:b_c", 4, 4).conv("a:b_c", "1", 4, 4);
  model.output("1");
  const auto layers = import_of(model).network.layers;
  CHECK(layers[0].name == "a_b_c");
  CHECK(layers[1].name == "a_b_c_2");
  CHECK(layers[2].name == "_1");
}

TEST_CASE("Shape arithmetic is folded") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).integers("one", {1}).integers("zero", {0}).integers("open", {-1});
  model.node("Shape", {"c"}, {"s"});
  model.node("Gather", {"s", "zero"}, {"n"});
  OnnxModel::set(model.node("Concat", {"n", "open"}, {"shape"}), "axis", std::int64_t{0});
  model.node("Reshape", {"c", "shape"}, {"f"});
  model.weight("w", {10, 256});
  OnnxModel::set(model.node("Gemm", {"f", "w"}, {"y"}), "transB", 1);
  model.output("y");
  const Network network = build_network(import_of(model).network);
  REQUIRE(network.layers.size() == 2);
  CHECK(network.layers[1].config.type == LayerType::fully_connected);
  CHECK(network.layers[1].macs == 2560);
}
