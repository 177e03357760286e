// The JSON of a network to a NetworkConfig, and back to text. Shapes and references are checked later, by
// build_network.
#include "sim/network/network_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/json_text.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"
#include "sim/network/base_network.hpp"
#include "sim/network/layer_kinds.hpp"

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

/// A file, over others where it says "base"; `above` are those that build on it.
NetworkConfig read(const std::string& file, std::vector<std::string> above) {
  const nlohmann::json document = parse_json_file(file);
  const Reader root(file, document);
  if (!root.has("base")) return network_config_from(document, file);
  const std::string base = base_network(root, file, above);
  above.push_back(real_path(file));
  NetworkConfig config = read(base, std::move(above));
  config.file = fmt::format("{}, of {}", config.file, file);
  read_over_base(root, config);
  return config;
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

NetworkConfig read_network_config(const std::string& path) { return read(path, {}); }

namespace {

std::string quoted(const std::string& text) { return json_text(nlohmann::json(text)); }

std::string list(const std::vector<std::string>& names) {
  std::vector<std::string> items;
  for (const std::string& name : names) items.push_back(quoted(name));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

/// Is the key written? Always where the kind must have it; of alternatives the first that says anything.
bool is_written(const LayerKind& kind, const LayerKeyRow& row, const LayerConfig& layer, const LayerConfig& standard,
                bool& chosen) {
  if (!kind.has(row.key)) return false;
  if (kind.required.has(row.key)) return true;
  if (same_value(row, layer, standard)) return false;
  if (!kind.one_of.has(row.key)) return true;
  return !std::exchange(chosen, true);
}

std::string write_layer(const LayerConfig& layer) {
  const LayerKind& kind = layer_kind(layer);
  const LayerConfig standard = kind.standard();
  std::string line =
      fmt::format(R"({{"name": {}, "type": "{}", "inputs": {})", quoted(layer.name), kind.name, list(layer.inputs));
  bool chosen = false;  // among alternatives
  for (const LayerKeyRow& row : layer_key_rows())
    if (is_written(kind, row, layer, standard, chosen))
      line += fmt::format(", \"{}\": {}", row.name, write_key(row, layer));
  return line + "}";
}

std::string shape(std::int64_t height, std::int64_t width, std::int64_t channels, std::int64_t bits) {
  std::string text = fmt::format(R"("height": {}, "width": {}, "channels": {})", height, width, channels);
  return bits == 8 ? text : text + fmt::format(R"(, "bits": {})", bits);
}

std::string inputs(const NetworkConfig& config) {
  const std::string first = shape(config.input_height, config.input_width, config.input_channels, config.input_bits);
  if (config.further_inputs.empty() && config.input_name == "input") return "  \"input\": {" + first + "},\n";
  std::string text = fmt::format("  \"inputs\": [\n    {{\"name\": {}, {}}}", quoted(config.input_name), first);
  for (const InputConfig& input : config.further_inputs)
    text += fmt::format(",\n    {{\"name\": {}, {}}}", quoted(input.name),
                        shape(input.height, input.width, input.channels, input.bits));
  return text + "\n  ],\n";
}

}  // namespace

std::string write_network_config(const NetworkConfig& config) {
  std::string text =
      "{\n  \"$schema\": \"../schemas/network.schema.json\",\n  \"name\": " + quoted(config.name) + ",\n";
  if (!config.description.empty()) text += "  \"description\": " + quoted(config.description) + ",\n";
  if (!config.source.empty()) text += "  \"source\": " + quoted(config.source) + ",\n";
  text += inputs(config) + "  \"layers\": [\n";
  for (std::size_t i = 0; i < config.layers.size(); ++i) {
    text += "    " + write_layer(config.layers[i]) + (i + 1 < config.layers.size() ? ",\n" : "\n");
  }
  text += "  ]";
  if (!config.outputs.empty()) text += ",\n  \"outputs\": " + list(config.outputs);
  if (!config.assumed_free.empty()) text += ",\n  \"assumed_free\": " + list(config.assumed_free);
  return text + "\n}\n";
}

}  // namespace rowflow
