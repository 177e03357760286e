// The JSON of a network to a NetworkConfig. Shapes and references are checked later, by build_network.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/config/parse.hpp"
#include "sim/config/reader.hpp"
#include "sim/network/layer_types.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t most_bits = 64;

Size2 read_size(const Reader& reader) {
  if (!reader.is_array()) {
    const std::int64_t side = reader.integer(1, largest_extent);
    return {side, side};
  }
  const auto sides = reader.items();
  if (sides.size() != 2) reader.mismatch("an integer or [height, width]");
  return {sides[0].integer(1, largest_extent), sides[1].integer(1, largest_extent)};
}

Padding read_padding(const Reader& reader) {
  Padding padding;
  if (reader.is_text()) {
    if (reader.text() != "same") reader.mismatch(R"("same", an integer, [height, width] or {"top", "bottom", "left", "right"})");
    padding.mode = PaddingMode::same;
  } else if (reader.is_object()) {
    reader.expect_keys({"top", "bottom", "left", "right"});
    const auto side = [&](const char* key) { return reader.has(key) ? reader.at(key).integer(0, largest_extent) : 0; };
    padding = {PaddingMode::explicit_sides, side("top"), side("bottom"), side("left"), side("right")};
  } else if (reader.is_array()) {
    const auto sides = reader.items();
    if (sides.size() != 2) reader.mismatch("[height, width]");
    padding.top = padding.bottom = sides[0].integer(0, largest_extent);
    padding.left = padding.right = sides[1].integer(0, largest_extent);
  } else {
    padding.top = padding.bottom = padding.left = padding.right = reader.integer(0, largest_extent);
  }
  return padding;
}

Rows read_tile_height(const Reader& reader) {
  if (reader.is_text() && reader.text() == "full") return 0;
  return reader.integer(1, largest_extent, "\"full\" or integer ≥ 1");
}

std::vector<std::string> read_inputs(const Reader& reader, const TypeEntry& type) {
  const auto items = reader.items(1);
  if (items.size() < type.least_inputs || items.size() > type.most_inputs) {
    reader.mismatch(type.least_inputs == type.most_inputs
                        ? fmt::format("{} for type {}", type.least_inputs, type.name)
                        : fmt::format("{} to {} for type {}", type.least_inputs, type.most_inputs, type.name));
  }
  std::vector<std::string> names;
  for (const Reader& item : items) {
    names.push_back(item.name());
    if (std::count(names.begin(), names.end(), names.back()) > 1) item.mismatch("another layer: a layer reads each of its inputs once");
  }
  return names;
}

void check_keys(const Reader& reader, const TypeEntry& type) {
  std::vector<std::string> keys{"name", "type", "inputs", "activation", "bits"};
  keys.insert(keys.end(), type.required.begin(), type.required.end());
  keys.insert(keys.end(), type.optional.begin(), type.optional.end());
  if (reader.has("se_mode"))
    reader.at("se_mode").fail("the key \"se_mode\" is reserved; \"tile_height\" chooses between SE (\"full\") and tiled SE");
  reader.expect_keys(keys);
  for (const std::string& key : type.required) reader.at(key);
}

void read_arithmetic(const Reader& reader, LayerConfig& layer) {
  if (reader.has("filters")) layer.filters = reader.at("filters").integer(1, largest_channels);
  if (reader.has("kernel")) layer.kernel = read_size(reader.at("kernel"));
  if (reader.has("stride")) layer.stride = read_size(reader.at("stride"));
  if (reader.has("dilation")) layer.dilation = read_size(reader.at("dilation"));
  if (reader.has("padding")) layer.padding = read_padding(reader.at("padding"));
  if (reader.has("groups")) layer.groups = reader.at("groups").integer(1, largest_channels);
  if (reader.has("ceil_mode")) layer.ceil_mode = reader.at("ceil_mode").boolean();
  if (reader.has("bias")) layer.bias = reader.at("bias").boolean();
  if (reader.has("batch_norm")) layer.batch_norm = reader.at("batch_norm").boolean();
  if (reader.has("weights_of")) layer.weights_of = reader.at("weights_of").name();
  if (reader.has("weight_bits")) layer.weight_bits = reader.at("weight_bits").integer(1, most_bits);
}

