// What follows from shapes: MACs, parameters, weight bytes.
#include "sim/network/count.hpp"

#include <algorithm>
#include <initializer_list>

#include "sim/base/integer.hpp"
#include "sim/network/layer_kinds.hpp"

namespace rowflow {

namespace {

std::int64_t product(std::initializer_list<std::int64_t> factors) {
  std::int64_t result = 1;
  for (const std::int64_t factor : factors) result = checked_multiply(result, factor);
  return result;
}

void count_weights(Layer& layer, std::int64_t weights, std::int64_t biases, std::int64_t parameters) {
  layer.parameters = parameters;
  layer.weight_bytes = ceil_div(checked_multiply(weights + biases, layer.config.weight_bits), 8);
}

/// `sites`: how often a frame the layer's weights are applied, all of them once. Shared weights are published, so
/// counted, once, with the layer that owns them; the device holds a copy for every layer.
void count_filters(Layer& layer, std::int64_t weights, std::int64_t sites) {
  const LayerConfig& c = layer.config;
  layer.macs = checked_multiply(weights, sites);
  const std::int64_t own = c.weights_of.empty() ? weights + (c.bias ? c.filters : 0) : 0;
  count_weights(layer, weights, c.filters, own + (c.batch_norm ? 2 * c.filters : 0));
}

std::int64_t kernel_weights(const Layer& layer) {
  const LayerConfig& c = layer.config;
  return product({c.kernel.height, c.kernel.width, layer.input_shapes[0].channels / c.groups, c.filters});
}

}  // namespace

void count_affine(Layer& layer) {
  layer.macs = layer.parameters = layer.weight_bytes = 0;
  const std::int64_t channels = layer.output.channels;
  if (layer.config.batch_norm) count_weights(layer, channels, channels, 2 * channels);
}

void count_convolution(Layer& layer) {
  count_filters(layer, kernel_weights(layer), product({layer.output.height, layer.output.width}));
}

void count_transposed_convolution(Layer& layer) {
  count_filters(layer, kernel_weights(layer), product({layer.input_shapes[0].height, layer.input_shapes[0].width}));
}

void count_fully_connected(Layer& layer) {
  const Shape& in = layer.input_shapes[0];
  count_filters(layer, product({in.height, in.width, in.channels, layer.config.filters}), 1);
}

/// A scale and an offset a channel.
void count_layer_norm(Layer& layer) {
  const std::int64_t channels = layer.input_shapes[0].channels;
  layer.macs = 0;
  count_weights(layer, channels, channels, 2 * channels);
}

/// FCs with a bias each: C → squeeze_channels → C of the scaled map, or a single one. A static gate is a factor a
/// channel, which the weights beside it take in (T24).
void count_squeeze_excite(Layer& layer) {
  const Shape& pooled = layer.input_shapes[0];
  const std::int64_t in = pooled.channels, mid = layer.config.squeeze_channels, out = layer.output.channels;
  if (is_static_gate(layer)) {
    layer.macs = layer.weight_bytes = 0;
    layer.parameters = out;
    return;
  }
  const std::int64_t weights = mid > 0 ? product({in, mid}) + product({mid, out}) : product({in, out});
  const Rows tile = layer.config.tile_height == 0 ? pooled.height : std::min(layer.config.tile_height, pooled.height);
  layer.macs = checked_multiply(weights, ceil_div(pooled.height, tile));
  count_weights(layer, weights, mid + out, weights + mid + out);
}

void count(Layer& layer) { layer_kind(layer.config).count(layer); }

}  // namespace rowflow
