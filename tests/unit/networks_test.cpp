// Every shipped network against the figures published for it: tests/data/published.csv, one line a figure, with its
// source.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "sim/base/error.hpp"
#include "sim/config/locate.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result{""};
  for (const char c : line) {
    if (c == ',')
      result.emplace_back();
    else
      result.back() += c;
  }
  return result;
}

std::vector<Row> published() {
  std::ifstream file(ROWFLOW_SOURCE_DIR "/tests/data/published.csv");
  std::string line;
  REQUIRE(std::getline(file, line));
  const std::vector<std::string> keys = cells(line);
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> values = cells(line);
    INFO(line);
    REQUIRE(values.size() == keys.size());
    rows.emplace_back();
    for (std::size_t k = 0; k < keys.size(); ++k) rows.back()[keys[k]] = values[k];
  }
  return rows;
}

/// Half a unit of the last printed digit: "0.40" means 0.395 to 0.405.
double rounding(const std::string& figure) {
  const std::size_t point = figure.find('.');
  return 0.5 * std::pow(10.0, point == std::string::npos ? 0.0 : -static_cast<double>(figure.size() - point - 1));
}

void check_figure(double ours, const std::string& figure, double percent) {
  const double theirs = std::stod(figure);
  CAPTURE(ours, figure, percent);
  CHECK(std::abs(ours - theirs) <= theirs * percent / 100 + rounding(figure));
}

Network network_at(const std::string& name, std::int64_t height, std::int64_t width) {
  NetworkConfig config = read_network_config(resolve_network(name));
  config.input_height = height;
  config.input_width = width;
  return build_network(config);
}

/// As sources count that take every product of a transposed convolution at every output pixel, zeros included.
std::int64_t macs_at_outputs(const Network& network) {
  std::int64_t sum = 0;
  for (const Layer& layer : network.layers) {
    const LayerConfig& c = layer.config;
    sum += c.type == LayerType::conv_transpose ? layer.macs * c.stride.height * c.stride.width : layer.macs;
  }
  return sum;
}

NetworkConfig two_heads() {
  NetworkConfig config;
  config.name = "two_heads";
  config.input_height = config.input_width = 8;
  config.input_channels = 4;
  for (const char* name : {"first", "second"}) {
    LayerConfig layer;
    layer.name = name;
    layer.inputs = {"input"};
    layer.filters = 6;
    layer.bias = layer.batch_norm = true;
    config.layers.push_back(layer);
  }
  config.layers[1].weights_of = "first";
  return config;
}

}  // namespace

TEST_CASE("MACs and parameters of every shipped network are within 1 % of the published ones, or a reason is given") {
  for (const Row& row : published()) {
    const std::string name = row.at("network");
    INFO(name << ", " << row.at("source"));
    const double percent = std::stod(row.at("tolerance_percent"));
    CHECK((percent <= 1 || !row.at("reason").empty()));
    CHECK(percent <= 4);
    CHECK_FALSE(row.at("source").empty());
    const Network network = network_at(name, std::stoll(row.at("height")), std::stoll(row.at("width")));
    const bool at_outputs = row.at("transposed") == "outputs";
    CHECK((at_outputs || row.at("transposed").empty()));
    const std::int64_t macs = at_outputs ? macs_at_outputs(network) : network.macs;
    CHECK((!at_outputs || macs > network.macs));
    check_figure(static_cast<double>(macs) / 1e9, row.at("macs_g"), percent);
    check_figure(static_cast<double>(network.parameters) / 1e6, row.at("params_m"), 1);
  }
}

TEST_CASE("every shipped network has a published figure at the resolution it is shipped with") {
  const std::vector<Row> rows = published();
  for (const std::string& name : list_networks()) {
    if (name == "tiny_se") continue;  // made for this project
    INFO(name);
    const NetworkConfig config = read_network_config(resolve_network(name));
    CHECK(std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
      return row.at("network") == name && std::stoll(row.at("height")) == config.input_height &&
             std::stoll(row.at("width")) == config.input_width;
    }));
    CHECK_FALSE(config.source.empty());
  }
}

