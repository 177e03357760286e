// Maps as exporters and operator sets write them: joined, padded, cut, resized, their channels moved.
#include "tests/support/catch.hpp"
#include "tests/support/small_graphs.hpp"

using namespace rowflow;
using namespace rowflow::test;

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
