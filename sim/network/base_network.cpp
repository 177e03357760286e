// A network that is another one with other heights, another name or another input: {"base": "efficientnet_b0", …}.
#include "sim/network/base_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/units.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/reader.hpp"
#include "sim/network/layer_keys.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

Rows read_height(const Reader& reader) {
  if (reader.is_text() && reader.text() == "full") return 0;
  return reader.integer(1, largest_extent, "\"full\" or integer ≥ 1");
}

void read_heights(const Reader& root, NetworkConfig& config) {
  std::vector<LayerConfig*> blocks;
  std::vector<std::string> names;
  for (LayerConfig& layer : config.layers) {
    if (layer.type != LayerType::squeeze_excite) continue;
    blocks.push_back(&layer);
    names.push_back(layer.name);
  }
  if (root.has("tile_height")) {
    const Rows height = read_height(root.at("tile_height"));
    if (blocks.empty()) root.at("tile_height").fail("the base has no squeeze_excite layer");
    for (LayerConfig* block : blocks) block->tile_height = height;
  }
  if (root.has("se_mode")) {
    const SqueezeMode mode = read_squeeze_mode(root.at("se_mode"));
    if (blocks.empty()) root.at("se_mode").fail("the base has no squeeze_excite layer");
    for (LayerConfig* block : blocks) block->se_mode = mode;
  }
  if (!root.has("block_heights")) return;
  for (const auto& [name, member] : root.at("block_heights").members()) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      member.fail(
          fmt::format("no squeeze_excite layer of the base is named \"{}\"{}", name, nearest_hint(name, names)));
    blocks[static_cast<std::size_t>(found - names.begin())]->tile_height = read_height(member);
  }
}

void read_over(const Reader& input, InputConfig& config) {
  input.expect_keys({"height", "width", "channels", "bits"});
  if (input.has("height")) config.height = input.at("height").integer(1, largest_extent);
  if (input.has("width")) config.width = input.at("width").integer(1, largest_extent);
  if (input.has("channels")) config.channels = input.at("channels").integer(1, largest_channels);
  if (input.has("bits")) config.bits = input.at("bits").integer(1, most_bits);
}

/// "input" of a base with one; of several those that differ, by name, in "inputs".
void read_inputs_over(const Reader& root, NetworkConfig& config) {
  std::vector<InputConfig> inputs{
      {config.input_name, config.input_height, config.input_width, config.input_channels, config.input_bits}};
  inputs.insert(inputs.end(), config.further_inputs.begin(), config.further_inputs.end());
  if (root.has("input")) {
    if (inputs.size() > 1)
      root.at("input").fail("the base has several inputs, expected \"inputs\", an object with their names");
    read_over(root.at("input"), inputs.front());
  }
  if (root.has("inputs")) {
    std::vector<std::string> names;
    for (const InputConfig& input : inputs) names.push_back(input.name);
    for (const auto& [name, member] : root.at("inputs").members()) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end())
        member.fail(fmt::format("no input of the base is named \"{}\"{}", name, nearest_hint(name, names)));
      read_over(member, inputs[static_cast<std::size_t>(found - names.begin())]);
    }
  }
  take_inputs(config, std::move(inputs));
}

std::string base_file(const Reader& base, const std::string& file) {
  try {
    return resolve_network(located(base.name(), file));
  } catch (const InputError& error) {
    throw InputError(base.where(), error.what());
  }
}

}  // namespace

std::string base_network(const Reader& root, const std::string& file, const std::vector<std::string>& above) {
  root.expect_keys(
      {"$schema", "base", "name", "description", "input", "inputs", "tile_height", "block_heights", "se_mode"});
  root.at("name").title();
  for (const char* key : {"$schema", "description"})
    if (root.has(key)) root.at(key).text();
  const Reader reader = root.at("base");
  const std::string base = base_file(reader, file);
  if (std::filesystem::path(base).extension() == ".onnx")
    reader.fail("found a model, expected a network config: `rowflow import` makes one of it");
  const std::string path = real_path(base);
  if (path == real_path(file) || std::find(above.begin(), above.end(), path) != above.end())
    reader.fail("found a network that builds on this one, expected another");
  return base;
}

void read_over_base(const Reader& root, NetworkConfig& config) {
  config.name = root.at("name").title();
  config.description = root.has("description") ? root.at("description").text() : "";
  read_inputs_over(root, config);
  read_heights(root, config);
}

}  // namespace rowflow
