// A NetworkConfig to JSON text: one layer a line, defaults left out.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "sim/network/layer_types.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

namespace {

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

std::string list(const std::vector<std::string>& names) {
  std::vector<std::string> items;
  for (const std::string& name : names) items.push_back(quoted(name));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string size(const Size2& size) {
  return size.height == size.width ? fmt::format("{}", size.height) : fmt::format("[{}, {}]", size.height, size.width);
}

std::string padding(const Padding& p) {
  if (p.mode == PaddingMode::same) return "\"same\"";
  if (p.top != p.bottom || p.left != p.right) {
    return fmt::format(R"({{"top": {}, "bottom": {}, "left": {}, "right": {}}})", p.top, p.bottom, p.left, p.right);
  }
  return size({p.top, p.left});
}

bool same(const Size2& a, const Size2& b) { return a.height == b.height && a.width == b.width; }
bool same(const Padding& a, const Padding& b) {
  return a.mode == b.mode && a.top == b.top && a.bottom == b.bottom && a.left == b.left && a.right == b.right;
}

/// Members of one line, in the order of LayerConfig.
class Line {
 public:
  void put(const std::string& key, const std::string& json) { members_.push_back(quoted(key) + ": " + json); }
  void integer(const std::string& key, std::int64_t value, std::int64_t standard) {
    if (value != standard) put(key, fmt::format("{}", value));
  }
  void flag(const std::string& key, bool value) {
    if (value) put(key, "true");
  }
  void name(const std::string& key, const std::string& value, const std::string& standard) {
    if (value != standard) put(key, quoted(value));
  }
  std::string text() const { return fmt::format("{{{}}}", fmt::join(members_, ", ")); }

 private:
  std::vector<std::string> members_;
};

void put_window(Line& line, const LayerConfig& layer, const LayerConfig& standard) {
  if (!same(layer.stride, standard.stride)) line.put("stride", size(layer.stride));
  if (!same(layer.dilation, standard.dilation)) line.put("dilation", size(layer.dilation));
  if (!same(layer.padding, standard.padding)) line.put("padding", padding(layer.padding));
}

void put_shaping(Line& line, const LayerConfig& layer) {
  if (layer.type == LayerType::slice) {
    line.put("channel_begin", fmt::format("{}", layer.channel_begin));
    line.put("channel_end", fmt::format("{}", layer.channel_end));
  }
  if (layer.type == LayerType::upsample) {
    if (layer.scale.height > 0) line.put("scale", size(layer.scale));
    if (layer.scale.height == 0) line.put("output_size", size(layer.output_size));
    if (layer.mode == UpsampleMode::bilinear) line.put("mode", "\"bilinear\"");
    line.flag("align_corners", layer.align_corners);
  }
  if (layer.type == LayerType::squeeze_excite) {
    line.integer("squeeze_channels", layer.squeeze_channels, 0);
    line.integer("tile_height", layer.tile_height, 0);
    line.name("gate", layer.gate, "sigmoid");
  }
}

std::string write_layer(const LayerConfig& layer) {
  const LayerConfig standard;
  const bool depthwise = layer.type == LayerType::conv && layer.groups == as_input_channels;
  const bool windowed = layer.type == LayerType::conv || layer.type == LayerType::conv_transpose || layer.type == LayerType::max_pool ||
                        layer.type == LayerType::avg_pool;
  const bool weighted =
      layer.type == LayerType::conv || layer.type == LayerType::conv_transpose || layer.type == LayerType::fully_connected;
  Line line;
  line.put("name", quoted(layer.name));
  line.put("type", quoted(depthwise ? "depthwise_conv" : to_string(layer.type)));
  line.put("inputs", list(layer.inputs));
  if (weighted && layer.filters != as_input_channels) line.put("filters", fmt::format("{}", layer.filters));
  if (windowed) line.put("kernel", size(layer.kernel));
  if (windowed) put_window(line, layer, standard);
  if (!depthwise && (windowed || layer.type == LayerType::channel_shuffle)) {
    line.integer("groups", layer.groups, layer.type == LayerType::channel_shuffle ? 0 : 1);
  }
  line.flag("ceil_mode", windowed && layer.ceil_mode);
  line.flag("bias", weighted && layer.bias);
  line.flag("batch_norm", weighted && layer.batch_norm);
  line.name("weights_of", layer.weights_of, standard.weights_of);
  put_shaping(line, layer);
  line.name("activation", layer.activation, standard.activation);
  line.integer("bits", layer.bits, standard.bits);
  if (weighted || layer.type == LayerType::layer_norm || layer.type == LayerType::squeeze_excite)
    line.integer("weight_bits", layer.weight_bits, standard.weight_bits);
  return line.text();
}

}  // namespace

std::string write_network_config(const NetworkConfig& config) {
  std::string text = "{\n  \"$schema\": \"../schemas/network.schema.json\",\n  \"name\": " + quoted(config.name) + ",\n";
  if (!config.description.empty()) text += "  \"description\": " + quoted(config.description) + ",\n";
  if (!config.source.empty()) text += "  \"source\": " + quoted(config.source) + ",\n";
  text += fmt::format(R"(  "input": {{"height": {}, "width": {}, "channels": {})", config.input_height, config.input_width,
                      config.input_channels);
  if (config.input_bits != 8) text += fmt::format(", \"bits\": {}", config.input_bits);
  text += "},\n  \"layers\": [\n";
  for (std::size_t i = 0; i < config.layers.size(); ++i) {
    text += "    " + write_layer(config.layers[i]) + (i + 1 < config.layers.size() ? ",\n" : "\n");
  }
  text += "  ]";
  if (!config.outputs.empty()) text += ",\n  \"outputs\": " + list(config.outputs);
  if (!config.assumed_free.empty()) text += ",\n  \"assumed_free\": " + list(config.assumed_free);
  return text + "\n}\n";
}

}  // namespace rowflow