TEST_CASE("EfficientDet-D2 reproduces the published pair of pipeline buffering, whole maps and tiles of 7 rows") {
  Network network = network_at("efficientdet_d2", 768, 768);
  const auto total = [&] {
    Elements sum = 0;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      if (network.layers[i].config.type == LayerType::squeeze_excite)
        sum += pipeline_buffering(network, static_cast<int>(i)).elements;
    }
    return sum;
  };
  CHECK(total() == 50'734'080);
  set_tile_height(network, 7);
  CHECK(total() == 4'765'824);
}

TEST_CASE("pipeline buffering counts the map that waits: LR-ASPP scales 128 channels by a gate of another 960") {
  Network network = network_at("lraspp_mobilenetv3_large", 520, 520);
  int gates = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (layer.config.type != LayerType::squeeze_excite || layer.inputs[0] == layer.inputs[1]) continue;
    ++gates;
    REQUIRE(layer.input_shapes[0] == Shape{33, 33, 960});
    REQUIRE(layer.input_shapes[1] == Shape{33, 33, 128});
    CHECK(pipeline_buffering(network, static_cast<int>(i)).elements == 33 * 33 * 128);
    set_tile_height(network, layer.config.name, 7);
    CHECK(pipeline_buffering(network, static_cast<int>(i)).elements == 7 * 33 * 128);
  }
  CHECK(gates == 1);
}

TEST_CASE("shared weights are counted once, and held by every layer") {
  const Network network = build_network(two_heads());
  CHECK(network.layers[0].parameters == 4 * 6 + 6 + 2 * 6);
  CHECK(network.layers[1].parameters == 2 * 6);  // its batch norm is its own
  CHECK(network.layers[1].weight_bytes == network.layers[0].weight_bytes);
  CHECK(network.layers[1].macs == network.layers[0].macs);
}

TEST_CASE("weights can be shared only with a layer that owns some of the same shape") {
  NetworkConfig config = two_heads();
  SECTION("no such layer") { config.layers[1].weights_of = "frist"; }
  SECTION("other shape") { config.layers[1].filters = 7; }
  SECTION("itself") { config.layers[1].weights_of = "second"; }
  SECTION("a borrower") { config.layers[0].weights_of = "second"; }
  CHECK_THROWS_AS(build_network(config), InputError);
}

TEST_CASE("modes of squeeze and excite: what is counted, set for all or one, and undone (T24)") {
  Network network = build_network(read_network_config(resolve_network("efficientnet_b0")));
  set_tile_height(network, 7);
  const Macs macs = network.macs;
  const std::int64_t parameters = network.parameters;
  set_se_mode(network, SqueezeMode::cumulative);
  CHECK(network.macs == macs);
  CHECK(network.parameters == parameters);
  set_se_mode(network, SqueezeMode::fixed);
  Macs others = 0;
  std::int64_t counted = 0;
  for (const Layer& layer : network.layers) {
    if (is_static_gate(layer)) {
      CHECK(layer.macs + layer.weight_bytes == 0);
      CHECK(layer.parameters == layer.output.channels);
    }
    others += layer.macs;
    counted += layer.parameters;
  }
  CHECK(network.macs == others);
  CHECK(network.macs < macs);
  CHECK(network.parameters == counted);
  CHECK(network.parameters < parameters);
  const auto block = std::find_if(network.layers.begin(), network.layers.end(), is_static_gate);
  REQUIRE(block != network.layers.end());
  CHECK(pipeline_buffering(network, static_cast<int>(block - network.layers.begin())).elements == 0);
  set_se_mode(network, block->config.name, SqueezeMode::tiled);
  CHECK(block->macs > 0);
  set_se_mode(network, SqueezeMode::tiled);
  CHECK(network.macs == macs);
  CHECK(network.parameters == parameters);
  CHECK_THROWS_AS(set_se_mode(network, "nothing", SqueezeMode::fixed), InputError);
}
