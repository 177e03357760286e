// Layers that move rows: crops, paddings, maps below each other, blocks between space and channels. Shapes and rows by
// hand (T7).
#include "sim/base/error.hpp"
#include "sim/compile/lowering.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

LayerConfig layer_of(LayerType type, const std::string& name, const std::vector<std::string>& inputs) {
  LayerConfig layer;
  layer.type = type;
  layer.name = name;
  layer.inputs = inputs;
  return layer;
}

LayerConfig conv(const std::string& name, std::int64_t filters) {
  LayerConfig layer = layer_of(LayerType::conv, name, {"input"});
  layer.filters = filters;
  return layer;
}

Network network_of(const std::vector<LayerConfig>& layers) {
  NetworkConfig config;
  config.name = "n";
  config.input_height = 6, config.input_width = 4, config.input_channels = 3;
  config.layers = layers;
  return build_network(config);
}

struct Rows1 {
  std::vector<Rows> needs, releases, emits;
};

Rows1 rows_of(const Network& network, const std::string& stage, std::size_t input = 0) {
  const Plan plan = lower(network, round_device()).plan;
  CHECK_NOTHROW(check_plan(plan));
  const Stage& found = plan.stages[find_stage(plan, stage)];
  return {found.inputs.at(input).needs, found.inputs.at(input).releases, found.outputs.at(0).emits};
}

}  // namespace

TEST_CASE("a crop takes every row and hands on those that stay") {
  LayerConfig crop = layer_of(LayerType::crop, "c", {"a"});
  crop.output_size = {3, 2};
  crop.row_begin = 2;
  crop.column_begin = 1;
  const Network network = network_of({conv("a", 5), crop});
  CHECK(network.layers[1].output == Shape{3, 2, 5});
  const Rows1 rows = rows_of(network, "c");
  CHECK(rows.needs == std::vector<Rows>{1, 2, 3, 4, 5, 6});
  CHECK(rows.releases == rows.needs);
  CHECK(rows.emits == std::vector<Rows>{0, 0, 1, 2, 3, 3});
  crop.row_begin = 4;
  CHECK_THROWS_AS(network_of({conv("a", 5), crop}), InputError);
}

TEST_CASE("padded rows need nothing, channels are added beside") {
  LayerConfig pad = layer_of(LayerType::pad, "p", {"a"});
  pad.padding = {PaddingMode::explicit_sides, 2, 1, 0, 3};
  pad.filters = 8;
  const Network network = network_of({conv("a", 5), pad});
  CHECK(network.layers[1].output == Shape{9, 7, 8});
  CHECK(rows_of(network, "p").needs == std::vector<Rows>{0, 0, 1, 2, 3, 4, 5, 6, 6});
  pad.filters = 4;
  CHECK_THROWS_AS(network_of({conv("a", 5), pad}), InputError);
}

TEST_CASE("maps one below the other pass in turn") {
  LayerConfig half = layer_of(LayerType::max_pool, "h", {"b"});
  half.kernel = half.stride = {2, 1};
  const Network network =
      network_of({conv("a", 5), conv("b", 5), half, layer_of(LayerType::concat_rows, "r", {"a", "h"})});
  CHECK(network.layers.back().output == Shape{9, 4, 5});
  CHECK(rows_of(network, "r", 0).needs == std::vector<Rows>{1, 2, 3, 4, 5, 6, 6, 6, 6});
  CHECK(rows_of(network, "r", 1).needs == std::vector<Rows>{0, 0, 0, 0, 0, 0, 1, 2, 3});
  CHECK(rows_of(network, "r", 1).emits == std::vector<Rows>{1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("blocks between space and channels") {
  LayerConfig down = layer_of(LayerType::space_to_depth, "d", {"a"}),
              up = layer_of(LayerType::depth_to_space, "u", {"a"});
  down.kernel = {3, 2};
  up.scale = {2, 3};
  const Network network = network_of({conv("a", 12), down, up});
  for (const Layer& layer : network.layers) {
    if (layer.config.name == "d") CHECK(layer.output == Shape{2, 2, 72});
    if (layer.config.name == "u") CHECK(layer.output == Shape{12, 12, 2});
  }
  CHECK(rows_of(network, "d").needs == std::vector<Rows>{3, 6});
  CHECK(rows_of(network, "d").releases == std::vector<Rows>{3, 6});
  CHECK(rows_of(network, "u").needs == std::vector<Rows>{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6});
  down.kernel = {4, 2};
  CHECK_THROWS_AS(network_of({conv("a", 12), down}), InputError);
}

TEST_CASE("one value a pixel scales all channels of it") {
  LayerConfig gate = layer_of(LayerType::channel_pool, "g", {"a"});
  const Network network = network_of({conv("a", 5), gate, layer_of(LayerType::multiply, "m", {"a", "g"})});
  CHECK(network.layers[1].output == Shape{6, 4, 1});
  CHECK(network.layers[2].output == Shape{6, 4, 5});
  CHECK(rows_of(network, "m", 1).needs == std::vector<Rows>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("a batch norm of a layer without weights counts two parameters a channel") {
  LayerConfig sum = layer_of(LayerType::concat, "s", {"a", "b"});
  sum.batch_norm = true;
  const Network network = network_of({conv("a", 5), conv("b", 2), sum});
  CHECK(network.layers[2].parameters == 14);
  CHECK(network.layers[2].weight_bytes == 14);
  CHECK(network.layers[2].macs == 0);
}
