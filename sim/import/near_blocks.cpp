#include "sim/import/near_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/network/layer_kinds.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

namespace {

class NearBlock {
 public:
  explicit NearBlock(const Network& network) : network_(network) {}

  /// One value a channel, of the map or of a tile, stands for the whole map.
  static bool is_gate(const Layer& join, std::size_t side) {
    const Shape &gate = join.input_shapes[side], &map = join.input_shapes[1 - side];
    return gate.width == 1 && gate.height <= map.height && gate.height * gate.width < map.height * map.width;
  }

  /// No excite at all: a normalisation by the map's own statistics.
  static constexpr const char* none = "no excite";

  /// Why what leads to this layer is no pool with one or two fully connected layers; empty where that is all there is.
  std::string reason(int index) const {
    std::size_t dense = 0;
    const Layer* layer = inner(index);
    if (layer != nullptr && layer->config.type == LayerType::upsample) layer = step(index);
    for (; is_dense(layer); layer = step(index)) {
      if (++dense > 2) return "it has more than two fully connected layers";
    }
    if (is_network_input(index)) return "the gate is made from the network's input";
    if (layer == nullptr) return fmt::format("others read {} too", network_.layers[index].config.name);
    const LayerConfig& c = layer->config;
    if (c.type == LayerType::conv && c.groups > 1 && layer->output.width == 1)
      return fmt::format("{} works in {} groups", c.name, c.groups);
    if (c.type == LayerType::max_pool) return fmt::format("{} takes the maximum, not the average", c.name);
    if (c.type != LayerType::global_avg_pool && c.type != LayerType::avg_pool)
      return fmt::format("{} ({}) is between its pool and its gate", c.name, layer_kind(c).name);
    return dense == 0 ? none : "";
  }

 private:
  /// The layer, if nobody but the gate reads it.
  const Layer* inner(int index) const {
    if (is_network_input(index) || network_.layers[index].consumers.size() != 1) return nullptr;
    if (std::find(network_.outputs.begin(), network_.outputs.end(), index) != network_.outputs.end()) return nullptr;
    return &network_.layers[index];
  }
  const Layer* step(int& index) const { return inner(index = network_.layers[index].inputs[0]); }

  static bool is_dense(const Layer* layer) {
    if (layer == nullptr || layer->output.width != 1) return false;
    const LayerConfig& c = layer->config;
    if (c.type == LayerType::fully_connected) return true;
    return c.type == LayerType::conv && c.groups == 1 && c.kernel.height == 1 && c.kernel.width == 1;
  }

  const Network& network_;
};

}  // namespace

std::vector<std::string> find_near_blocks(const Network& network) {
  std::vector<std::string> notes;
  const NearBlock near(network);
  for (const Layer& layer : network.layers) {
    if (layer.config.type != LayerType::multiply) continue;
    for (const std::size_t side : {0, 1}) {
      if (!NearBlock::is_gate(layer, side)) continue;
      const std::string reason = near.reason(layer.inputs[side]);
      if (reason == NearBlock::none) continue;
      notes.push_back(
          reason.empty()
              ? fmt::format(
                    "{}: a squeeze-and-excite block in separate layers, of full height; \"squeeze_excite\" is the one "
                    "that can be tiled",
                    layer.config.name)
              : fmt::format("{}: nearly a squeeze-and-excite block, but {}; it stays separate layers, of full height",
                            layer.config.name, reason));
    }
  }
  return notes;
}

}  // namespace rowflow
