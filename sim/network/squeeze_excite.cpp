// Tile heights, and the published metric of what tiling saves (timing model, "Pipeline buffering").
#include "sim/network/squeeze_excite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/base/nearest.hpp"
#include "sim/network/count.hpp"
#include "sim/network/shapes.hpp"

namespace rowflow {

namespace {

bool is_squeeze_excite(const Layer& layer) { return layer.config.type == LayerType::squeeze_excite; }

void recount(Network& network, Layer& layer) {
  network.macs -= layer.macs;
  network.parameters -= layer.parameters;
  count(layer);
  network.macs += layer.macs;
  network.parameters += layer.parameters;
}

void set_layer(Network& network, Layer& layer, Rows tile_height) {
  if (tile_height < 0)
    throw InputError("", fmt::format("found tile height {}, expected \"full\" or integer ≥ 1", tile_height));
  layer.config.tile_height = tile_height;
  recount(network, layer);
}

Layer& block_named(Network& network, const std::string& name) {
  std::vector<std::string> blocks;
  for (Layer& layer : network.layers) {
    if (!is_squeeze_excite(layer)) continue;
    if (layer.config.name == name) return layer;
    blocks.push_back(layer.config.name);
  }
  throw InputError(network.file,
                   fmt::format("no squeeze_excite layer is named \"{}\"{}", name, nearest_hint(name, blocks)));
}

/// The add met first, in layers, on the way from `layer` without crossing another block; -1 when there is none.
/// `from` becomes the layer through which the walk reached it.
int first_add(const Network& network, int layer, int& from) {
  std::vector<bool> seen(network.layers.size(), false);
  std::deque<int> open{layer};
  while (!open.empty()) {
    from = open.front();
    open.pop_front();
    for (const int consumer : network.layers[from].consumers) {
      const Layer& next = network.layers[consumer];
      if (next.config.type == LayerType::add) return consumer;
      const bool passes = !is_squeeze_excite(next) || (is_static_gate(next) && next.inputs[1] == from);
      if (!passes || seen[consumer]) continue;
      seen[consumer] = true;
      open.push_back(consumer);
    }
  }
  return -1;
}

/// The layers and inputs that feed `layer`, itself included.
class Ancestors {
 public:
  Ancestors(const Network& network, int layer) : layers_(network.layers.size(), false) {
    mark(layer);
    for (int i = layer; i >= 0; --i) {
      if (!layers_[static_cast<std::size_t>(i)]) continue;
      for (const int input : network.layers[static_cast<std::size_t>(i)].inputs) mark(input);
    }
  }
  bool has(int layer) const {
    return is_network_input(layer) ? inputs_.count(layer) > 0 : layers_[static_cast<std::size_t>(layer)];
  }

 private:
  void mark(int layer) {
    if (is_network_input(layer))
      inputs_.insert(layer);
    else
      layers_[static_cast<std::size_t>(layer)] = true;
  }
  std::vector<bool> layers_;
  std::set<int> inputs_;
};

std::int64_t skip_channels(const Network& network, int layer) {
  int from = -1;
  const int add = first_add(network, layer, from);
  if (add < 0) return 0;
  const Ancestors feed_block(network, network.layers[layer].inputs[0]);
  const Layer& join = network.layers[add];
  for (std::size_t k = 0; k < join.inputs.size(); ++k) {
    const int other = join.inputs[k];
    if (other == from) continue;
    if (feed_block.has(other)) return join.input_shapes[k].channels;
  }
  return 0;
}

}  // namespace

void set_tile_height(Network& network, Rows tile_height) {
  for (Layer& layer : network.layers) {
    if (is_squeeze_excite(layer)) set_layer(network, layer, tile_height);
  }
}

void set_tile_height(Network& network, const std::string& name, Rows tile_height) {
  set_layer(network, block_named(network, name), tile_height);
}

void set_se_mode(Network& network, SqueezeMode mode) {
  for (Layer& layer : network.layers) {
    if (!is_squeeze_excite(layer)) continue;
    layer.config.se_mode = mode;
    recount(network, layer);
  }
}

void set_se_mode(Network& network, const std::string& name, SqueezeMode mode) {
  Layer& layer = block_named(network, name);
  layer.config.se_mode = mode;
  recount(network, layer);
}

void set_tile_height_of_first(Network& network, int count, Rows tile_height) {
  int tiled = 0;
  for (Layer& layer : network.layers) {
    if (is_squeeze_excite(layer)) set_layer(network, layer, tiled++ < count ? tile_height : 0);
  }
}

SeBuffering pipeline_buffering(const Network& network, int layer) {
  const Layer& block = network.layers[layer];
  if (!is_squeeze_excite(block))
    throw Defect("pipeline buffering of " + block.config.name + ", which is no squeeze_excite");
  if (is_static_gate(block)) return {};
  const Shape &pooled = block.input_shapes[0], &scaled = block.input_shapes[1];
  const Rows asked = block.config.tile_height;
  const Rows rows = asked == 0 || asked >= pooled.height
                        ? scaled.height
                        : ceil_div(checked_multiply(asked, scaled.height), pooled.height);
  SeBuffering buffering;
  buffering.skip_channels = skip_channels(network, layer);
  buffering.elements =
      checked_multiply(checked_multiply(rows, scaled.width), scaled.channels + buffering.skip_channels);
  return buffering;
}

}  // namespace rowflow
