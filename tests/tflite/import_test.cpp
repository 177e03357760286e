// What a TFLite model is to the import, on models of a few operators.
#include <limits>

#include "sim/import/import_model.hpp"
#include "sim/import/tflite_model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/refusal.hpp"
#include "tests/support/tflite_models.hpp"

using namespace rowflow;
using namespace rowflow::test;
using tflite::Code;
using Type = tflite::TensorType;

namespace {

ImportResult imported(TfliteModel& model, const std::vector<int>& inputs, int output,
                      const ImportOptions& options = {}) {
  const std::string bytes = model.bytes(inputs, {output});
  return import_model(parse_tflite(bytes, "model.tflite", Weights::shapes), "model.tflite", options);
}

ImportResult imported(TfliteModel& model, int input, int output, const ImportOptions& options = {}) {
  return imported(model, std::vector<int>{input}, output, options);
}

std::string refused(TfliteModel& model, int input, int output, const ImportOptions& options = {}) {
  return refusal([&] { imported(model, input, output, options); });
}

int conv(TfliteModel& m, int x, const TfliteDims& out, const TfliteDims& weights, const std::string& name,
         tflite::Activation activation = tflite::Activation::NONE) {
  const int y = m.tensor(out, name);
  m.op(Code::CONV_2D, {x, m.weights(weights), m.weights({weights[0]})}, {y},
       tflite::CreateConv2DOptions(m.builder(), tflite::Padding::SAME, 1, 1, activation));
  return y;
}

int op(TfliteModel& m, Code code, const std::vector<int>& inputs, const TfliteDims& out, const std::string& name) {
  const int y = m.tensor(out, name);
  m.op(code, inputs, {y});
  return y;
}

}  // namespace

TEST_CASE("Layers bear the names of the tensors that they write, of a fused list the first") {
  TfliteModel m;
  const int x = m.tensor({1, 8, 6, 3}, "x");
  const int y = conv(m, x, {1, 8, 6, 4}, {4, 3, 3, 3}, "body/Relu6;body/bias;body/Conv2D", tflite::Activation::RELU6);
  const ImportResult result = imported(m, x, y);
  REQUIRE(result.network.layers.size() == 1);
  const LayerConfig& layer = result.network.layers[0];
  CHECK(layer.name == "body_Relu6");
  CHECK(layer.activation == "relu6");
  CHECK(result.network.input_height == 8);
  CHECK(result.network.input_width == 6);
  CHECK(result.network.input_channels == 3);
  CHECK(result.network.source == "model.tflite, TensorFlow Lite tests");
}

TEST_CASE("Two inputs keep their order and their names") {
  TfliteModel m;
  const int x = m.tensor({1, 8, 6, 3}, "x"), z = m.tensor({1, 8, 6, 2}, "z");
  const int a = conv(m, x, {1, 8, 6, 4}, {4, 3, 3, 3}, "a"), b = conv(m, z, {1, 8, 6, 4}, {4, 3, 3, 2}, "b");
  const int y = m.tensor({1, 8, 6, 4}, "y");
  m.op(Code::ADD, {a, b}, {y});
  const ImportResult result = imported(m, std::vector<int>{x, z}, y);
  CHECK(result.network.input_name == "x");
  REQUIRE(result.network.further_inputs.size() == 1);
  CHECK(result.network.further_inputs[0].name == "z");
  CHECK(result.network.further_inputs[0].channels == 2);
}

