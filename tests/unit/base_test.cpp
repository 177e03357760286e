// "base" in device and network files.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/config/device.hpp"
#include "sim/config/device_document.hpp"
#include "sim/config/device_figures.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/network/network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/refusal.hpp"

using namespace rowflow;
using rowflow::test::refusal;
using Json = nlohmann::json;

namespace {

const std::string data = std::string(ROWFLOW_SOURCE_DIR) + "/tests/data/";

std::string without_folder(std::string message) {
  for (std::size_t at = 0; (at = message.find(data)) != std::string::npos;) message.erase(at, data.size());
  return message;
}

std::string device_refusal(const std::string& name) {
  return without_folder(refusal([&] { read_device(data + name); }));
}

std::string network_refusal(const std::string& name) {
  return without_folder(refusal([&] { build_network(read_network_config(data + name)); }));
}

}  // namespace

TEST_CASE("a device over a base has the base's figures but for its own") {
  const Device base = read_device(resolve_device("hailo8")), device = read_device(data + "good/device_base.json");
  CHECK(device.name == "sixteen");
  CHECK(device.description.find("sixteen clusters") != std::string::npos);
  CHECK(device.clusters.value == 16);
  CHECK_FALSE(device.clusters.assumed);
  CHECK(device.clusters.source.empty());
  CHECK((device.clusters.low == 16 && device.clusters.high == 16));
  CHECK(device.rates.at("depthwise").value == 3000);
  CHECK(device.rates.at("depthwise").assumed);
  CHECK(device.rates.at("conv").value == base.rates.at("conv").value);
  CHECK(device.rates.at("conv").source == base.rates.at("conv").source);
  CHECK(device.split.at("depthwise").max_parts.value == 8);
  CHECK(device.split.at("depthwise").controllers.value == base.split.at("depthwise").controllers.value);
  CHECK(device.memory.l4_cuts.value == 112);
  CHECK(device.memory.cut_bytes.value == base.memory.cut_bytes.value);
  CHECK(device.row_forwarding);
}

TEST_CASE("a base may have a base, what is nearest counts") {
  const Device device = read_device(data + "good/device_base_of_base.json");
  CHECK(device.name == "twenty");
  CHECK(device.description.empty());  // the base's own is not about this one
  CHECK(device.clusters.value == 20);
  CHECK(device.memory.l4_cuts.value == 112);
}

TEST_CASE("every figure of a base can be replaced by a number, and nothing else changes") {
  const Json whole = read_device_document(resolve_device("hailo8"));
  const auto folder = std::filesystem::temp_directory_path() / "rowflow_base_test";
  std::filesystem::create_directories(folder);
  const std::string file = (folder / "one.json").string();
  int replaced = 0;
  const auto flat = whole.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    const std::string ending = "/value";
    if (pointer.size() <= ending.size() || pointer.substr(pointer.size() - ending.size()) != ending) continue;
    const Json::json_pointer figure(pointer.substr(0, pointer.size() - ending.size()));
    Json over = {{"base", "hailo8"}, {"name", "one"}}, expected = whole;
    over[figure] = value;
    expected[figure] = value;
    expected["name"] = "one";
    expected.erase("description");
    expected.erase("$schema");
    std::ofstream(file) << over;
    CHECK(read_device_document(file) == expected);
    CHECK(figure_value(expected, figure.to_string()) == value.get<std::int64_t>());
    CHECK_NOTHROW(read_device(file));
    ++replaced;
  }
  std::filesystem::remove_all(folder);
  CHECK(replaced > 40);
}

TEST_CASE("refusals of a device over a base name the file that is at fault") {
  CHECK(device_refusal("bad/device_base_unnamed.json") == "bad/device_base_unnamed.json: missing key \"name\"");
  CHECK(device_refusal("bad/device_base_unknown_key.json")
            .find("bad/device_base_unknown_key.json: /cluster: unknown key \"cluster\"; did you mean") == 0);
  CHECK(device_refusal("bad/device_base_figure.json")
            .find("bad/device_base_figure.json: /clusters: found a figure without provenance") == 0);
  CHECK(device_refusal("semantic/device_base_itself.json").find("/base: found a device that builds on this one") !=
        std::string::npos);
  CHECK(device_refusal("semantic/device_base_missing.json") ==
        "semantic/device_base_missing.json: /base: no device \"halo8\"; did you mean \"hailo8\"?");
  CHECK(device_refusal("semantic/device_base_together.json").find("found 64000 subclusters on the chip") !=
        std::string::npos);
}

TEST_CASE("a network over a base has its layers, with other heights, another name and input") {
  const NetworkConfig base = read_network_config(resolve_network("efficientnet_b0"));
  const NetworkConfig config = read_network_config(data + "good/network_base.json");
  CHECK(config.name == "b0_mixed");
  CHECK(config.input_height == 192);
  CHECK(config.input_channels == base.input_channels);
  REQUIRE(config.layers.size() == base.layers.size());
  for (const LayerConfig& layer : config.layers) {
    if (layer.type != LayerType::squeeze_excite) continue;
    CHECK(layer.tile_height == (layer.name == "s1.b0.se" ? 0 : layer.name == "s2.b0.se" ? 14 : 7));
  }
  CHECK(build_network(config).macs < build_network(base).macs);
}

TEST_CASE("refusals of a network over a base") {
  CHECK(network_refusal("semantic/network_base_block.json") ==
        "semantic/network_base_block.json: /block_heights/ze: no squeeze_excite layer of the base is named \"ze\"; did "
        "you mean \"se\"?");
  CHECK(network_refusal("semantic/network_base_no_block.json") ==
        "semantic/network_base_no_block.json: /tile_height: the base has no squeeze_excite layer");
  CHECK(network_refusal("bad/network_base_layers.json").find("unknown key \"layers\"") != std::string::npos);
  CHECK(network_refusal("bad/network_base_height.json").find("/tile_height: found 0, expected \"full\"") !=
        std::string::npos);
}
