// What rides on a layer: batch norms and activations, whole or in pieces; layer normalisation.
#include "tests/support/catch.hpp"
#include "tests/support/imports.hpp"

using namespace rowflow;
using namespace rowflow::test;

TEST_CASE("A convolution takes its bias, batch norm and activation with it") {
  OnnxModel model(3, 8, 8);
  model.weight("w", {4, 3, 3, 3}).weight("v", {4});
  OnnxModel::set(OnnxModel::set(model.node("Conv", {"x", "w"}, {"c"}), "pads", {1, 1, 1, 1}), "strides", {2, 2});
  model.node("BatchNormalization", {"c", "v", "v", "v", "v"}, {"n"});
  model.node("Sigmoid", {"n"}, {"g"});
  model.node("Mul", {"n", "g"}, {"y"});
  model.output("y");
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 1);
  const LayerConfig& conv = result.network.layers[0];
  CHECK(conv.batch_norm);
  CHECK_FALSE(conv.bias);
  CHECK(conv.activation == "silu");
  CHECK(conv.stride.height == 2);
  CHECK(conv.padding.top == 1);
  const Network network = build_network(result.network);
  CHECK(network.macs == 4 * 4 * 4 * 3 * 9);
  CHECK(network.parameters == 4 * 3 * 9 + 8);
}

TEST_CASE("Hard-swish in pieces rides on its convolution") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).weight("three", {}, 3).weight("six", {}, 6).weight("zero", {}, 0);
  model.node("Add", {"c", "three"}, {"p"});
  model.node("Clip", {"p", "zero", "six"}, {"q"});
  SECTION("x * (clip / 6)") {
    model.node("Div", {"q", "six"}, {"h"});
    model.node("Mul", {"c", "h"}, {"y"});
  }
  SECTION("(x * clip) / 6") {
    model.node("Mul", {"c", "q"}, {"h"});
    model.node("Div", {"h", "six"}, {"y"});
  }
  model.output("y");
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 1);
  CHECK(result.network.layers[0].activation == "hard_swish");
}

TEST_CASE("Hard-swish by relu6, whose clip torch writes as Relu and Clip, rides on its convolution") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4).weight("three", {}, 3).weight("six", {}, 6).weight("zero", {}, 0);
  model.node("Add", {"c", "three"}, {"p"});
  model.node("Relu", {"p"}, {"r"});
  model.node("Clip", {"r", "zero", "six"}, {"q"});
  model.node("Div", {"q", "six"}, {"h"});
  model.node("Mul", {"c", "h"}, {"y"});
  model.output("y");
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 1);
  CHECK(result.network.layers[0].activation == "hard_swish");
}

TEST_CASE("A clip of a clip has the narrower limits, a factor between them scales them") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4)
      .weight("half", {}, 0.5F)
      .weight("minus", {}, -1)
      .weight("three", {}, 3)
      .weight("six", {}, 6);
  std::string expected;
  SECTION("Relu of a minimum") {
    model.node("Min", {"c", "six"}, {"p"});
    model.node("Relu", {"p"}, {"y"});
    expected = "relu6";
  }
  SECTION("half of relu6, clipped to 3 again") {
    model.node("Relu", {"c"}, {"p"});
    model.node("Min", {"p", "six"}, {"q"});
    model.node("Mul", {"q", "half"}, {"r"});
    model.node("Min", {"r", "three"}, {"y"});
    expected = "relu6";
  }
  SECTION("the negative of relu clipped from below") {
    model.node("Relu", {"c"}, {"p"});
    model.node("Mul", {"p", "minus"}, {"q"});
    model.node("Max", {"q", "minus"}, {"y"});
    expected = "clip";
  }
  model.output("y");
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 1);
  CHECK(result.network.layers[0].activation == expected);
}

TEST_CASE("An activation beside a reader of the bare map is a stage of its own, and said so") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4);
  model.node("Relu", {"c"}, {"r"});
  model.conv("r", "d", 4, 4);
  model.node("Add", {"c", "d"}, {"y"});
  model.output("y");
  const ImportResult result = import_of(model);
  CHECK(layer(result, "c").activation == "none");
  CHECK(layer(result, "r").type == LayerType::slice);
  CHECK(layer(result, "r").activation == "relu");
  CHECK(result.warnings.size() == 1);
}

namespace {

/// The parts that torch writes for a layer normalisation of "t" into `out`, over the last axis.
void layer_norm(OnnxModel& m, const std::string& in, const std::string& out, std::int64_t channels) {
  m.weight(out + ".two", {}, 2)
      .weight(out + ".eps", {}, 1e-6F)
      .weight(out + ".w", {channels})
      .weight(out + ".b", {channels});
  OnnxModel::set(m.node("ReduceMean", {in}, {out + ".mean"}), "axes", std::vector<std::int64_t>{-1});
  m.node("Sub", {in, out + ".mean"}, {out + ".d"});
  m.node("Pow", {out + ".d", out + ".two"}, {out + ".sq"});
  OnnxModel::set(m.node("ReduceMean", {out + ".sq"}, {out + ".v"}), "axes", std::vector<std::int64_t>{-1});
  m.node("Add", {out + ".v", out + ".eps"}, {out + ".ve"});
  m.node("Sqrt", {out + ".ve"}, {out + ".r"});
  m.node("Div", {out + ".d", out + ".r"}, {out + ".n"});
  m.node("Mul", {out + ".n", out + ".w"}, {out + ".s"});
  m.node("Add", {out + ".s", out + ".b"}, {out});
}

/// x → a (conv of 8) → transposed to height-width-channel order, "t".
OnnxModel transposed_model(std::int64_t opset = 13) {
  OnnxModel model(3, 6, 6, opset);
  model.conv("x", "a", 3, 8);
  OnnxModel::set(model.node("Transpose", {"a"}, {"t"}), "perm", {0, 2, 3, 1});
  return model;
}

}  // namespace