void read_shaping(const Reader& reader, LayerConfig& layer) {
  if (reader.has("channel_begin")) layer.channel_begin = reader.at("channel_begin").integer(0, largest_channels);
  if (reader.has("channel_end")) layer.channel_end = reader.at("channel_end").integer(1, largest_channels);
  if (reader.has("scale")) layer.scale = read_size(reader.at("scale"));
  if (reader.has("output_size")) layer.output_size = read_size(reader.at("output_size"));
  if (layer.type == LayerType::upsample && reader.has("scale") == reader.has("output_size")) {
    reader.fail("expected \"scale\" or \"output_size\", one of the two");
  }
  if (reader.has("mode") && reader.at("mode").one_of({"nearest", "bilinear"}) == "bilinear") layer.mode = UpsampleMode::bilinear;
  if (reader.has("align_corners")) layer.align_corners = reader.at("align_corners").boolean();
  if (reader.has("squeeze_channels")) layer.squeeze_channels = reader.at("squeeze_channels").integer(0, largest_channels);
  if (reader.has("tile_height")) layer.tile_height = read_tile_height(reader.at("tile_height"));
  if (reader.has("gate")) layer.gate = reader.at("gate").one_of(activation_names());
}

LayerConfig read_layer(const Reader& reader) {
  LayerConfig layer;
  layer.pointer = reader.pointer();
  layer.name = reader.at("name").name();
  std::vector<std::string> types;
  for (const TypeEntry& entry : layer_types()) types.push_back(entry.name);
  const TypeEntry& type = type_entry(reader.at("type").one_of(types));
  layer.type = type.type;
  check_keys(reader, type);
  layer.inputs = read_inputs(reader.at("inputs"), type);
  if (reader.has("activation")) layer.activation = reader.at("activation").one_of(activation_names());
  if (reader.has("bits")) layer.bits = reader.at("bits").integer(1, most_bits);
  read_arithmetic(reader, layer);
  read_shaping(reader, layer);
  if (type.name == "depthwise_conv") {
    layer.groups = as_input_channels;
    if (layer.filters == 0) layer.filters = as_input_channels;
  }
  return layer;
}

void read_input(const Reader& root, NetworkConfig& config) {
  if (root.has("inputs")) root.at("inputs").fail("a network has one input (\"input\"): networks with several are refused");
  const Reader input = root.at("input");
  if (input.is_array()) input.mismatch("one object {\"height\", \"width\", \"channels\"}: networks with several inputs are refused");
  input.expect_keys({"height", "width", "channels", "bits"});
  config.input_height = input.at("height").integer(1, largest_extent);
  config.input_width = input.at("width").integer(1, largest_extent);
  config.input_channels = input.at("channels").integer(1, largest_channels);
  if (input.has("bits")) config.input_bits = input.at("bits").integer(1, most_bits);
}

}  // namespace

NetworkConfig read_network_config(const std::string& path) { return network_config_from(parse_json_file(path), path); }

NetworkConfig network_config_from(const nlohmann::json& document, const std::string& file) {
  const Reader root(file, document);
  NetworkConfig config;
  config.file = file;
  if (root.is_object()) read_input(root, config);
  root.expect_keys({"$schema", "name", "description", "source", "input", "layers", "outputs", "assumed_free"});
  config.name = root.at("name").name();
  if (root.has("$schema")) root.at("$schema").text();
  if (root.has("description")) config.description = root.at("description").text();
  if (root.has("source")) config.source = root.at("source").text();
  for (const Reader& layer : root.at("layers").items(1)) config.layers.push_back(read_layer(layer));
  if (root.has("outputs")) {
    for (const Reader& output : root.at("outputs").items(1)) config.outputs.push_back(output.name());
  }
  if (root.has("assumed_free")) {
    for (const Reader& node : root.at("assumed_free").items(1)) config.assumed_free.push_back(node.name());
  }
  return config;
}

}  // namespace rowflow
