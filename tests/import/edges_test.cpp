// Small graphs at the edge of what an operator's import takes: the last case that it does, and the first one beyond.
#include <algorithm>

#include "sim/network/layer_types.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/small_graphs.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {}  // namespace

TEST_CASE("A single node behind a refused one is counted in the singular") {
  OnnxModel m(3, 8, 8);
  m.node("Hardmax", {"x"}, {"h"});
  m.conv("h", "y", 3, 4).output("y");
  CHECK(contains(refusal(m), "1 node behind it is not looked at"));
}

TEST_CASE("Squeeze with axes from the end") {
  OnnxModel m(3, 8, 8);
  m.conv("x", "a", 3, 8);
  m.node("GlobalAveragePool", {"a"}, {"p"});
  m.integers("last", {-1, -2}).node("Squeeze", {"p", "last"}, {"v"});
  m.weight("f", {8, 5}).node("MatMul", {"v", "f"}, {"y"});
  m.output("y");
  const Network network = network_of(m);
  CHECK(network.layers.back().output == Shape{1, 1, 5});
  CHECK(network.macs == 64 * 24 + 40);
}

TEST_CASE("A transpose that moves nothing") {
  OnnxModel m(3, 8, 6);
  m.conv("x", "a", 3, 8);
  turned(m, "a", "t", {0, 1, 2, 3});
  m.conv("t", "y", 8, 4).output("y");
  const Network network = network_of(m);
  CHECK(network.layers.size() == 2);
  CHECK(network.layers.back().output == Shape{8, 6, 4});
}

TEST_CASE("A transpose that moves nothing, of a map with channels last as high as it is deep") {
  OnnxModel m(3, 8, 6);
  m.conv("x", "a", 3, 8);
  turned(m, "a", "t", {0, 2, 3, 1});
  turned(m, "t", "same", {0, 1, 2, 3});
  turned(m, "same", "back", {0, 3, 1, 2});
  m.conv("back", "y", 8, 4).output("y");
  const Network network = network_of(m);
  CHECK(network.layers.size() == 2);
  CHECK(network.layers.back().output == Shape{8, 6, 4});
}

TEST_CASE("A sequence of pixels whose channels wait in another order is turned like any") {
  OnnxModel m(3, 8, 6);
  m.conv("x", "a", 3, 4).integers("pixels", {1, 4, 48}).integers("map", {1, 4, 8, 6}).integers("order", {3, 1, 0, 2});
  m.node("Reshape", {"a", "pixels"}, {"s"});
  OnnxModel::set(m.node("Gather", {"s", "order"}, {"o"}), "axis", 1);
  turned(m, "o", "t", {0, 2, 1});
  turned(m, "t", "b", {0, 2, 1});
  m.node("Reshape", {"b", "map"}, {"r"});
  m.conv("r", "y", 4, 5).output("y");
  const Network network = network_of(m);
  CHECK(network.layers.back().output == Shape{8, 6, 5});
  CHECK(network.macs == 48 * (12 + 20));
}

TEST_CASE("Layer norm over the pixels of a map, or over all of it, is none over channels") {
  OnnxModel m(3, 4, 4, 17);
  m.conv("x", "a", 3, 16);
  m.weight("w", {16}).weight("b", {16});
  SECTION("as many pixels as channels, one row of them a channel") {
    m.integers("rows", {1, 16, 16}).node("Reshape", {"a", "rows"}, {"r"});
    OnnxModel::set(m.node("LayerNormalization", {"r", "w", "b"}, {"y"}), "axis", std::int64_t{-1});
    m.output("y");
    CHECK(contains(refusal(m), "more than the channels of one pixel"));
  }
  SECTION("over the whole map: a squeeze and a scale") {
    m.weight("ww", {16, 4, 4}).weight("bb", {16, 4, 4});
    OnnxModel::set(m.node("LayerNormalization", {"a", "ww", "bb"}, {"y"}), "axis", std::int64_t{1});
    m.output("y");
    const Network network = network_of(m);
    CHECK(count(network, LayerType::layer_norm) == 0);
    CHECK(count(network, LayerType::global_avg_pool) == 1);
    CHECK(count(network, LayerType::multiply) == 1);
  }
}

