#include "sim/network/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/network/count.hpp"
#include "sim/network/layer_types.hpp"
#include "sim/network/order.hpp"
#include "sim/network/shapes.hpp"

namespace rowflow {

namespace {

void check_input(const std::string& where, std::int64_t height, std::int64_t width, std::int64_t channels) {
  const auto in = [](std::int64_t value, std::int64_t most) { return value >= 1 && value <= most; };
  if (in(height, largest_extent) && in(width, largest_extent) && in(channels, largest_channels)) return;
  throw InputError(where, fmt::format("found an input of {}×{}×{}, expected 1×1×1 to {}×{}×{}", height, width, channels,
                                      largest_extent, largest_extent, largest_channels));
}

std::string pointer_of_input(const NetworkConfig& config, std::size_t k) {
  return config.further_inputs.empty() ? config.file + ": /input" : fmt::format("{}: /inputs/{}", config.file, k);
}

void copy_inputs(Network& network, const NetworkConfig& config) {
  check_input(pointer_of_input(config, 0), config.input_height, config.input_width, config.input_channels);
  network.input = {config.input_height, config.input_width, config.input_channels};
  network.input_bits = static_cast<int>(config.input_bits);
  network.input_name = config.input_name;
  for (const InputConfig& input : config.further_inputs) {
    check_input(pointer_of_input(config, network.further_inputs.size() + 1), input.height, input.width, input.channels);
    network.further_inputs.push_back(
        {input.name, {input.height, input.width, input.channels}, static_cast<int>(input.bits)});
  }
}

/// Of several inputs each feeds something; a single one does anyway.
void check_inputs_are_read(const Network& network, const NetworkConfig& config) {
  std::vector<bool> read(network.further_inputs.size() + 1, false);
  for (const Layer& layer : network.layers)
    for (const int input : layer.inputs)
      if (is_network_input(input)) read[input_place(input)] = true;
  for (std::size_t k = 0; k < read.size(); ++k)
    if (!read[k])
      throw InputError(pointer_of_input(config, k),
                       fmt::format("nobody reads the input \"{}\"", name_of(network, input_at(k))));
}

void infer(Network& network, Layer& layer) {
  for (const int input : layer.inputs) layer.input_shapes.push_back(shape_of(network, input));
  infer_shape(layer, network.file);
  try {
    count(layer);
  } catch (const std::overflow_error&) {
    throw InputError(network.file + ": " + layer.config.pointer,
                     fmt::format("layer \"{}\": its MACs or weights exceed 64 bits", layer.config.name));
  }
}

void link_consumers(Network& network) {
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    for (const int input : network.layers[i].inputs) {
      if (is_network_input(input)) continue;
      std::vector<int>& consumers = network.layers[input].consumers;
      if (consumers.empty() || consumers.back() != static_cast<int>(i)) consumers.push_back(static_cast<int>(i));
    }
  }
}

int find_layer(const Network& network, const std::string& name) {
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (network.layers[i].config.name == name) return static_cast<int>(i);
  }
  return -1;
}

bool same_weights(const Layer& a, const Layer& b) {
  const LayerConfig &x = a.config, &y = b.config;
  return x.type == y.type && a.input_shapes[0].channels == b.input_shapes[0].channels && x.filters == y.filters &&
         x.kernel.height == y.kernel.height && x.kernel.width == y.kernel.width && x.groups == y.groups &&
         x.bias == y.bias && x.weight_bits == y.weight_bits;
}

/// "weights_of" names a layer that has weights of its own, of the same shape.
void check_shared_weights(const Network& network) {
  std::vector<std::string> names;
  for (const Layer& layer : network.layers) names.push_back(layer.config.name);
  for (const Layer& layer : network.layers) {
    const std::string& owner = layer.config.weights_of;
    if (owner.empty()) continue;
    const std::string where = network.file + ": " + layer.config.pointer + "/weights_of";
    const int index = find_layer(network, owner);
    if (index < 0)
      throw InputError(where, fmt::format("no layer is named \"{}\"{}", owner, nearest_hint(owner, names)));
    const Layer& other = network.layers[index];
    if (!other.config.weights_of.empty() || &other == &layer)
      throw InputError(where, fmt::format("found \"{}\", expected a layer with weights of its own", owner));
    if (!same_weights(layer, other))
      throw InputError(
          where,
          fmt::format("the weights of \"{}\" do not fit: expected the same type, input channels, filters, kernel, "
                      "groups, bias and weight_bits",
                      owner));
  }
}

void resolve_outputs(Network& network, const NetworkConfig& config) {
  std::vector<std::string> names;
  for (const Layer& layer : network.layers) names.push_back(layer.config.name);
  for (std::size_t k = 0; k < config.outputs.size(); ++k) {
    const std::string where = fmt::format("{}: /outputs/{}", config.file, k);
    const int layer = find_layer(network, config.outputs[k]);
    if (layer < 0)
      throw InputError(
          where, fmt::format("no layer is named \"{}\"{}", config.outputs[k], nearest_hint(config.outputs[k], names)));
    if (std::count(network.outputs.begin(), network.outputs.end(), layer) > 0)
      throw InputError(where, fmt::format("\"{}\" stands twice", config.outputs[k]));
    network.outputs.push_back(layer);
  }
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (!layer.consumers.empty()) continue;
    if (config.outputs.empty()) network.outputs.push_back(static_cast<int>(i));
    if (std::count(network.outputs.begin(), network.outputs.end(), static_cast<int>(i)) == 0) {
      throw InputError(config.file + ": " + layer.config.pointer,
                       fmt::format("nobody reads layer \"{}\", and \"outputs\" does not name it", layer.config.name));
    }
  }
}

/// Whatever the order in the file.
void sort_outputs(Network& network) { std::sort(network.outputs.begin(), network.outputs.end()); }

void add_up(Network& network) {
  for (const Layer& layer : network.layers) {
    if (__builtin_add_overflow(network.macs, layer.macs, &network.macs) ||
        __builtin_add_overflow(network.parameters, layer.parameters, &network.parameters)) {
      throw InputError(network.file, "the network's MACs or parameters exceed 64 bits");
    }
  }
}

}  // namespace

const Shape& shape_of(const Network& network, int index) {
  if (!is_network_input(index)) return network.layers[static_cast<std::size_t>(index)].output;
  return index == network_input ? network.input : network.further_inputs[input_place(index) - 1].shape;
}

const std::string& name_of(const Network& network, int index) {
  if (!is_network_input(index)) return network.layers[static_cast<std::size_t>(index)].config.name;
  return index == network_input ? network.input_name : network.further_inputs[input_place(index) - 1].name;
}

Network build_network(const NetworkConfig& config) {
  Network network;
  network.file = config.file;
  network.name = config.name;
  copy_inputs(network, config);
  if (config.layers.empty()) throw InputError(config.file + ": /layers", "found no layers, expected at least 1");
  network.assumed_free = config.assumed_free;
  network.layers = order_layers(config);
  for (Layer& layer : network.layers) infer(network, layer);
  sort_canonically(network.layers);
  check_inputs_are_read(network, config);
  check_shared_weights(network);
  link_consumers(network);
  resolve_outputs(network, config);
  sort_outputs(network);
  add_up(network);
  return network;
}

}  // namespace rowflow
