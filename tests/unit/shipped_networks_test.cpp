// The shipped networks against figures published by their authors, and the pipeline buffering of each SE block.
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

Network shipped(const std::string& name) { return build_network(read_network_config(resolve_network(name))); }

Elements buffering(const Network& network) {
  Elements sum = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (network.layers[i].config.type == LayerType::squeeze_excite)
      sum += pipeline_buffering(network, static_cast<int>(i)).elements;
  }
  return sum;
}

}  // namespace

TEST_CASE("EfficientNet-B0 has its published parameters and MACs, and the SE buffering derived from them") {
  Network network = shipped("efficientnet_b0");
  CHECK(network.parameters == 5'288'548);              // torchvision's table of weights
  CHECK((network.macs + 500'000) / 1'000'000 == 386);  // torchvision: 0.39 GFLOPS, which counts MACs
  CHECK(buffering(network) == 2'516'640);
  set_tile_height(network, 7);
  CHECK(buffering(network) == 832'608);
}

TEST_CASE("EfficientNet-B2 has its published parameters, and the SE buffering derived from them") {
  Network network = shipped("efficientnet_b2");
  CHECK(network.parameters == 9'109'994);
  CHECK(buffering(network) == 6'124'336);
  set_tile_height(network, 7);
  CHECK(buffering(network) == 1'706'320);
}

TEST_CASE("every shipped network builds, and is what the program itself would write") {
  REQUIRE(list_networks().size() >= 3);
  for (const std::string& name : list_networks()) {
    INFO(name);
    const NetworkConfig config = read_network_config(resolve_network(name));
    CHECK(config.name == name);
    CHECK_NOTHROW(build_network(config));
    CHECK(write_network_config(config) == read_text(resolve_network(name)));
  }
}

TEST_CASE("tiny_se by hand") {
  Network network = shipped("tiny_se");
  REQUIRE(network.layers.size() == 3);
  CHECK(network.layers[0].macs == 8 * 8 * 3 * 3 * 4 * 4);
  CHECK(network.layers[0].parameters == 3 * 3 * 4 * 4 + 2 * 4);
  CHECK(network.layers[0].weight_bytes == 3 * 3 * 4 * 4 + 4);
  CHECK(network.layers[1].macs == 4 * (4 * 2 + 2 * 4));
  CHECK(network.layers[1].parameters == (4 * 2 + 2) + (2 * 4 + 4));
  CHECK(network.macs == network.layers[0].macs + network.layers[1].macs);
  CHECK(pipeline_buffering(network, 1).skip_channels == 4);  // the add reads the very input of the squeeze
  CHECK(pipeline_buffering(network, 1).elements == 2 * 8 * (4 + 4));
  set_tile_height(network, "se", 3);
  CHECK(network.layers[1].macs == 3 * 16);  // the last tile is short
  for (const Rows tile : {1, 3, 7, 8, 9}) {
    set_tile_height(network, "se", tile);
    CHECK(pipeline_buffering(network, 1).elements == std::min<Rows>(tile, 8) * 8 * (4 + 4));
  }
}