TEST_CASE("Squeeze-and-excite of a mean without its axes and matrices is one layer") {
  TfliteModel m;
  const int x = m.tensor({1, 8, 6, 3}, "x"), a = conv(m, x, {1, 8, 6, 16}, {16, 1, 1, 3}, "a"),
            p = m.tensor({1, 16}, "p");
  m.op(Code::MEAN, {a, m.integers({1, 2})}, {p}, tflite::CreateReducerOptions(m.builder(), false));
  const int r = m.tensor({1, 4}, "r"), e = m.tensor({1, 16}, "e");
  m.op(Code::FULLY_CONNECTED, {p, m.weights({4, 16}), m.weights({4})}, {r},
       tflite::CreateFullyConnectedOptions(m.builder(), tflite::Activation::RELU));
  m.op(Code::FULLY_CONNECTED, {r, m.weights({16, 4}), m.weights({16})}, {e},
       tflite::CreateFullyConnectedOptions(m.builder()));
  const int g = op(m, Code::LOGISTIC, {e}, {1, 16}, "g"),
            view = op(m, Code::RESHAPE, {g, m.integers({1, 1, 1, 16})}, {1, 1, 1, 16}, "v");
  const int y = op(m, Code::MUL, {a, view}, {1, 8, 6, 16}, "y");
  const ImportResult result = imported(m, x, y);
  REQUIRE(result.network.layers.size() == 2);
  CHECK(result.network.layers[1].type == LayerType::squeeze_excite);
  CHECK(result.network.layers[1].squeeze_channels == 4);
}

TEST_CASE("Rounding keeps its bits and adds no layer") {
  TfliteModel m;
  const int x = m.tensor({1, 8, 6, 3}, "x", Type::INT8, {{0.1F}, {0}}),
            y = m.tensor({1, 8, 6, 4}, "y", Type::INT16, {{0.1F}, {0}});
  const int w = m.rounded_weights({4, 1, 1, 3}, {{1, 2, 3, 4}, {0, 0, 0, 0}});
  const int b = m.stored<std::int32_t>({4}, {1, 2, 3, 4}, Type::INT32, {{1, 2, 3, 4}, {0, 0, 0, 0}});
  m.op(Code::CONV_2D, {x, w, b}, {y}, tflite::CreateConv2DOptions(m.builder(), tflite::Padding::SAME, 1, 1));
  const ImportResult result = imported(m, x, y);
  REQUIRE(result.network.layers.size() == 1);
  CHECK(result.network.layers[0].weight_bits == 8);
  CHECK(result.network.layers[0].bits == 16);
  CHECK(result.network.layers[0].bias);
  CHECK(result.network.input_bits == 8);
}

TEST_CASE("A rounded input becomes numbers before anything reads it") {
  TfliteModel m;
  const int x = m.tensor({1, 8, 6, 3}, "x", Type::INT8, {{0.1F}, {0}}),
            y = m.tensor({1, 8, 6, 3}, "y", Type::INT8, {{0.1F}, {0}});
  m.op(Code::RELU, {x}, {y});
  const onnx::ModelProto model = parse_tflite(m.bytes({x}, {y}), "m.tflite", Weights::whole);
  std::vector<std::string> path;  // from the input to what computes
  std::string value = "x";
  for (const auto& node : model.graph().node()) {
    if (node.input(0) != value || (!path.empty() && path.back() == "Relu")) continue;
    path.push_back(node.op_type());
    value = node.output(0);
  }
  CHECK(path == std::vector<std::string>{"Transpose", "DequantizeLinear", "Relu"});
}

TEST_CASE("Data may lie behind the tables, and nowhere else") {
  TfliteModel m;
  constexpr std::uint64_t offset = 1 << 16;
  const std::vector<std::int32_t> axes{1, 2};
  const int x = m.tensor({1, 8, 6, 3}, "x"), a = conv(m, x, {1, 8, 6, 16}, {16, 1, 1, 3}, "a"),
            p = m.tensor({1, 16}, "p");
  m.op(Code::MEAN, {a, m.stored_outside({2}, Type::INT32, offset, 8)}, {p},
       tflite::CreateReducerOptions(m.builder(), false));
  std::string bytes = m.bytes({x}, {p});
  REQUIRE(bytes.size() < offset);
  bytes.resize(offset);
  bytes.append(reinterpret_cast<const char*>(axes.data()), 8);
  const ImportResult result = import_model(parse_tflite(bytes, "m.tflite", Weights::shapes), "m.tflite", {});
  CHECK(result.network.layers.back().type == LayerType::global_avg_pool);
  for (const std::size_t size : {offset + 7, offset, offset - 1})
    CHECK_THAT(refusal([&] { parse_tflite(bytes.substr(0, size), "m.tflite", Weights::shapes); }),
               Catch::Contains("its data lie outside the file"));
}