TEST_CASE("A slice that takes everything leaves the padding in front of it to the convolution behind") {
  OnnxModel m(3, 8, 8);
  m.integers("pads", {0, 0, 1, 1, 0, 0, 1, 1}).node("Pad", {"x", "pads"}, {"p"});
  sliced(m, "p", "s", {0, 0}, {10, 10}, {2, 3}, {1, 1});
  m.weight("w", {4, 3, 3, 3}).node("Conv", {"s", "w"}, {"y"});
  m.output("y");
  const Network network = network_of(m);
  CHECK(network.layers.back().output == Shape{8, 8, 4});
  CHECK(network.layers.size() == 1);
}

TEST_CASE("x · clip(x + c) is hard-swish for an offset, of any size, and not without") {
  const float offset = GENERATE(0.0F, 1.0F, 3.0F);
  OnnxModel m(3, 8, 8);
  m.conv("x", "a", 3, 4).weight("c", {}, offset).weight("low", {}, 0).weight("high", {}, 6);
  m.node("Add", {"a", "c"}, {"s"});
  m.node("Clip", {"s", "low", "high"}, {"g"});
  m.node("Mul", {"a", "g"}, {"y"});
  m.output("y");
  CAPTURE(offset);
  const Network network = network_of(m);
  if (offset == 0) {
    CHECK(network.layers[0].config.activation == "table");
  } else {
    REQUIRE(network.layers.size() == 1);
    CHECK(network.layers[0].config.activation == "hard_swish");
  }
}

TEST_CASE("Outputs by name: a tensor goes before a node of that name") {
  OnnxModel m(3, 8, 8);
  m.conv("x", "a", 3, 4).conv("a", "t", 4, 5).conv("t", "z", 5, 6).output("z");
  m.proto().mutable_graph()->mutable_node(2)->set_name("t");  // writes "z"
  m.proto().mutable_graph()->mutable_node(1)->set_name("other");
  ImportOptions options;
  options.outputs = {"t"};
  const Network network = build_network(import_of(m, options).network);
  CHECK(network.layers.size() == 2);
  CHECK(network.layers.back().output == Shape{8, 8, 5});
  options.outputs = {"other"};
  CHECK(build_network(import_of(m, options).network).layers.size() == 2);
}

TEST_CASE("Stored values joined are stored values") {
  OnnxModel m(3, 8, 8);
  m.conv("x", "a", 3, 8).weight("s1", {1, 3, 1, 1}, 2).weight("s2", {1, 5, 1, 1}, 3);
  OnnxModel::set(m.node("Concat", {"s1", "s2"}, {"s"}), "axis", 1);
  m.node("Mul", {"a", "s"}, {"y"});
  m.output("y");
  const Network network = network_of(m);
  CHECK(network.layers.size() == 1);  // a factor a channel rides on the convolution
}

TEST_CASE("As many channels as there may be, and one more") {
  for (const std::int64_t channels : {largest_channels, largest_channels + 1}) {
    OnnxModel m(channels, 1, 1);
    m.conv("x", "y", channels, 1).output("y");
    CAPTURE(channels);
    CHECK((refusal(m) == "imported") == (channels == largest_channels));
  }
}

TEST_CASE("A window along the channels of one pixel: padding on both sides or all on one, never too little") {
  const auto refusal_with = [](std::int64_t kernel, const Ints& pads) {
    OnnxModel m(3, 8, 8);
    m.conv("x", "a", 3, 8);
    m.node("GlobalAveragePool", {"a"}, {"p"});
    m.integers("line", {1, 1, 8}).node("Reshape", {"p", "line"}, {"r"});
    m.weight("w", {1, 1, kernel});
    OnnxModel::set(m.node("Conv", {"r", "w"}, {"c"}), "pads", pads);
    m.integers("back", {1, 8, 1, 1}).node("Reshape", {"c", "back"}, {"y"});
    m.output("y");
    return refusal(m);
  };
  CHECK(refusal_with(3, {1, 1}) == "imported");
  CHECK(refusal_with(3, {0, 2}) == "imported");
  CHECK(refusal_with(3, {2, 0}) == "imported");
  CHECK(refusal_with(1, {0, 0}) == "imported");
  CHECK(contains(refusal_with(3, {0, 1}), "changes their number"));
  CHECK(contains(refusal_with(3, {-1, 3}), "changes their number"));
}

