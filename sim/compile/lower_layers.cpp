#include "sim/compile/lower_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/lower_squeeze_excite.hpp"
#include "sim/network/layer_kinds.hpp"

namespace rowflow {

namespace {

Kernel kernel_of(const LayerConfig& c) { return {c.kernel.height, c.stride.height, c.padding.top, c.dilation.height}; }

int add_layer_stage(LoweringState& state, int index, Rows steps) {
  const Layer& layer = state.network.layers[index];
  const StageKind kind = layer_kind(layer.config).stage_kind(layer);
  const int stage =
      state.pipeline.add_stage(layer.config.name, layer.config.name, kind, steps, {index, layer.weight_bytes});
  state.pipeline.stage(stage).macs_per_step = ceil_div(layer.macs, steps);
  return stage;
}

void set_output(LoweringState& state, int index, int stage, std::vector<Rows> emits) {
  const Layer& layer = state.network.layers[index];
  state.streams[index] = state.pipeline.output(
      stage, std::move(emits), checked_multiply(layer.output.width, layer.output.channels), layer.config.bits);
}

/// A stage that makes one output row a step from a window of its only input.
int lower_windowed(LoweringState& state, int index, RowWindow window) {
  const Rows steps = state.network.layers[index].output.height;
  const int stage = add_layer_stage(state, index, steps);
  state.pipeline.connect(state.stream_of(state.network.layers[index].inputs[0]), stage, std::move(window),
                         BufferRole::straight);
  set_output(state, index, stage, emit_rows(steps));
  return stage;
}

/// Values read for a result. The largest of a large window is that of a cascade of 5×5 ones, each with stride 1.
Macs taps_of(const LayerConfig& c) {
  constexpr std::int64_t step = 5;
  const bool cascade = c.type == LayerType::max_pool && c.stride.height == 1 && c.stride.width == 1 &&
                       c.kernel.height == c.kernel.width && c.dilation.height == 1 && c.dilation.width == 1 &&
                       c.kernel.height > step;
  return cascade ? step * step * ceil_div(c.kernel.height - 1, step - 1)
                 : checked_multiply(c.kernel.height, c.kernel.width);
}

/// What the cost of a window depends on (T8). A step reads a share of the weights: all, or one row in `rows_between` of
/// a kernel.
void note_kernel(LoweringState& state, const Layer& layer, int stage, std::int64_t rows_between) {
  StageOrigin& origin = state.pipeline.origin(stage);
  origin.kernel_height = layer.config.kernel.height;
  origin.group_channels = layer.input_shapes[0].channels / layer.config.groups;
  origin.weight_bits = static_cast<int>(layer.config.weight_bits);
  origin.step_weight_bytes = ceil_div(layer.weight_bytes, rows_between);
  if (layer.macs == 0)
    origin.step_taps =
        checked_multiply(checked_multiply(layer.output.width, layer.output.channels), taps_of(layer.config));
}

void lower_window(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  const RowWindow window =
      convolution_window(layer.input_shapes[0].height, layer.output.height, kernel_of(layer.config));
  note_kernel(state, layer, lower_windowed(state, index, window), 1);
}

void lower_transposed_window(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  const RowWindow window =
      transposed_window(layer.input_shapes[0].height, layer.output.height, kernel_of(layer.config));
  note_kernel(state, layer, lower_windowed(state, index, window), layer.config.stride.height);
}

/// One input row a step, one output row at the end: global pooling, fully connected.
void lower_whole_map(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  const Rows steps = layer.input_shapes[0].height;
  const int stage = add_layer_stage(state, index, steps);
  state.pipeline.connect(state.stream_of(layer.inputs[0]), stage, row_window(steps), BufferRole::straight);
  set_output(state, index, stage, emit_tiles(steps, steps));
  StageOrigin& origin = state.pipeline.origin(stage);
  origin.weight_bits = static_cast<int>(layer.config.weight_bits);
  origin.step_weight_bytes = ceil_div(layer.weight_bytes, steps);
  if (layer.macs == 0) origin.step_taps = checked_multiply(layer.input_shapes[0].width, layer.input_shapes[0].channels);
}

/// Rows of some channels of the layer in front of it: a port of whoever reads them.
void lower_free_slice(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  Stream stream = state.stream_of(layer.inputs[0]);
  stream.row_elements = checked_multiply(layer.output.width, layer.output.channels);
  state.streams[index] = stream;
}

void lower_resized(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  const Rows rows = layer.input_shapes[0].height, steps = layer.output.height;
  const bool nearest = layer.config.mode == UpsampleMode::nearest;
  const Transform transform = layer.config.align_corners ? Transform::align_corners
                              : layer.config.asymmetric  ? Transform::asymmetric
                                                         : Transform::half_pixel;
  lower_windowed(state, index, nearest ? nearest_window(rows, steps) : bilinear_window(rows, steps, transform));
}

/// Rows in front of the crop and behind it are taken and dropped as they come.
void lower_cropped(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  const Rows steps = layer.input_shapes[0].height;
  const int stage = add_layer_stage(state, index, steps);
  state.pipeline.connect(state.stream_of(layer.inputs[0]), stage, row_window(steps), BufferRole::straight);
  std::vector<Rows> emits;
  for (Rows i = 0; i < steps; ++i)
    emits.push_back(std::clamp<Rows>(i + 1 - layer.config.row_begin, 0, layer.output.height));
  set_output(state, index, stage, std::move(emits));
}

/// While the rows of one operand pass, those of the others wait.
void lower_rows_in_turn(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  const Rows steps = layer.output.height;
  const int stage = add_layer_stage(state, index, steps);
  Rows begin = 0;
  for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
    std::vector<Rows> taken;
    for (Rows o = 0; o < steps; ++o) taken.push_back(std::clamp<Rows>(o + 1 - begin, 0, layer.input_shapes[k].height));
    begin += layer.input_shapes[k].height;
    state.pipeline.connect(state.stream_of(layer.inputs[k]), stage, {taken, taken},
                           k == 0 ? BufferRole::straight : BufferRole::skip);
  }
  set_output(state, index, stage, emit_rows(steps));
}

/// The operand produced last is the main path; the others of an add are skips.
std::size_t main_operand(const Layer& layer) {
  std::size_t main = 0;
  for (std::size_t k = 1; k < layer.inputs.size(); ++k)
    if (layer.inputs[k] > layer.inputs[main]) main = k;
  return main;
}

void lower_row_by_row(LoweringState& state, int index) {
  const Layer& layer = state.network.layers[index];
  const Rows steps = layer.output.height;
  const int stage = add_layer_stage(state, index, steps);
  bool broadcast = false;
  for (const Shape& shape : layer.input_shapes) broadcast = broadcast || shape.height != steps;
  for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
    const Stream& stream = state.stream_of(layer.inputs[k]);
    BufferRole role = BufferRole::straight;
    RowWindow window = row_window(steps);
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
    if (state.stream_of(input).stage != stage)
      state.pipeline.connect(state.stream_of(input), stage, row_window(layer.output.height), BufferRole::skip);
  set_output(state, index, stage, emit_rows(layer.output.height));
}

struct PatternLowering {
  RowPattern rows;
  void (*lower)(LoweringState&, int layer);
};

/// Index = RowPattern.
constexpr std::array<PatternLowering, row_pattern_count> lowerings{{
    {RowPattern::window, lower_window},
    {RowPattern::transposed_window, lower_transposed_window},
    {RowPattern::whole_map, lower_whole_map},
    {RowPattern::row_by_row, lower_row_by_row},
    {RowPattern::resized, lower_resized},
    {RowPattern::squeeze_excite, lower_squeeze_excite},
    {RowPattern::cropped, lower_cropped},
    {RowPattern::rows_in_turn, lower_rows_in_turn},
}};

constexpr bool every_pattern_is_lowered() {
  for (std::size_t i = 0; i < lowerings.size(); ++i)
    if (lowerings[i].rows != static_cast<RowPattern>(i) || lowerings[i].lower == nullptr) return false;
  return true;
}
static_assert(every_pattern_is_lowered(),
              "a RowPattern has no lowering, or the rows are not in the order of RowPattern");

}  // namespace

Rows broadcast_tile(const LoweringState& state, const Layer& layer, Rows rows, Rows steps) {
  const Rows tile = ceil_div(steps, rows);
  if (ceil_div(steps, tile) != rows)
    throw InputError(
        state.network.file + ": " + layer.config.pointer,
        fmt::format("found an operand of {} rows beside a map of {}, expected 1 or one per tile", rows, steps));
  return tile;
}

void lower_layer(LoweringState& state, int index) {
  if (state.fused[index] >= 0) return lower_fused_add(state, index);
  const Layer& layer = state.network.layers[index];
  // A batch norm that rides on a slice has to be computed somewhere.
  if (layer.config.type == LayerType::slice && state.device.free_slice && layer.weight_bytes == 0)
    return lower_free_slice(state, index);
  const RowPattern rows = rows_of(layer.config);
  lowerings[static_cast<std::size_t>(rows)].lower(state, index);
}

}  // namespace rowflow