TEST_CASE("Weights of 4 bits are imported, and not exported") {
  TfliteModel m;
  const int x = m.tensor({1, 8, 6, 3}, "x"), y = m.tensor({1, 8, 6, 4}, "y");
  const int w = m.stored<std::uint8_t>({4, 1, 1, 3}, {1, 2, 3, 4, 5, 6}, Type::INT4, {{0.1F}, {0}});
  m.op(Code::CONV_2D, {x, w, -1}, {y}, tflite::CreateConv2DOptions(m.builder(), tflite::Padding::SAME, 1, 1));
  const std::string bytes = m.bytes({x}, {y});
  const auto result = import_model(parse_tflite(bytes, "m.tflite", Weights::shapes), "m.tflite", {});
  CHECK(result.network.layers.at(0).weight_bits == 4);
  CHECK_FALSE(result.network.layers.at(0).bias);
  const auto whole = refusal([&] { import_model(parse_tflite(bytes, "m.tflite", Weights::whole), "m.tflite", {}); });
  CHECK_THAT(whole, Catch::Contains("4 bits"));
}

TEST_CASE("What has no place in ONNX is refused by TFLite's name with all the rest, assumed free, or cut off") {
  const auto model = [](TfliteModel& m, Code code) {
    const int x = m.tensor({1, 8, 6, 3}, "x"), a = conv(m, x, {1, 8, 6, 4}, {4, 1, 1, 3}, "a");
    const int b = op(m, code, {a}, {1, 8, 6, 4}, "b");
    return std::pair{x, conv(m, b, {1, 8, 6, 4}, {4, 1, 1, 4}, "y")};
  };
  TfliteModel first;
  const auto [x, y] = model(first, Code::L2_NORMALIZATION);
  CHECK_THAT(refused(first, x, y),
             Catch::Contains("node \"b\" (L2_NORMALIZATION): no rule of the timing model covers it"));
  TfliteModel second;
  const auto ends = model(second, Code::L2_NORMALIZATION);
  ImportOptions free;
  free.assume_free = {"L2_NORMALIZATION"};
  CHECK(imported(second, ends.first, ends.second, free).network.layers.size() == 2);
  TfliteModel third;
  const auto others = model(third, static_cast<Code>(4711));
  CHECK_THAT(refused(third, others.first, others.second), Catch::Contains("operator 4711"));
}

TEST_CASE("Sparse weights are refused by name") {
  TfliteModel m;
  const int x = m.tensor({1, 8, 6, 3}, "x"), y = m.tensor({1, 8, 6, 1}, "y");
  const int w = m.stored<float>({1, 1, 1, 3}, {1, 2, 3}, Type::FLOAT32, {}, true);
  m.op(Code::CONV_2D, {x, w, -1}, {y}, tflite::CreateConv2DOptions(m.builder(), tflite::Padding::SAME, 1, 1));
  CHECK_THAT(refused(m, x, y), Catch::Contains("node \"y\" (CONV_2D)") && Catch::Contains("sparse"));
}

TEST_CASE("Post-processing of its own is left to the host") {
  TfliteModel m;
  const int x = m.tensor({1, 8, 6, 3}, "x"), a = conv(m, x, {1, 8, 6, 4}, {4, 1, 1, 3}, "a");
  const int y = m.tensor({1, 10, 4}, "y");
  m.op(Code::CUSTOM, {a}, {y}, tflite::Options::NONE, 0, "TFLite_Detection_PostProcess");
  const ImportResult result = imported(m, x, y);
  REQUIRE(result.network.layers.size() == 1);
  REQUIRE(result.warnings.size() == 1);
  CHECK_THAT(result.warnings[0], Catch::Contains("TFLite_Detection_PostProcess"));
}

