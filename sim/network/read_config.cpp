// The JSON of a network to a NetworkConfig. Shapes and references are checked later, by build_network.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/config/reader.hpp"
#include "sim/network/layer_kind.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

namespace {

std::vector<std::string> read_inputs(const Reader& reader, const LayerKind& kind) {
  const auto items = reader.items(1);
  const auto [least, most] = kind.inputs;
  if (items.size() < least || items.size() > most) {
    reader.mismatch(least == most ? fmt::format("{} for type {}", least, kind.name)
                                  : fmt::format("{} to {} for type {}", least, most, kind.name));
  }
  std::vector<std::string> names;
  for (const Reader& item : items) {
    names.push_back(item.name());
    if (std::count(names.begin(), names.end(), names.back()) > 1)
      item.mismatch("another layer: a layer reads each of its inputs once");
  }
  return names;
}

void check_keys(const Reader& reader, const LayerKind& kind) {
  std::vector<std::string> keys{"name", "type", "inputs"}, alternatives;
  std::size_t given = 0;
  for (const LayerKeyRow& row : layer_key_rows()) {
    if (kind.has(row.key)) keys.emplace_back(row.name);
    if (!kind.one_of.has(row.key)) continue;
    alternatives.push_back(fmt::format("\"{}\"", row.name));
    given += reader.has(std::string(row.name)) ? 1 : 0;
  }
  reader.expect_keys(keys);
  for (const LayerKeyRow& row : layer_key_rows())
    if (kind.required.has(row.key)) reader.at(std::string(row.name));
  if (!alternatives.empty() && given != 1)
    reader.fail(fmt::format("expected {}, one of the two", fmt::join(alternatives, " or ")));
}

LayerConfig read_layer(const Reader& reader) {
  const std::string name = reader.at("name").name();
  const LayerKind& kind = layer_kind(reader.at("type").one_of(layer_kind_names()));
  check_keys(reader, kind);
  LayerConfig layer = kind.standard();
  layer.pointer = reader.pointer();
  layer.name = name;
  layer.inputs = read_inputs(reader.at("inputs"), kind);
  for (const LayerKeyRow& row : layer_key_rows())
    if (const std::string key(row.name); kind.has(row.key) && reader.has(key)) read_key(row, reader.at(key), layer);
  return layer;
}

InputConfig read_shape(const Reader& input) {
  InputConfig config{"input"};
  config.height = input.at("height").integer(1, largest_extent);
  config.width = input.at("width").integer(1, largest_extent);
  config.channels = input.at("channels").integer(1, largest_channels);
  if (input.has("bits")) config.bits = input.at("bits").integer(1, most_bits);
  return config;
}

void read_input(const Reader& root, NetworkConfig& config) {
  if (root.has("inputs")) {
    if (root.has("input")) root.at("inputs").fail("stands beside \"input\", expected one of the two");
    std::vector<InputConfig> inputs;
    for (const Reader& input : root.at("inputs").items(1)) {
      input.expect_keys({"name", "height", "width", "channels", "bits"});
      inputs.push_back(read_shape(input));
      inputs.back().name = input.at("name").name();
    }
    return take_inputs(config, std::move(inputs));
  }
  const Reader input = root.at("input");
  if (input.is_array())
    input.mismatch("one object {\"height\", \"width\", \"channels\"}; several inputs are \"inputs\"");
  input.expect_keys({"height", "width", "channels", "bits"});
  take_inputs(config, {read_shape(input)});
}

}  // namespace

void take_inputs(NetworkConfig& config, std::vector<InputConfig> inputs) {
  const InputConfig& first = inputs.front();
  config.input_name = first.name;
  config.input_height = first.height;
  config.input_width = first.width;
  config.input_channels = first.channels;
  config.input_bits = first.bits;
  inputs.erase(inputs.begin());
  config.further_inputs = std::move(inputs);
}

NetworkConfig network_config_from(const nlohmann::json& document, const std::string& file) {
  const Reader root(file, document);
  NetworkConfig config;
  config.file = file;
  if (root.is_object()) read_input(root, config);
  root.expect_keys(
      {"$schema", "name", "description", "source", "input", "inputs", "layers", "outputs", "assumed_free"});
  config.name = root.at("name").title();
  if (root.has("$schema")) root.at("$schema").text();
  if (root.has("description")) config.description = root.at("description").text();
  if (root.has("source")) config.source = root.at("source").text();
  for (const Reader& layer : root.at("layers").items(1)) config.layers.push_back(read_layer(layer));
  if (root.has("outputs")) {
    for (const Reader& output : root.at("outputs").items(1)) config.outputs.push_back(output.name());
  }
  if (root.has("assumed_free")) {
    for (const Reader& node : root.at("assumed_free").items(1)) config.assumed_free.push_back(node.title());
  }
  return config;
}

}  // namespace rowflow
