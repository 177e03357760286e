#include "sim/compile/lower_squeeze_excite.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"
#include "sim/compile/lower_layers.hpp"

namespace rowflow {

namespace {

/// Adds a stage of the block that turns one vector a tile into one row of `elements` a tile.
Stream vector_stage(LoweringState& state, int index, const std::string& part, StageKind kind, const Stream& in,
                    Elements elements, Macs macs, Bytes weight_bytes) {
  const LayerConfig& config = state.network.layers[index].config;
  const int stage = state.pipeline.add_stage(config.name + part, config.name, kind, in.rows, {index, weight_bytes});
  state.pipeline.stage(stage).macs_per_step = macs;
  state.pipeline.origin(stage).weight_bits = static_cast<int>(config.weight_bits);
  state.pipeline.origin(stage).step_weight_bytes = weight_bytes;
  state.pipeline.connect(in, stage, row_window(in.rows), BufferRole::vector);
  return state.pipeline.output(stage, emit_rows(in.rows), elements, config.bits);
}

Stream squeeze_stage(LoweringState& state, int index, Rows tile) {
  const Layer& layer = state.network.layers[index];
  const Shape& pooled = layer.input_shapes[0];
  const int stage = state.pipeline.add_stage(layer.config.name + ".squeeze", layer.config.name, StageKind::squeeze,
                                             pooled.height, {index, 0});
  state.pipeline.origin(stage).step_taps = checked_multiply(pooled.width, pooled.channels);
  state.pipeline.connect(state.stream_of(layer.inputs[0]), stage, row_window(pooled.height), BufferRole::straight);
  return state.pipeline.output(stage, emit_tiles(pooled.height, tile), pooled.channels, layer.config.bits);
}

/// The FCs, and the broadcast where the device has one; a broadcast row is as wide as the map that it multiplies.
Stream excite_stages(LoweringState& state, int index, Stream vector, SeBlock& block) {
  const Layer& layer = state.network.layers[index];
  const std::int64_t in = layer.input_shapes[0].channels, out = layer.input_shapes[1].channels,
                     mid = layer.config.squeeze_channels;
  const Rows tiles = vector.rows;
  const bool divides = block.cumulative && tiles > 1;
  Bytes reduce_bytes = 0;
  if (mid > 0) {
    reduce_bytes =
        std::min(layer.weight_bytes, ceil_div(checked_multiply((in + 1) * mid, layer.config.weight_bits), 8));
    vector = vector_stage(state, index, ".reduce", StageKind::vector_fc, vector, mid, in * mid, reduce_bytes);
    block.excite.push_back(vector.stage);
    state.pipeline.origin(vector.stage).divides = divides;
  }
  const Macs expand_macs = (mid > 0 ? mid : in) * out;
  vector = vector_stage(state, index, ".expand", StageKind::vector_fc, vector, out, expand_macs,
                        layer.weight_bytes - reduce_bytes);
  block.excite.push_back(vector.stage);
  if (mid == 0) state.pipeline.origin(vector.stage).divides = divides;
  block.excite_macs = tiles * (in * mid + expand_macs);
  if (state.device.broadcast_stage) {
    const Elements row = checked_multiply(layer.input_shapes[1].width, out);
    vector = vector_stage(state, index, ".broadcast", StageKind::broadcast, vector, row, 0, 0);
    block.excite.push_back(vector.stage);
  }
  return vector;
}

/// Its factors are in the weights beside it: a reader of the block reads the scaled map.
void lower_static_gate(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  state.streams[index] = state.stream_of(layer.inputs[1]);
  state.streams[index].bits = static_cast<int>(layer.config.bits);
}

}  // namespace

void lower_squeeze_excite(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  if (is_static_gate(layer)) return lower_static_gate(state, index);
  const Shape &pooled = layer.input_shapes[0], &scaled = layer.input_shapes[1];
  const Rows asked = layer.config.tile_height;
  SeBlock block;
  block.layer = layer.config.name;
  block.height = pooled.height;
  block.width = scaled.width;
  block.channels = scaled.channels;
  block.tile_height = asked;
  block.cumulative = layer.config.se_mode == SqueezeMode::cumulative;
  block.tile_height_effective = asked == 0 ? pooled.height : std::min(asked, pooled.height);

  Stream vector = squeeze_stage(state, index, block.tile_height_effective);
  block.squeeze = vector.stage;
  vector = excite_stages(state, index, vector, block);

  const std::string name = layer.config.name + ".scale";
  block.scale = state.pipeline.add_stage(name, layer.config.name, StageKind::scale, scaled.height, {index, 0});
  block.bypass = state.pipeline.connect(state.stream_of(layer.inputs[1]), block.scale, row_window(scaled.height),
                                        BufferRole::se_bypass);
  state.pipeline.connect(vector, block.scale,
                         scaled_tile_window(pooled.height, scaled.height, block.tile_height_effective),
                         BufferRole::vector);
  state.streams[index] =
      state.pipeline.output(block.scale, emit_rows(scaled.height),
                            checked_multiply(layer.output.width, layer.output.channels), layer.config.bits);
  // What each reads from the host's memory for itself does not wait on the chip (as T21).
  const bool waits = layer.inputs[1] >= network_input;
  if (waits) state.pipeline.plan().se_blocks.push_back(std::move(block));
}

}  // namespace rowflow
