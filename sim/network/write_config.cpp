// A NetworkConfig to JSON text: one layer a line, defaults left out.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "sim/base/json_text.hpp"
#include "sim/network/layer_kind.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

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
