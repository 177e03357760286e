// Tiled exports: structure, interface, weights, and what comes back from the import.
#include "sim/import/export.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sim/base/error.hpp"
#include "sim/import/import_model.hpp"
#include "sim/import/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/onnx_models.hpp"

using namespace rowflow;
using rowflow::test::OnnxModel;

namespace {

/// A file that goes with the test.
struct ModelFile {
  explicit ModelFile(const std::string& bytes)
      : path((std::filesystem::temp_directory_path() / ("rowflow-export-" + std::to_string(getpid()) + ".onnx"))
                 .string()) {
    std::ofstream(path, std::ios::binary) << bytes;
  }
  ~ModelFile() { std::filesystem::remove(path); }
  std::string path;
};

/// x → conv "a" of 8 channels → block, with the FCs as convolutions, as Gemm, or as MatMul with a bias behind it.
OnnxModel block_model(const std::string& dense, std::int64_t height, std::int64_t opset = 13) {
  OnnxModel model(3, height, 10, opset);
  model.conv("x", "a", 3, 8);
  model.node("GlobalAveragePool", {"a"}, {"pooled"});
  if (dense == "Conv") {
    model.conv("pooled", "r", 8, 2);
    model.node("Relu", {"r"}, {"ra"});
    model.conv("ra", "e", 2, 8);
    model.node("Sigmoid", {"e"}, {"gate"});
  } else {
    model.weight("w1", {8, 2}).weight("w2", {2, 8}).weight("b1", {2}).weight("b2", {8}).integers("map", {1, 8, 1, 1});
    model.node("Flatten", {"pooled"}, {"f"});
    if (dense == "Gemm") {
      model.node("Gemm", {"f", "w1", "b1"}, {"r"});
    } else {
      model.node("MatMul", {"f", "w1"}, {"r0"});
      model.node("Add", {"r0", "b1"}, {"r"});
    }
    model.node("Relu", {"r"}, {"ra"});
    if (dense == "Gemm") {
      model.node("Gemm", {"ra", "w2", "b2"}, {"e"});
    } else {
      model.node("MatMul", {"ra", "w2"}, {"e0"});
      model.node("Add", {"e0", "b2"}, {"e"});
    }
    model.node("Sigmoid", {"e"}, {"g"});
    model.node("Reshape", {"g", "map"}, {"gate"});
  }
  model.node("Mul", {"a", "gate"}, {"s"});
  model.output("s");
  auto* shape =
      model.proto().mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  for (const std::int64_t dim : {std::int64_t{1}, std::int64_t{8}, height, std::int64_t{10}})
    shape->add_dim()->set_dim_value(dim);
  return model;
}

ExportOptions tiles_of(Rows height) {
  ExportOptions options;
  options.tile_height = height;
  return options;
}

std::string data_file(const std::string& name) {
  return std::string(ROWFLOW_SOURCE_DIR) + "/tests/data/onnx/" + name + ".onnx";
}

int count_nodes(const onnx::ModelProto& model, const std::string& op) {
  int count = 0;
  for (const auto& node : model.graph().node()) count += node.op_type() == op ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("A block with FCs of any writing is tiled, and imports with the same tile height") {
  const std::string dense = GENERATE(as<std::string>(), "Conv", "Gemm", "MatMul");
  const std::int64_t height = GENERATE(20, 21), opset = GENERATE(7, 9, 10, 11, 13, 18);
  CAPTURE(dense, height, opset);
  OnnxModel model = block_model(dense, height, opset);
  const ModelFile file(model.proto().SerializeAsString());
  const ExportResult result = export_tiled(file.path, tiles_of(7), {});
  REQUIRE(result.blocks.size() == 1);
  CHECK(result.blocks[0].tile_height == 7);
  const onnx::ModelProto tiled = parse_model(result.bytes, "tiled.onnx");
  CHECK(count_nodes(tiled, "AveragePool") == 1);
  CHECK(count_nodes(tiled, "GlobalAveragePool") == 0);
  CHECK(count_nodes(tiled, "Slice") == (height % 7 == 0 ? 0 : 1));
  const NetworkConfig config = import_model(tiled, "tiled.onnx", {}).network;
  REQUIRE(config.layers.size() == 2);
  CHECK(config.layers[1].type == LayerType::squeeze_excite);
  CHECK(config.layers[1].tile_height == 7);
  CHECK(config.layers[1].squeeze_channels == 2);
}

TEST_CASE("Blocks pooled in two steps, or repeated by Expand, or summed and divided, are tiled") {
  OnnxModel model(3, 20, 10);
  model.conv("x", "a", 3, 8);
  const std::string pool = GENERATE(as<std::string>(), "two means", "pixels in one axis", "sum");
  if (pool == "two means") {
    OnnxModel::set(model.node("ReduceMean", {"a"}, {"half"}), "axes", std::vector<std::int64_t>{3});
    OnnxModel::set(model.node("ReduceMean", {"half"}, {"p"}), "axes", std::vector<std::int64_t>{2});
  } else if (pool == "sum") {
    model.weight("pixels", {}, 200);
    OnnxModel::set(model.node("ReduceSum", {"a"}, {"q"}), "axes", {2, 3});
    model.node("Div", {"q", "pixels"}, {"p"});
  } else {
    model.integers("flat", {1, 8, -1}).integers("map", {1, 8, 1, 1});
    model.node("Reshape", {"a", "flat"}, {"v"});
    OnnxModel::set(model.node("ReduceMean", {"v"}, {"q"}), "axes", std::vector<std::int64_t>{2});
    model.node("Reshape", {"q", "map"}, {"p"});
  }
  model.conv("p", "r", 8, 2).conv("r", "e", 2, 8);
  model.node("Sigmoid", {"e"}, {"g"});
  model.node("Shape", {"a"}, {"size"});
  model.node("Expand", {"g", "size"}, {"gate"});
  model.node("Mul", {"a", "gate"}, {"s"});
  model.output("s");
  auto* shape =
      model.proto().mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  for (const std::int64_t dim : {1, 8, 20, 10}) shape->add_dim()->set_dim_value(dim);
  const ModelFile file(model.proto().SerializeAsString());
  const onnx::ModelProto tiled = parse_model(export_tiled(file.path, tiles_of(7), {}).bytes, "tiled.onnx");
  CHECK(count_nodes(tiled, "ReduceMean") + count_nodes(tiled, "ReduceSum") == 0);
  CHECK(count_nodes(tiled, "Expand") == 0);
  CHECK(import_model(tiled, "tiled.onnx", {}).network.layers.at(1).tile_height == 7);
}

TEST_CASE("Cumulative tiles are one pool whose windows begin at the first row, and come back as such") {
  const std::string dense = GENERATE(as<std::string>(), "Conv", "Gemm", "MatMul");
  const std::int64_t height = GENERATE(20, 21), opset = GENERATE(7, 9, 10, 11, 13, 18);
  const Rows rows = GENERATE(1, 7, 10);
  CAPTURE(dense, height, opset, rows);
  OnnxModel model = block_model(dense, height, opset);
  const ModelFile file(model.proto().SerializeAsString());
  ExportOptions options = tiles_of(rows);
  options.mode = SqueezeMode::cumulative;
  const ExportResult result = export_tiled(file.path, options, {});
  CHECK(result.blocks.at(0).mode == SqueezeMode::cumulative);
  const onnx::ModelProto tiled = parse_model(result.bytes, "tiled.onnx");
  CHECK(count_nodes(tiled, "AveragePool") == 1);
  const LayerConfig block = import_model(tiled, "tiled.onnx", {}).network.layers.at(1);
  CHECK(block.tile_height == rows);
  CHECK(block.se_mode == SqueezeMode::cumulative);
  // Rows above the map that count make it another mean, which is no block.
  onnx::ModelProto counted = tiled;
  for (auto& node : *counted.mutable_graph()->mutable_node())
    for (auto& attribute : *node.mutable_attribute())
      if (attribute.name() == "count_include_pad") attribute.set_i(1);
  for (const LayerConfig& layer : import_model(counted, "counted.onnx", {}).network.layers)
    CHECK(layer.type != LayerType::squeeze_excite);
}

TEST_CASE("One tile is plain SE in either mode: the model stays as it was") {
  OnnxModel model = block_model("Conv", 20);
  const ModelFile file(model.proto().SerializeAsString());
  ExportOptions options = tiles_of(GENERATE(0, 20, 25));
  options.mode = SqueezeMode::cumulative;
  CHECK(export_tiled(file.path, options, {}).bytes == model.proto().SerializeAsString());
}

TEST_CASE("A static gate is a factor a channel, which folds as any other, without factors it is refused") {
  const std::string dense = GENERATE(as<std::string>(), "Conv", "Gemm", "MatMul");
  const std::int64_t opset = GENERATE(7, 9, 11, 13, 18);
  OnnxModel model = block_model(dense, 20, opset);
  const ModelFile file(model.proto().SerializeAsString());
  const std::string layer = gate_outputs(file.path, {}).gates.at(0).layer;
  ExportOptions options;
  options.mode = SqueezeMode::fixed;
  CHECK_THROWS_WITH(export_tiled(file.path, options, {}), Catch::Matchers::Contains("--gates FILE"));
  options.gates = {{layer, {1, 2, 3}}};
  CHECK_THROWS_WITH(export_tiled(file.path, options, {}),
                    Catch::Matchers::Contains("found 3 factors") && Catch::Matchers::Contains("8 channels"));
  options.gates = {{layer, {1, 2, 3, 4, 5, 6, 7, 8}}};
  const ExportResult result = export_tiled(file.path, options, {});
  CHECK(result.blocks.at(0).mode == SqueezeMode::fixed);
  const onnx::ModelProto fixed = parse_model(result.bytes, "fixed.onnx");
  CHECK(count_nodes(fixed, "GlobalAveragePool") + count_nodes(fixed, "Sigmoid") + count_nodes(fixed, "Relu") == 0);
  const NetworkConfig config = import_model(fixed, "fixed.onnx", {}).network;
  REQUIRE(config.layers.size() == 1);
  CHECK(config.layers[0].type == LayerType::conv);
  CHECK_THROWS_WITH(script_line(result.blocks), Catch::Matchers::Contains("static"));
}

TEST_CASE("Every SE network of the test data exports in every mode and comes back as it was asked for") {
  const std::string name = GENERATE(as<std::string>(), "efficientnet_b0", "mobilenet_v3_small", "regnet_y_400mf",
                                    "lraspp_mobilenet_v3_large");
  CAPTURE(name);
  const GateOutputs gates = gate_outputs(data_file(name), {});
  REQUIRE_FALSE(gates.gates.empty());
  ExportOptions options = tiles_of(3);  // export_tiled checks itself that tiles come back
  options.mode = SqueezeMode::cumulative;
  for (const auto& gate : gates.gates) options.gates[gate.layer].assign(static_cast<std::size_t>(gate.channels), 0.5);
  options.modes = {{gates.gates.front().layer, SqueezeMode::fixed}, {gates.gates.back().layer, SqueezeMode::tiled}};
  const auto blocks = export_tiled(data_file(name), options, {}).blocks;
  CHECK(blocks.front().mode == SqueezeMode::fixed);
  CHECK(blocks.at(1).mode == SqueezeMode::cumulative);
  CHECK(blocks.back().mode == SqueezeMode::tiled);
}

TEST_CASE("Interface and weights of an export are those of the model") {
  OnnxModel model = block_model("Gemm", 20);
  const ModelFile file(model.proto().SerializeAsString());
  const onnx::ModelProto tiled = parse_model(export_tiled(file.path, tiles_of(6), {}).bytes, "tiled.onnx");
  const auto& before = model.proto().graph();
  REQUIRE(tiled.graph().initializer_size() == before.initializer_size());
  for (int k = 0; k < before.initializer_size(); ++k)
    CHECK(tiled.graph().initializer(k).SerializeAsString() == before.initializer(k).SerializeAsString());
  CHECK(tiled.graph().input(0).SerializeAsString() == before.input(0).SerializeAsString());
  CHECK(tiled.graph().output(0).SerializeAsString() == before.output(0).SerializeAsString());
}

TEST_CASE("Tiles of the whole map leave the model as it was") {
  OnnxModel model = block_model("Conv", 20);
  const ModelFile file(model.proto().SerializeAsString());
  const ExportResult result = export_tiled(file.path, tiles_of(20), {});
  CHECK(result.bytes == model.proto().SerializeAsString());
  CHECK(result.blocks[0].tile_height == 0);
}

TEST_CASE("The first K blocks of a real network are tiled, and the script line says the same") {
  ExportOptions options = tiles_of(7);
  options.first = 3;
  const ExportResult result = export_tiled(data_file("efficientnet_b0"), options, {});
  REQUIRE(result.blocks.size() == 16);
  for (std::size_t i = 0; i < result.blocks.size(); ++i) CHECK(result.blocks[i].tile_height == (i < 3 ? 7 : 0));
  CHECK(script_line(result.blocks) ==
        "pre_quantization_optimization(se_optimization, method=tse, mode=sequential, count=3, tile_height=7)\n");
}

TEST_CASE("A choice that the vendor's command cannot say is refused") {
  ExportOptions options;
  const auto all = chosen_blocks(data_file("efficientnet_b0"), options, {});
  options.blocks = {{all[1].layer, 7}};
  CHECK_THROWS_AS(script_line(chosen_blocks(data_file("efficientnet_b0"), options, {})), InputError);
  CHECK_THROWS_AS(script_line(all), InputError);
}

TEST_CASE("Every SE network of the test data exports and comes back with its tiles") {
  const std::string name =
      GENERATE(as<std::string>(), "efficientnet_b0", "efficientnet_v2_s", "mobilenet_v3_small", "mobilenet_v3_large",
               "regnet_y_400mf", "lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large");
  for (const Rows rows : {1, 5, 7}) {
    CAPTURE(name, rows);
    const ExportResult result =
        export_tiled(data_file(name), tiles_of(rows), {});  // it checks itself that they come back
    int tiled = 0;
    for (const auto& block : result.blocks) {
      CHECK(block.tile_height == (rows < block.height ? rows : 0));
      tiled += block.tile_height > 0 ? 1 : 0;
    }
    CHECK(tiled > 0);
  }
}

TEST_CASE("A model that does not pass the ONNX checker itself is the user's, not a defect of the export") {
  OnnxModel model = block_model("Conv", 20);
  model.proto().mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  const ModelFile file(model.proto().SerializeAsString());
  CHECK_THROWS_AS(export_tiled(file.path, tiles_of(7), {}), InputError);
}

TEST_CASE("What has no blocks, or is tiled already, is refused") {
  CHECK_THROWS_WITH(export_tiled(data_file("resnet18"), tiles_of(7), {}), Catch::Matchers::Contains("nothing to tile"));
  OnnxModel model = block_model("Conv", 20);
  const ModelFile file(model.proto().SerializeAsString());
  const ModelFile again(export_tiled(file.path, tiles_of(6), {}).bytes);
  CHECK_THROWS_WITH(export_tiled(again.path, tiles_of(5), {}), Catch::Matchers::Contains("tiled already"));
}