TEST_CASE("A ConvNeXt block: layer norm in pieces, matrices over pixels, GELU, a scale a channel") {
  OnnxModel model = transposed_model();
  layer_norm(model, "t", "ln", 8);
  model.weight("w1", {8, 32}).weight("b1", {32}).weight("w2", {32, 8}).weight("b2", {8}).weight("gamma", {8, 1, 1});
  model.weight("root2", {}, 1.41421356F).weight("one", {}, 1).weight("half", {}, 0.5F);
  model.node("MatMul", {"ln", "w1"}, {"m1"});
  model.node("Add", {"b1", "m1"}, {"p1"});
  model.node("Div", {"p1", "root2"}, {"g1"});
  model.node("Erf", {"g1"}, {"g2"});
  model.node("Add", {"g2", "one"}, {"g3"});
  model.node("Mul", {"p1", "g3"}, {"g4"});
  model.node("Mul", {"g4", "half"}, {"g5"});
  model.node("MatMul", {"g5", "w2"}, {"m2"});
  model.node("Add", {"b2", "m2"}, {"p2"});
  OnnxModel::set(model.node("Transpose", {"p2"}, {"back"}), "perm", {0, 3, 1, 2});
  model.node("Mul", {"gamma", "back"}, {"scaled"});
  model.node("Add", {"scaled", "a"}, {"y"});
  model.output("y");
  const ImportResult result = import_of(model);
  REQUIRE(result.network.layers.size() == 5);
  CHECK(result.warnings.empty());
  CHECK(result.network.layers[1].type == LayerType::layer_norm);
  CHECK(result.network.layers[2].filters == 32);
  CHECK(result.network.layers[2].activation == "gelu");
  CHECK(result.network.layers[3].kernel.height == 1);
  const Network network = build_network(result.network);
  CHECK(network.layers[1].macs == 0);
  CHECK(network.layers[1].parameters == 16);
  CHECK(network.macs == 6 * 6 * (3 * 8 + 8 * 32 + 32 * 8));
  CHECK(network.layers[4].output == Shape{6, 6, 8});
}

TEST_CASE("LayerNormalization of operator set 17 is the same layer, over more than the channels it is refused") {
  OnnxModel model = transposed_model(17);
  model.weight("w", {8}).weight("b", {8});
  auto& node = model.node("LayerNormalization", {"t", "w", "b"}, {"n"});
  SECTION("channels") {
    OnnxModel::set(node, "axis", std::int64_t{-1});
    OnnxModel::set(model.node("Transpose", {"n"}, {"y"}), "perm", {0, 3, 1, 2});
    model.output("y");
    CHECK(import_of(model).network.layers.back().type == LayerType::layer_norm);
  }
  SECTION("columns and channels") {
    OnnxModel::set(node, "axis", std::int64_t{2});
    model.output("n");
    CHECK(contains(refusal(model), "more than the channels of one pixel"));
  }
}

TEST_CASE("Part of a layer norm alone is refused, not passed for free, of GELU or mish it is a function of its own") {
  OnnxModel model = transposed_model();
  std::string expected;
  SECTION("a mean over the channels, squared") {
    model.weight("two", {}, 2);
    OnnxModel::set(model.node("ReduceMean", {"t"}, {"m"}), "axes", std::vector<std::int64_t>{-1});
    model.node("Sub", {"t", "m"}, {"d"});
    model.node("Pow", {"d", "two"}, {"z"});
    expected = "(squared deviation)";
  }
  SECTION("what differs from it") {
    OnnxModel::set(model.node("ReduceMean", {"t"}, {"m"}), "axes", std::vector<std::int64_t>{-1});
    model.node("Sub", {"t", "m"}, {"y"});
    model.node("Relu", {"y"}, {"z"});
    expected = "(deviation)";
  }
  SECTION("a root of something else") { model.node("Sqrt", {"t"}, {"z"}); }
  SECTION("the error function") { model.node("Erf", {"t"}, {"z"}); }
  SECTION("tanh of softplus") {
    model.node("Softplus", {"t"}, {"p"});
    model.node("Tanh", {"p"}, {"z"});
  }
  model.output("z");
  if (expected.empty())
    CHECK(import_of(model).network.layers.at(0).activation == "table");
  else
    CHECK_THAT(refusal(model), Catch::Matchers::Contains(expected));
}
