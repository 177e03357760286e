#include "sim/import/blocks.hpp"

#include "sim/base/integer.hpp"
#include "sim/network/shapes.hpp"

namespace rowflow {

namespace {

class Blocks {
 public:
  explicit Blocks(Importer& importer) : drafts_(importer.drafts()), readers_(drafts_.size(), 0) {
    for (const Draft& draft : drafts_) {
      if (draft.is_dead) continue;
      for (const int input : draft.layer.inputs) {
        if (!is_network_input(input)) ++readers_[input];
      }
    }
    for (const int output : importer.outputs()) ++readers_[output];
  }

  void recognise(int join) {
    if (drafts_[join].is_dead || drafts_[join].layer.config.type != LayerType::multiply) return;
    for (const std::size_t side : {1, 0}) {
      Chain chain;
      if (follow(drafts_[join].layer.inputs[side], drafts_[join].layer.input_shapes[1 - side], chain))
        return replace(join, side, chain);
    }
  }

 private:
  struct Chain {
    std::vector<int> parts;  ///< drafts that become part of the block
    int pool = 0;
    std::int64_t squeeze = 0, tile = 0;
    bool cumulative = false;
    std::string gate;
  };

  /// The draft, if nobody but the block reads it.
  const Layer* inner(int index) const {
    return !is_network_input(index) && readers_[index] == 1 ? &drafts_[index].layer : nullptr;
  }

  static bool is_dense(const Layer* layer) {
    if (layer == nullptr || layer->input_shapes[0].width != 1) return false;
    const LayerConfig& c = layer->config;
    if (c.type == LayerType::fully_connected) return layer->input_shapes[0].height == 1;
    return c.type == LayerType::conv && c.groups == 1 &&
           layer->output == Shape{layer->input_shapes[0].height, 1, c.filters} && c.kernel.height == 1 &&
           c.kernel.width == 1;
  }

  bool follow(int index, const Shape& map, Chain& chain) const {
    const Layer* layer = inner(index);
    const auto step = [&] {
      chain.parts.push_back(index);
      index = layer->inputs[0];
      layer = inner(index);
    };
    if (layer != nullptr && drafts_[index].cropped_rows > 0) step();
    std::int64_t factor = 0;
    if (layer != nullptr && layer->config.type == LayerType::upsample && layer->config.mode == UpsampleMode::nearest) {
      factor = layer->config.scale.height;
      if (factor < 1 || (layer->output.width != 1 && layer->output.width != map.width)) return false;
      step();
    }
    if (factor == 0 && !chain.parts.empty()) return false;
    if (!is_dense(layer) || layer->output.channels != map.channels) return false;
    chain.gate = layer->config.activation;
    step();
    if (is_dense(layer)) {
      chain.squeeze = layer->config.filters;
      step();
    }
    if (layer == nullptr) return false;
    chain.parts.push_back(chain.pool = index);
    if (factor == 0 && layer->config.type == LayerType::avg_pool) factor = 1;  // tiles of one row need no repeating
    chain.tile = factor;
    if (factor == 0) return layer->config.type == LayerType::global_avg_pool;
    chain.cumulative = is_cumulative_pool(drafts_[index], factor, map);
    return chain.cumulative || is_tiled_pool(*layer, factor, map);
  }

  static bool is_tiled_pool(const Layer& layer, std::int64_t tile, const Shape& map) {
    const LayerConfig& c = layer.config;
    const Shape& in = layer.input_shapes[0];
    if (layer.config.type == LayerType::global_avg_pool) return in.height == map.height && tile == map.height;
    return c.type == LayerType::avg_pool && c.kernel.height == tile && c.stride.height == tile &&
           c.kernel.width == in.width && layer.output.width == 1 &&
           c.padding.top + c.padding.left + c.padding.right == 0 && in.height == map.height &&
           layer.output.height == ceil_div(in.height, tile);
  }

  /// Windows of as many rows as all tiles together, each ending with its tile: what lies above the map does not count.
  static bool is_cumulative_pool(const Draft& pool, std::int64_t tile, const Shape& map) {
    const LayerConfig& c = pool.layer.config;
    const Shape& in = pool.layer.input_shapes[0];
    const std::int64_t tiles = ceil_div(in.height, tile);
    return c.type == LayerType::avg_pool && tiles > 1 && in.height == map.height && c.stride.height == tile &&
           c.kernel == Size2{tiles * tile, in.width} && c.padding.top == (tiles - 1) * tile &&
           c.padding.left + c.padding.right == 0 && pool.layer.output == Shape{tiles, 1, in.channels} &&
           attribute(*pool.node, "count_include_pad", std::int64_t{0}) == 0;
  }

  void replace(int join, std::size_t side, const Chain& chain) {
    Draft& draft = drafts_[join];
    Layer block;
    block.config.type = LayerType::squeeze_excite;
    block.config.name = draft.layer.config.name;
    block.config.activation = draft.layer.config.activation;
    block.config.squeeze_channels = chain.squeeze;
    block.config.tile_height = chain.tile;
    if (chain.cumulative) block.config.se_mode = SqueezeMode::cumulative;
    block.config.gate = chain.gate;
    const Layer& pool = drafts_[chain.pool].layer;
    block.inputs = {pool.inputs[0]};
    block.input_shapes = {pool.input_shapes[0]};
    const int scaled = draft.layer.inputs[1 - side];
    if (scaled != block.inputs[0]) {
      block.inputs.push_back(scaled);
      block.input_shapes.push_back(draft.layer.input_shapes[1 - side]);
    }
    block.output = draft.layer.output;
    draft.gate_name = draft.layer.config.inputs[side];
    draft.pool_node = drafts_[chain.pool].node;
    draft.pooled_name = pool.config.inputs[0];
    block.config.weight_bits = drafts_[chain.parts[chain.parts.size() - 2]].layer.config.weight_bits;
    draft.layer = std::move(block);
    for (const int part : chain.parts) drafts_[part].is_dead = true;
  }

  std::vector<Draft>& drafts_;
  std::vector<int> readers_;
};

}  // namespace

void recognise_blocks(Importer& importer) {
  Blocks blocks(importer);
  for (std::size_t i = 0; i < importer.drafts().size(); ++i) blocks.recognise(static_cast<int>(i));
  for (Draft& draft : importer.drafts()) {
    if (draft.is_dead || draft.cropped_rows == 0) continue;
    draft.layer.config.type = LayerType::crop;
    draft.layer.config.output_size = {draft.cropped_rows, draft.cropped_columns};
  }
  importer.problems().fail_if_any();
}

}  // namespace rowflow