TEST_CASE("SAME_LOWER: the odd row and column of padding lies in front") {
  OnnxModel m(3, 8, 9);
  m.weight("w", {4, 3, 4, 3});
  auto& conv = OnnxModel::set(m.node("Conv", {"x", "w"}, {"y"}), "auto_pad", "SAME_LOWER");
  OnnxModel::set(conv, "strides", Ints{1, 2});
  m.output("y");
  const ImportResult result = import_of(m);
  const Padding& padding =
      layer(result, "y").padding;  // rows: 8 of 8, 4 − 1 = 3 more; columns: 5 of 9, 4·2 + 3 − 9 = 2
  CHECK(padding.top == 2);
  CHECK(padding.bottom == 1);
  CHECK(padding.left == 1);
  CHECK(padding.right == 1);
  CHECK(build_network(result.network).layers.back().output == Shape{8, 5, 4});
}

TEST_CASE("Some channels of a map with channels last stay with channels last") {
  OnnxModel m(3, 8, 6);
  m.conv("x", "a", 3, 4).integers("some", {2, 0, 3});
  turned(m, "a", "t", {0, 2, 3, 1});
  OnnxModel::set(m.node("Gather", {"t", "some"}, {"g"}), "axis", 3);
  turned(m, "g", "b", {0, 3, 1, 2});
  m.conv("b", "y", 3, 7).output("y");
  const Network network = network_of(m);
  CHECK(network.layers.back().output == Shape{8, 6, 7});
  CHECK(network.macs == 48 * (12 + 21));
}

TEST_CASE("Resize with antialias: refused where it makes a map smaller, else as without") {
  const auto refusal_of = [](std::int64_t height, std::int64_t width) {
    OnnxModel m(3, 8, 8, 18);
    m.conv("x", "a", 3, 4).integers("size", {1, 4, height, width});
    auto& node = OnnxModel::set(m.node("Resize", {"a", "", "", "size"}, {"y"}), "mode", "linear");
    OnnxModel::set(node, "antialias", std::int64_t{1});
    m.output("y");
    return refusal(m);
  };
  CHECK(refusal_of(16, 16) == "imported");
  CHECK(refusal_of(8, 16) == "imported");
  CHECK(refusal_of(16, 8) == "imported");
  CHECK(contains(refusal_of(8, 4), "antialias"));
  CHECK(contains(refusal_of(4, 8), "antialias"));
}

TEST_CASE("Every second row, every third column, joined along the channels: blocks in depth of any shape") {
  for (const auto& [rows, columns] : {std::pair{2, 1}, {1, 3}, {3, 3}, {2, 3}}) {
    CAPTURE(rows, columns);
    OnnxModel m(3, 12, 18);
    std::vector<std::string> parts;
    for (int c = 0; c < columns; ++c)
      for (int r = 0; r < rows; ++r) {
        parts.push_back("s" + std::to_string(r) + std::to_string(c));
        sliced(m, "x", parts.back(), {r, c}, {12, 18}, {2, 3}, {rows, columns});
      }
    OnnxModel::set(m.node("Concat", parts, {"f"}), "axis", 1);
    m.conv("f", "y", 3 * rows * columns, 4).output("y");
    const Network network = network_of(m);
    CHECK(count(network, LayerType::space_to_depth) == 1);
    CHECK(network.layers.size() == 2);
    CHECK(network.layers.back().output == Shape{12 / rows, 18 / columns, 4});
  }
}

TEST_CASE("Nodes left to the host are counted in the warning, one in the singular") {
  for (const bool several : {false, true}) {
    OnnxModel m(3, 8, 8);
    m.conv("x", "a", 3, 4);
    turned(m, "a", "t", {0, 2, 3, 1});
    m.node("NonZero", {"t"}, {several ? "n" : "y"});
    if (several) turned(m, "n", "y", {1, 0});
    m.output("y");
    std::string text;
    for (const std::string& warning : import_of(m).warnings) text += warning;
    CAPTURE(several, text);
    CHECK(contains(text, several ? "nodes from" : "node from"));
  }
}