TEST_CASE("A vector is an input of so many channels") {
  TfliteModel m;
  const int x = m.tensor({1, 640}, "x"), y = m.tensor({1, 128}, "y");
  m.op(Code::FULLY_CONNECTED, {x, m.weights({128, 640}), m.weights({128})}, {y},
       tflite::CreateFullyConnectedOptions(m.builder(), tflite::Activation::RELU));
  const ImportResult result = imported(m, x, y);
  CHECK(result.network.input_channels == 640);
  REQUIRE(result.network.layers.size() == 1);
  CHECK(result.network.layers[0].type == LayerType::fully_connected);
  CHECK(result.network.layers[0].filters == 128);
}

TEST_CASE("Figures that cannot be are refused where they stand") {
  const auto with = [](int stride, int kernel_channels, tflite::Padding padding) {
    TfliteModel m;
    const int x = m.tensor({1, 8, 6, 3}, "x"), y = m.tensor({1, 8, 6, 4}, "y");
    m.op(Code::CONV_2D, {x, m.weights({4, 1, 1, kernel_channels}), -1}, {y},
         tflite::CreateConv2DOptions(m.builder(), padding, stride, 1));
    return refused(m, x, y);
  };
  CHECK_THAT(with(0, 3, tflite::Padding::SAME), Catch::Contains("node \"y\" (CONV_2D): found 0 in its window"));
  CHECK_THAT(with(1, 2, tflite::Padding::SAME), Catch::Contains("for 2 channels, and the map has 3"));
  CHECK_THAT(with(1, 3, static_cast<tflite::Padding>(9)), Catch::Contains("found padding 9"));
}

TEST_CASE("Damage is refused before anything is believed") {
  TfliteModel m;
  const int x = m.tensor({1, 8, 6, 3}, "x"), y = conv(m, x, {1, 8, 6, 4}, {4, 1, 1, 3}, "a");
  const std::string bytes = m.bytes({x}, {y});
  const auto parsed = [](const std::string& text) {
    return refusal([&] { parse_tflite(text, "m.tflite", Weights::whole); });
  };
  CHECK(parsed(bytes) == "accepted");
  for (std::size_t size = 0; size + 4 < bytes.size(); ++size)  // the last are there for alignment
    if (parsed(bytes.substr(0, size)) == "accepted") FAIL("the first " << size << " bytes of " << bytes.size());
  for (const int tensor : {99, -2, std::numeric_limits<int>::max()}) {
    TfliteModel other;
    const int in = other.tensor({1, 8, 6, 3}, "x"), out = other.tensor({1, 8, 6, 3}, "y");
    other.op(Code::RELU, {in, tensor}, {out});
    CHECK_THAT(parsed(other.bytes({in}, {out})), Catch::Contains("found tensor " + std::to_string(tensor)));
  }
  TfliteModel no_buffer;
  const int in = no_buffer.tensor({1, 8, 6, 3}, "x", Type::FLOAT32, {}, false, 77);
  no_buffer.op(Code::RELU, {in}, {in});
  CHECK_THAT(parsed(no_buffer.bytes({in}, {in})), Catch::Contains("found buffer 77"));
}

TEST_CASE("Tensors that share their bytes are not written out without end") {
  TfliteModel m;
  const int x = m.tensor({1, 1, 1, 1000}, "x");
  m.weights({1000, 1, 1, 1000});  // buffer 1: 4 MB
  int last = x;
  for (int k = 0; k < 20; ++k) {
    const int w = m.tensor({1000, 1, 1, 1000}, "w" + std::to_string(k), Type::FLOAT32, {}, false, 1);
    const int y = m.tensor({1, 1, 1, 1000}, "y" + std::to_string(k));
    m.op(Code::CONV_2D, {last, w, -1}, {y}, tflite::CreateConv2DOptions(m.builder(), tflite::Padding::SAME, 1, 1));
    last = y;
  }
  const std::string bytes = m.bytes({x}, {last});
  const auto parsed = [&](Weights weights) { return refusal([&] { parse_tflite(bytes, "m.tflite", weights); }); };
  CHECK(parsed(Weights::shapes) == "accepted");
  CHECK_THAT(parsed(Weights::whole), Catch::Contains("eight times the file"));
}
