#include "sim/compile/lower_layers.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"

namespace rowflow {

namespace {

Kernel kernel_of(const LayerConfig& c) { return {c.kernel.height, c.stride.height, c.padding.top, c.dilation.height}; }

/// T8: the cost kind of a convolution.
std::string convolution_kind(const LayerConfig& c, std::int64_t input_channels) {
  if (c.groups > 1) return c.groups == input_channels ? "depthwise" : "grouped";
  return c.kernel.height == 1 && c.kernel.width == 1 ? "pointwise" : "conv";
}

int add_layer_stage(LoweringState& state, int index, const std::string& kind, Rows steps) {
  const Layer& layer = state.network.layers[index];
  return state.pipeline.add_stage(layer.config.name, layer.config.name, kind, steps, {index, layer.weight_bytes});
}

void set_output(LoweringState& state, int index, int stage, std::vector<Rows> emits) {
  const Layer& layer = state.network.layers[index];
  state.streams[index] =
      state.pipeline.output(stage, std::move(emits), checked_multiply(layer.output.width, layer.output.channels), layer.config.bits);
}

/// A stage that makes one output row a step from a window of its only input.
int lower_windowed(LoweringState& state, int index, const std::string& kind, Window window) {
  const Rows steps = state.network.layers[index].output.height;
  const int stage = add_layer_stage(state, index, kind, steps);
  state.pipeline.connect(state.stream_of(state.network.layers[index].inputs[0]), stage, std::move(window), BufferRole::straight);
  set_output(state, index, stage, emit_rows(steps));
  return stage;
}

void lower_convolution(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  const Rows rows = layer.input_shapes[0].height, steps = layer.output.height;
  const bool transposed = layer.config.type == LayerType::conv_transpose;
  const Kernel kernel = kernel_of(layer.config);
  const int stage = lower_windowed(state, index, convolution_kind(layer.config, layer.input_shapes[0].channels),
                                   transposed ? transposed_window(rows, steps, kernel) : convolution_window(rows, steps, kernel));
  state.pipeline.stage(stage).macs_per_step = ceil_div(layer.macs, steps);
  state.pipeline.origin(stage).kernel_height = layer.config.kernel.height;
  state.pipeline.origin(stage).group_channels = layer.input_shapes[0].channels / layer.config.groups;
}

/// One input row a step, one output row at the end: global pooling, fully connected.
int lower_reduction(LoweringState& state, int index, const std::string& kind) {
  const Layer& layer = state.network.layers[index];
  const Rows steps = layer.input_shapes[0].height;
  const int stage = add_layer_stage(state, index, kind, steps);
  state.pipeline.connect(state.stream_of(layer.inputs[0]), stage, row_window(steps), BufferRole::straight);
  set_output(state, index, stage, emit_tiles(steps, steps));
  return stage;
}

void lower_upsample(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  const Rows rows = layer.input_shapes[0].height, steps = layer.output.height;
  lower_windowed(
      state, index, "upsample",
      layer.config.mode == UpsampleMode::nearest ? nearest_window(rows, steps) : bilinear_window(rows, steps, layer.config.align_corners));
}

/// The operand produced last is the main path; the others of an add are skips.
std::size_t main_operand(const Layer& layer) {
  std::size_t main = 0;
  for (std::size_t k = 1; k < layer.inputs.size(); ++k)
    if (layer.inputs[k] > layer.inputs[main]) main = k;
  return main;
}

void lower_element_wise(LoweringState& state, int index, const std::string& kind) {
  const Layer& layer = state.network.layers[index];
  const Rows steps = layer.output.height;
  const int stage = add_layer_stage(state, index, kind, steps);
  bool broadcast = false;
  for (const Shape& shape : layer.input_shapes) broadcast = broadcast || shape.height != steps;
  for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
    const Stream& stream = state.stream_of(layer.inputs[k]);
    BufferRole role = BufferRole::straight;
    Window window = row_window(steps);
    if (stream.rows != steps) {
      role = BufferRole::vector;
      window = tile_window(stream.rows, steps, broadcast_tile(state, layer, stream.rows, steps));
    } else if (broadcast && layer.config.type == LayerType::multiply) {
      role = BufferRole::se_bypass;
    } else if (layer.config.type == LayerType::add && k != main_operand(layer)) {
      role = BufferRole::skip;
    }
    state.pipeline.connect(stream, stage, std::move(window), role);
  }
  set_output(state, index, stage, emit_rows(steps));
}

/// The add rides on the convolution: its other operands are further inputs of that stage, its output is the stage's.
void lower_fused_add(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  const int convolution = state.fused[index];
  const int stage = state.streams[convolution].stage;
  for (const int input : layer.inputs)
    if (input != convolution) state.pipeline.connect(state.stream_of(input), stage, row_window(layer.output.height), BufferRole::skip);
  set_output(state, index, stage, emit_rows(layer.output.height));
}

}  // namespace

Rows broadcast_tile(const LoweringState& state, const Layer& layer, Rows rows, Rows steps) {
  const Rows tile = ceil_div(steps, rows);
  if (ceil_div(steps, tile) != rows)
    throw InputError(state.network.file + ": " + layer.config.pointer,
                     fmt::format("found an operand of {} rows beside a map of {}, expected 1 or one per tile", rows, steps));
  return tile;
}

void lower_layer(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  if (state.fused[index] >= 0) return lower_fused_add(state, index);
  switch (layer.config.type) {
    case LayerType::conv:
    case LayerType::conv_transpose:
      return lower_convolution(state, index);
    case LayerType::max_pool:
    case LayerType::avg_pool:
      lower_windowed(state, index, "pool", convolution_window(layer.input_shapes[0].height, layer.output.height, kernel_of(layer.config)));
      return;
    case LayerType::global_avg_pool:
      lower_reduction(state, index, "pool");
      return;
    case LayerType::fully_connected: {
      const int stage = lower_reduction(state, index, "fully_connected");
      state.pipeline.stage(stage).macs_per_step = ceil_div(layer.macs, layer.input_shapes[0].height);
      return;
    }
    case LayerType::add:
      return lower_element_wise(state, index, "add");
    case LayerType::multiply:
      return lower_element_wise(state, index, "multiply");
    case LayerType::concat:
      return lower_element_wise(state, index, "concat");
    case LayerType::slice:
      return lower_element_wise(state, index, "slice");
    case LayerType::channel_shuffle:
      return lower_element_wise(state, index, "shuffle");
    case LayerType::layer_norm:
      return lower_element_wise(state, index, "normalize");
    case LayerType::upsample:
      return lower_upsample(state, index);
    case LayerType::squeeze_excite:
      return lower_squeeze_excite(state, index);
  }
  throw Defect("lowering: layer " + layer.config.name + " has an unknown type");
}

}  // namespace rowflow
