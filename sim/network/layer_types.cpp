#include "sim/network/layer_types.hpp"

#include "sim/base/error.hpp"

namespace rowflow {

const std::vector<TypeEntry>& layer_types() {
  static const std::vector<std::string> weights{"stride", "padding", "bias", "batch_norm", "weight_bits"};
  const auto with_weights = [](std::vector<std::string> keys) {
    keys.insert(keys.end(), weights.begin(), weights.end());
    return keys;
  };
  constexpr std::size_t many = 4096;
  static const std::vector<TypeEntry> types{
      {"conv", LayerType::conv, {"filters", "kernel"}, with_weights({"dilation", "groups", "weights_of"}), 1, 1},
      {"depthwise_conv", LayerType::conv, {"kernel"}, with_weights({"dilation", "filters", "weights_of"}), 1, 1},
      {"conv_transpose", LayerType::conv_transpose, {"filters", "kernel"}, with_weights({"dilation", "groups"}), 1, 1},
      {"max_pool", LayerType::max_pool, {"kernel"}, {"stride", "padding", "dilation", "ceil_mode"}, 1, 1},
      {"avg_pool", LayerType::avg_pool, {"kernel"}, {"stride", "padding", "ceil_mode"}, 1, 1},
      {"global_avg_pool", LayerType::global_avg_pool, {}, {}, 1, 1},
      {"fully_connected", LayerType::fully_connected, {"filters"}, {"bias", "batch_norm", "weight_bits"}, 1, 1},
      {"add", LayerType::add, {}, {}, 2, many},
      {"multiply", LayerType::multiply, {}, {}, 2, 2},
      {"concat", LayerType::concat, {}, {}, 2, many},
      {"slice", LayerType::slice, {"channel_begin", "channel_end"}, {}, 1, 1},
      {"channel_shuffle", LayerType::channel_shuffle, {"groups"}, {}, 1, 1},
      {"layer_norm", LayerType::layer_norm, {}, {"weight_bits"}, 1, 1},
      {"upsample", LayerType::upsample, {}, {"scale", "output_size", "mode", "align_corners"}, 1, 1},
      {"squeeze_excite", LayerType::squeeze_excite, {}, {"squeeze_channels", "tile_height", "gate", "weight_bits"}, 1, 2},
  };
  return types;
}

const TypeEntry& type_entry(const std::string& name) {
  for (const TypeEntry& entry : layer_types()) {
    if (entry.name == name) return entry;
  }
  throw Defect("no layer type " + name);
}

std::string to_string(LayerType type) {
  for (const TypeEntry& entry : layer_types()) {
    if (entry.type == type) return entry.name;
  }
  throw Defect("a layer type without a name");
}

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names{"none",         "relu", "relu6",    "leaky_relu", "prelu",      "elu",
                                              "selu",         "gelu", "silu",     "mish",       "hard_swish", "sigmoid",
                                              "hard_sigmoid", "tanh", "softplus", "softmax",    "clip",       "exp"};
  return names;
}

bool is_legal_name(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !letter(name[0])) return false;
  for (const char c : name) {
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '.' && c != '-') return false;
  }
  return true;
}

bool is_reserved_name(const std::string& name) {
  return name == "input" || name == "source" || name == "sink" || name.rfind("sink.", 0) == 0;
}

}  // namespace rowflow
