// The order of layers in a file means nothing: networks permuted give the same plan.
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "sim/mapper/compile.hpp"
#include "sim/network/network.hpp"
#include "sim/plan/plan_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// A network that grows layer by layer from whatever is there; names are in no order.
class Growing {
 public:
  explicit Growing(std::uint32_t seed) : random_(seed) {
    config_.name = "random";
    config_.input_height = pick(3, 12);
    config_.input_width = pick(1, 8);
    config_.input_channels = 4;
  }

  NetworkConfig grow(int layers) {
    for (int i = 0; i < layers; ++i) add_layer(i);
    return config_;
  }

 private:
  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  }

  /// One of the last few maps, the input among them at first.
  std::string some_map() {
    std::vector<std::string> maps{"input"};
    for (const LayerConfig& layer : config_.layers) maps.push_back(layer.name);
    return maps[static_cast<std::size_t>(pick(std::max<std::int64_t>(0, static_cast<std::int64_t>(maps.size()) - 5),
                                              static_cast<std::int64_t>(maps.size()) - 1))];
  }

  /// All keep height and width, and four channels, so that anything can be joined with anything.
  void add_layer(int i) {
    LayerConfig layer;
    layer.name = std::string(1, static_cast<char>('a' + pick(0, 25))) + std::to_string(i);
    layer.inputs = {some_map()};
    layer.filters = 4;
    const std::int64_t what = pick(0, 5);
    if (what <= 1) {
      const std::int64_t k = what == 0 ? 3 : 1;
      layer.kernel = {k, k};
      layer.padding = {PaddingMode::explicit_sides, k / 2, k / 2, k / 2, k / 2};
    } else if (what == 2) {
      layer.type = LayerType::squeeze_excite;
      layer.tile_height = pick(0, 3);
    } else if (what == 3) {
      layer.type = LayerType::channel_shuffle;
      layer.groups = 2;
    } else {
      layer.type = what == 4 ? LayerType::add : LayerType::multiply;
      const std::string other = some_map();
      if (other == layer.inputs[0]) return;
      layer.inputs.push_back(other);
    }
    config_.layers.push_back(layer);
  }

  std::mt19937 random_;
  NetworkConfig config_;
};

NetworkConfig permuted(NetworkConfig config, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::shuffle(config.layers.begin(), config.layers.end(), random);
  return config;
}

/// Few clusters and little of everything, so that budgets bind and ties have to be broken.
Device tight_device() {
  Device device = round_device();
  device.clusters.value = 3;
  device.subclusters_per_cluster.value = 8;
  device.controllers_per_cluster.value = 6;
  device.transfer_latency.value = 5;
  return device;
}

}  // namespace

TEST_CASE("layers permuted in a file give the same network and the same plan") {
  CHECK(rc::check([] {
    const auto seed = *rc::gen::arbitrary<std::uint32_t>(), order = *rc::gen::arbitrary<std::uint32_t>();
    const NetworkConfig config = Growing(seed).grow(*rc::gen::inRange(1, 14));
    RC_PRE(!config.layers.empty());
    const Network network = build_network(config), other = build_network(permuted(config, order));
    RC_ASSERT(network.layers.size() == other.layers.size());
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      RC_ASSERT(network.layers[i].config.name == other.layers[i].config.name);
      RC_ASSERT(network.layers[i].inputs == other.layers[i].inputs);
      RC_ASSERT(network.layers[i].consumers == other.layers[i].consumers);
    }
    RC_ASSERT(network.outputs == other.outputs);
    for (const Device& device : {round_device(), tight_device()})
      RC_ASSERT(plan_to_json(compile(network, device)) == plan_to_json(compile(other, device)));
  }));
}

TEST_CASE("layers stand by depth, then shape, then name") {
  NetworkConfig config;
  config.name = "n";
  config.input_height = config.input_width = 8;
  config.input_channels = 4;
  const auto conv = [&](const std::string& name, const std::string& input, std::int64_t filters) {
    LayerConfig layer;
    layer.name = name;
    layer.inputs = {input};
    layer.filters = filters;
    config.layers.push_back(layer);
  };
  conv("last", "wide", 2);  // depth 3
  conv("wide", "b", 8);     // depth 2
  conv("z", "b", 4);        // depth 2, narrower
  conv("b", "input", 4);    // depth 1
  conv("a", "input", 4);    // the same, but for its name
  std::vector<std::string> names;
  const Network network = build_network(config);
  for (const Layer& layer : network.layers) names.push_back(layer.config.name);
  CHECK(names == std::vector<std::string>{"a", "b", "z", "wide", "last"});
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const int input : network.layers[i].inputs) CHECK(input < static_cast<int>(i));
  CHECK(network.outputs == std::vector<int>{0, 2, 4});
}
