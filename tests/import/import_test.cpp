// What exporters write, one small model a case.
#include "sim/import/import.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/import/import_model.hpp"
#include "sim/network/network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/onnx_models.hpp"

using namespace rowflow;
using rowflow::test::OnnxModel;

namespace {

ImportResult import_of(OnnxModel& model, const ImportOptions& options = {}) { return import_model(model.proto(), "model.onnx", options); }

std::string refusal(OnnxModel& model, const ImportOptions& options = {}) {
  try {
    import_of(model, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "imported";
}

const LayerConfig& layer(const ImportResult& result, const std::string& name) {
  for (const LayerConfig& candidate : result.network.layers) {
    if (candidate.name == name) return candidate;
  }
  throw Defect("no layer " + name);
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// x → a (conv) → block "s", with the excite written by `excite(model)` from "pooled" to "gate".
template <class Excite>
OnnxModel block_model(Excite excite, std::int64_t opset = 13) {
  OnnxModel model(3, 20, 10, opset);
  model.conv("x", "a", 3, 8);
  model.node("GlobalAveragePool", {"a"}, {"pooled"});
  excite(model);
  model.node("Mul", {"a", "gate"}, {"s"});
  model.output("s");
  return model;
}

}  // namespace

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

TEST_CASE("Squeeze-and-excite in every usual writing is one layer") {
  const auto check = [](OnnxModel model, std::int64_t squeeze, const std::string& gate) {
    const ImportResult result = import_of(model);
    REQUIRE(result.network.layers.size() == 2);
    const LayerConfig& block = layer(result, "s");
    CHECK(block.type == LayerType::squeeze_excite);
    CHECK(block.inputs == std::vector<std::string>{"a"});
    CHECK(block.squeeze_channels == squeeze);
    CHECK(block.gate == gate);
    CHECK(block.tile_height == 0);
    REQUIRE(result.barriers.size() == 1);
    CHECK(result.barriers[0].bypasses[0].elements == 20 * 10 * 8);
  };
  SECTION("convolutions, SiLU and sigmoid") {
    check(block_model([](OnnxModel& m) {
            m.conv("pooled", "r", 8, 2);
            m.node("Sigmoid", {"r"}, {"rs"});
            m.node("Mul", {"r", "rs"}, {"ra"});
            m.conv("ra", "e", 2, 8);
            m.node("Sigmoid", {"e"}, {"gate"});
          }),
          2, "sigmoid");
  }
  SECTION("Flatten, Gemm, HardSigmoid, Unsqueeze") {
    check(block_model([](OnnxModel& m) {
            m.weight("w1", {2, 8}).weight("w2", {8, 2}).weight("b1", {2}).weight("b2", {8}).integers("axes", {2, 3});
            m.node("Flatten", {"pooled"}, {"f"});
            OnnxModel::set(m.node("Gemm", {"f", "w1", "b1"}, {"r"}), "transB", 1);
            m.node("Relu", {"r"}, {"ra"});
            OnnxModel::set(m.node("Gemm", {"ra", "w2", "b2"}, {"e"}), "transB", 1);
            m.node("HardSigmoid", {"e"}, {"h"});
            m.node("Unsqueeze", {"h", "axes"}, {"gate"});
          }),
          2, "hard_sigmoid");
  }
  SECTION("MatMul with a bias behind it, Reshape") {
    check(block_model([](OnnxModel& m) {
            m.weight("w1", {8, 2})
                .weight("w2", {2, 8})
                .weight("b1", {2})
                .weight("b2", {8})
                .integers("flat", {-1, 8})
                .integers("map", {-1, 8, 1, 1});
            m.node("Reshape", {"pooled", "flat"}, {"f"});
            m.node("MatMul", {"f", "w1"}, {"r0"});
            m.node("Add", {"r0", "b1"}, {"r"});
            m.node("Relu", {"r"}, {"ra"});
            m.node("MatMul", {"ra", "w2"}, {"e0"});
            m.node("Add", {"b2", "e0"}, {"e"});
            m.node("Sigmoid", {"e"}, {"h"});
            m.node("Reshape", {"h", "map"}, {"gate"});
          }),
          2, "sigmoid");
  }
  SECTION("one FC") {
    check(block_model([](OnnxModel& m) {
            m.conv("pooled", "e", 8, 8);
            m.node("Sigmoid", {"e"}, {"gate"});
          }),
          0, "sigmoid");
  }
}

TEST_CASE("A gate that scales another map than it pools keeps both inputs") {
  OnnxModel model(3, 16, 16);
  model.conv("x", "a", 3, 8).conv("a", "b", 8, 4);
  OnnxModel::set(OnnxModel::set(model.node("ReduceMean", {"a"}, {"p"}), "axes", {-1, -2}), "keepdims", 1);
  model.conv("p", "e", 8, 4);
  model.node("Sigmoid", {"e"}, {"gate"});
  model.node("Mul", {"b", "gate"}, {"s"});
  model.output("s");
  const ImportResult result = import_of(model);
  CHECK(layer(result, "s").inputs == std::vector<std::string>{"a", "b"});
  CHECK(result.barriers.at(0).kind == "gate");
}

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

TEST_CASE("An open size asks for --input-size; an open batch is 1") {
  OnnxModel model(3, 0, 0);
  model.proto().mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0)->set_dim_param(
      "N");
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
  model.node("LRN", {"c"}, {"l"});
  model.conv("l", "d", 4, 4);
  model.node("DepthToSpace", {"d"}, {"s"});
  model.conv("c", "e", 4, 4);
  OnnxModel::set(model.node("Softmax", {"e"}, {"y"}), "axis", 3);
  model.output("s").output("y");
  const std::string text = refusal(model);
  CHECK(contains(text, "3 problems"));
  CHECK(contains(text, "\"l\" (LRN)"));
  CHECK(contains(text, "\"s\" (DepthToSpace)"));
  CHECK(contains(text, "\"y\" (Softmax)"));
}

TEST_CASE("An operator passes for free only when the user says so, and the result says where") {
  OnnxModel model(3, 8, 8);
  model.conv("x", "c", 3, 4);
  model.node("LRN", {"c"}, {"l"});
  model.conv("l", "d", 4, 4).output("d");
  CHECK(contains(refusal(model), "LRN"));
  ImportOptions options;
  options.assume_free = {"LRN"};
  const ImportResult result = import_of(model, options);
  CHECK(result.network.layers.size() == 2);
  CHECK(result.assumed_free == std::vector<std::string>{"l (LRN)"});
}

TEST_CASE("The same model gives the same text, and the text reads back as the same network") {
  OnnxModel model = block_model([](OnnxModel& m) {
    m.conv("pooled", "r", 8, 2).conv("r", "e", 2, 8);
    m.node("Sigmoid", {"e"}, {"gate"});
  });
  const std::string text = write_network_config(import_of(model).network);
  CHECK(text == write_network_config(import_of(model).network));
  CHECK(contains(text, "squeeze_excite"));
}

TEST_CASE("Split, Slice and Concat along the channels; Dropout and Identity pass through") {
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
  model.conv("x", "c", 3, 4).weight("zero", {}, 0).weight("six", {}, 6).weight("t.w", {4, 5, 2, 2}).integers("sizes", {1, 5, 24, 24});
  model.node("Clip", {"c", "zero", "six"}, {"r"});
  OnnxModel::set(OnnxModel::set(OnnxModel::set(model.node("MaxPool", {"r"}, {"m"}), "kernel_shape", {2, 2}), "strides", {2, 2}),
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
