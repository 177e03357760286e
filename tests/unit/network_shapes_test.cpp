// Shape inference against figures computed by hand, and the round trip through text.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sim/base/error.hpp"
#include "sim/network/network.hpp"
#include "sim/network/shapes.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

const std::string every_type = std::string(ROWFLOW_SOURCE_DIR) + "/tests/data/good/network_every_type.json";

const Layer& find(const Network& network, const std::string& name) {
  for (const Layer& layer : network.layers) {
    if (layer.config.name == name) return layer;
  }
  throw Defect("no layer " + name);
}

}  // namespace

TEST_CASE("window outputs") {
  CHECK(window_outputs(224, 1, 1, 3, 2, false) == 112);
  CHECK(window_outputs(7, 0, 0, 7, 1, false) == 1);
  CHECK(window_outputs(16, 1, 1, 3, 2, true) == 9);
  CHECK(window_outputs(5, 1, 1, 2, 3, true) == 2);  // a third window would start at row 6, in the padding below
}

TEST_CASE("TensorFlow's same padding puts the odd row behind") {
  NetworkConfig config;
  config.input_height = 8, config.input_width = 7, config.input_channels = 2;
  LayerConfig layer;
  layer.name = "a", layer.inputs = {"input"}, layer.filters = 3, layer.kernel = {3, 3}, layer.stride = {2, 2};
  layer.padding.mode = PaddingMode::same;
  config.layers = {layer};
  const Layer built = build_network(config).layers[0];
  CHECK(built.output == Shape{4, 4, 3});
  CHECK(built.config.padding.top == 0);
  CHECK(built.config.padding.bottom == 1);
  CHECK(built.config.padding.left == 1);
  CHECK(built.config.padding.right == 1);
  CHECK(built.macs == 4 * 4 * 3 * 3 * 2 * 3);
}

TEST_CASE("a pad adds its sizes, side by side, and channels of zeros") {
  NetworkConfig config;
  config.input_height = 8, config.input_width = 7, config.input_channels = 2;
  LayerConfig layer;
  layer.name = "a", layer.inputs = {"input"}, layer.type = LayerType::pad;
  layer.padding.top = 1, layer.padding.bottom = 2, layer.padding.left = 3, layer.padding.right = 5;
  config.layers = {layer};
  CHECK(build_network(config).layers[0].output == Shape{11, 15, 2});
  config.layers[0].filters = 3;
  CHECK(build_network(config).layers[0].output == Shape{11, 15, 3});
  config.layers[0].filters = 1;
  CHECK_THROWS_AS(build_network(config), InputError);
}

TEST_CASE("every layer type, listed out of order") {
  const Network network = build_network(read_network_config(every_type));
  CHECK(network.layers[0].config.name == "a");  // written second, read by the first
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    for (const int input : network.layers[i].inputs) CHECK(input < static_cast<int>(i));
  }
  CHECK(find(network, "b").config.groups == 4);
  CHECK(find(network, "b").macs == 8 * 8 * 9 * 4);
  CHECK(find(network, "t").output == Shape{16, 16, 4});
  CHECK(find(network, "t").macs == 8 * 8 * 4 * 4 * 4);
  CHECK(find(network, "k").output == Shape{8, 8, 4});
  CHECK(find(network, "u").output == Shape{16, 16, 4});
  CHECK(find(network, "f").output == Shape{1, 1, 4});
  CHECK(find(network, "f").parameters == 4 * 4 + 4);
  CHECK(find(network, "x").output == Shape{16, 16, 4});
  CHECK(find(network, "s").macs == 3 * (4 * 2 + 2 * 4));
  CHECK(find(network, "s").inputs.size() == 2);
  CHECK(find(network, "z").output == Shape{8, 8, 4});
  CHECK(find(network, "g").output == Shape{8, 8, 1});
  CHECK(find(network, "w").output == Shape{8, 8, 4});
  CHECK(find(network, "w").macs == 0);
  CHECK(network.outputs.size() == 2);
}

TEST_CASE("one channel stands for all where its rows and columns are those of the map or stand for all, and second") {
  const auto built = [](Shape first, Shape second) {
    NetworkConfig config;
    config.input_height = first.height, config.input_width = first.width, config.input_channels = first.channels;
    LayerConfig other, product;
    other.name = "other", other.inputs = {"input"}, other.filters = second.channels;
    other.kernel = {first.height - second.height + 1, first.width - second.width + 1};
    product.name = "product", product.type = LayerType::multiply, product.inputs = {"input", "other"};
    config.layers = {other, product};
    return build_network(config).layers[1].output;
  };
  CHECK(built({6, 5, 3}, {6, 5, 1}) == Shape{6, 5, 3});
  CHECK(built({6, 5, 3}, {6, 1, 3}) == Shape{6, 5, 3});
  CHECK_THROWS_AS(built({6, 5, 3}, {6, 4, 1}), InputError);
  CHECK_THROWS_AS(built({6, 5, 3}, {5, 5, 1}), InputError);
  CHECK(built({6, 5, 3}, {1, 1, 1}) == Shape{6, 5, 3});
  CHECK_THROWS_AS(built({6, 5, 3}, {6, 5, 2}), InputError);
  CHECK_THROWS_WITH(built({6, 5, 1}, {6, 5, 3}), Catch::Contains("must be the second"));
}

TEST_CASE("a config written and read again is the same text") {
  const std::string text = write_network_config(read_network_config(every_type));
  const std::string copy =
      (std::filesystem::temp_directory_path() / fmt::format("rowflow-round-trip-{}.json", getpid())).string();
  std::ofstream(copy) << text;
  CHECK(write_network_config(read_network_config(copy)) == text);
  std::filesystem::remove(copy);
}

TEST_CASE("shared weights count once as parameters, but are held by each layer") {
  const Network network = build_network(
      read_network_config(std::string(ROWFLOW_SOURCE_DIR) + "/tests/data/good/network_shared_weights.json"));
  CHECK(network.parameters == 3 * 3 * 4 * 4);
  CHECK(network.layers[1].parameters == 0);
  CHECK(network.layers[1].weight_bytes == 3 * 3 * 4 * 4 + 4);
}
