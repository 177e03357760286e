#include "sim/network/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/network/layer_kinds.hpp"

namespace rowflow {

namespace {

std::string to_string(const Shape& shape) { return fmt::format("{}×{}×{}", shape.height, shape.width, shape.channels); }

std::int64_t effective(std::int64_t kernel, std::int64_t dilation) { return (kernel - 1) * dilation + 1; }

/// TensorFlow's: as many outputs as ⌈extent/stride⌉, the odd row behind.
void same_sides(std::int64_t extent, std::int64_t kernel, std::int64_t stride, std::int64_t& before,
                std::int64_t& after) {
  const std::int64_t total = std::max<std::int64_t>(0, (ceil_div(extent, stride) - 1) * stride + kernel - extent);
  before = total / 2;
  after = total - before;
}

void resolve_padding(Layer& layer, std::int64_t kernel_height, std::int64_t kernel_width) {
  LayerConfig& c = layer.config;
  if (c.padding.mode != PaddingMode::same) return;
  const Shape& in = layer.input_shapes[0];
  same_sides(in.height, kernel_height, c.stride.height, c.padding.top, c.padding.bottom);
  same_sides(in.width, kernel_width, c.stride.width, c.padding.left, c.padding.right);
  c.padding.mode = PaddingMode::explicit_sides;
}

void check_window(const Layer& layer, const LayerRefusal& refuse) {
  const LayerConfig& c = layer.config;
  const auto positive = [](const Size2& size) { return size.height >= 1 && size.width >= 1; };
  if (!positive(c.kernel)) refuse("/kernel", "found a kernel below 1, expected at least 1");
  if (!positive(c.stride)) refuse("/stride", "found a stride below 1, expected at least 1");
  if (!positive(c.dilation)) refuse("/dilation", "found a dilation below 1, expected at least 1");
}

void infer_window(Layer& layer, const LayerRefusal& refuse) {
  check_window(layer, refuse);
  LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  const std::int64_t kernel_height = effective(c.kernel.height, c.dilation.height),
                     kernel_width = effective(c.kernel.width, c.dilation.width);
  resolve_padding(layer, kernel_height, kernel_width);
  const Padding& p = c.padding;
  if (kernel_height > in.height + p.top + p.bottom || kernel_width > in.width + p.left + p.right) {
    refuse("/kernel",
           fmt::format("found a kernel of {}×{} (with its dilation), expected at most the padded map, {}×{}",
                       kernel_height, kernel_width, in.height + p.top + p.bottom, in.width + p.left + p.right));
  }
  layer.output.height = window_outputs(in.height, p.top, p.bottom, kernel_height, c.stride.height, c.ceil_mode);
  layer.output.width = window_outputs(in.width, p.left, p.right, kernel_width, c.stride.width, c.ceil_mode);
  layer.output.channels = in.channels;
}

void set_filters(Layer& layer, const LayerRefusal& refuse) {
  LayerConfig& c = layer.config;
  const std::int64_t channels = layer.input_shapes[0].channels;
  if (c.groups == as_input_channels) c.groups = channels;
  if (c.filters == as_input_channels) c.filters = channels;
  if (c.filters < 1) refuse("/filters", fmt::format("found {} filters, expected at least 1", c.filters));
  if (c.groups < 1 || channels % c.groups != 0)
    refuse("/groups", fmt::format("found {} groups, expected a divisor of the {} input channels", c.groups, channels));
  if (c.filters % c.groups != 0)
    refuse("/filters", fmt::format("found {} filters, expected a multiple of the {} groups", c.filters, c.groups));
  layer.output.channels = c.filters;
}

/// A second operand of one value a channel, or a pixel, or of one row, or of one row a tile, stands for the whole map.
bool can_broadcast(const Shape& map, const Shape& operand) {
  if ((operand.channels != map.channels && operand.channels != 1) || operand.height > map.height ||
      (operand.width != 1 && operand.width != map.width))
    return false;
  return ceil_div(map.height, ceil_div(map.height, operand.height)) == operand.height;
}

}  // namespace

void shape_of_convolution(Layer& layer, const LayerRefusal& refuse) {
  infer_window(layer, refuse);
  set_filters(layer, refuse);
}

void shape_of_transposed_convolution(Layer& layer, const LayerRefusal& refuse) {
  check_window(layer, refuse);
  LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  const std::int64_t kernel_height = effective(c.kernel.height, c.dilation.height),
                     kernel_width = effective(c.kernel.width, c.dilation.width);
  if (c.padding.mode == PaddingMode::same) {  // output = input · stride
    if (kernel_height < c.stride.height || kernel_width < c.stride.width)
      refuse("/padding", "\"same\" needs a kernel of at least the stride");
    const std::int64_t rows = kernel_height - c.stride.height, columns = kernel_width - c.stride.width;
    c.padding = {PaddingMode::explicit_sides, rows / 2, rows - rows / 2, columns / 2, columns - columns / 2};
  }
  layer.output.height = (in.height - 1) * c.stride.height + kernel_height - c.padding.top - c.padding.bottom;
  layer.output.width = (in.width - 1) * c.stride.width + kernel_width - c.padding.left - c.padding.right;
  set_filters(layer, refuse);
}

void shape_of_pool(Layer& layer, const LayerRefusal& refuse) { infer_window(layer, refuse); }

void shape_of_global_pool(Layer& layer, const LayerRefusal&) { layer.output = {1, 1, layer.input_shapes[0].channels}; }

void shape_of_fully_connected(Layer& layer, const LayerRefusal&) { layer.output = {1, 1, layer.config.filters}; }

void shape_of_element_wise(Layer& layer, const LayerRefusal& refuse) {
  const Shape& first = layer.input_shapes[0];
  for (std::size_t k = 1; k < layer.input_shapes.size(); ++k) {
    const Shape& other = layer.input_shapes[k];
    if (other == first || (layer.input_shapes.size() == 2 && can_broadcast(first, other))) continue;
    const bool swapped = layer.input_shapes.size() == 2 && can_broadcast(other, first);
    const std::string differing = other.channels != first.channels
                                      ? fmt::format("{} channels joined with {}", other.channels, first.channels)
                                      : fmt::format("a map of {} joined with {}", to_string(other), to_string(first));
    refuse(fmt::format("/inputs/{}", k),
           fmt::format("found {} ({} \"{}\"), expected equal shapes{}", differing, to_string(other),
                       layer.config.inputs[k], swapped ? "; a broadcast operand must be the second" : ""));
  }
  layer.output = first;
}

void shape_of_concat(Layer& layer, const LayerRefusal& refuse) {
  layer.output = layer.input_shapes[0];
  for (std::size_t k = 1; k < layer.input_shapes.size(); ++k) {
    const Shape& other = layer.input_shapes[k];
    if (other.height != layer.output.height || other.width != layer.output.width) {
      refuse(fmt::format("/inputs/{}", k),
             fmt::format("found a map of {}, expected the height and width of the first, {}", to_string(other),
                         to_string(layer.input_shapes[0])));
    }
    layer.output.channels += other.channels;
  }
}

void shape_of_slice(Layer& layer, const LayerRefusal& refuse) {
  const LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  if (c.channel_begin < 0 || c.channel_begin >= c.channel_end || c.channel_end > in.channels) {
    refuse("", fmt::format("found channels [{}, {}), expected a range within [0, {})", c.channel_begin, c.channel_end,
                           in.channels));
  }
  layer.output = {in.height, in.width, c.channel_end - c.channel_begin};
}

void shape_of_channel_shuffle(Layer& layer, const LayerRefusal& refuse) {
  const Shape& in = layer.input_shapes[0];
  const std::int64_t groups = layer.config.groups;
  if (groups < 1 || in.channels % groups != 0)
    refuse("/groups", fmt::format("found {} groups, expected a divisor of the {} input channels", groups, in.channels));
  layer.output = in;
}

void same_shape(Layer& layer, const LayerRefusal&) { layer.output = layer.input_shapes[0]; }

void shape_of_upsample(Layer& layer, const LayerRefusal&) {
  LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  if (c.scale.height > 0) c.output_size = {in.height * c.scale.height, in.width * c.scale.width};
  layer.output = {c.output_size.height, c.output_size.width, in.channels};
}

void shape_of_space_to_depth(Layer& layer, const LayerRefusal& refuse) {
  LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  check_window(layer, refuse);
  c.stride = c.kernel;
  if (in.height % c.kernel.height != 0 || in.width % c.kernel.width != 0)
    refuse("/kernel", fmt::format("found blocks of {}×{}, expected divisors of the map's {}×{}", c.kernel.height,
                                  c.kernel.width, in.height, in.width));
  layer.output = {in.height / c.kernel.height, in.width / c.kernel.width,
                  in.channels * c.kernel.height * c.kernel.width};
}

void shape_of_depth_to_space(Layer& layer, const LayerRefusal& refuse) {
  const LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  if (c.scale.height < 1 || c.scale.width < 1 || in.channels % (c.scale.height * c.scale.width) != 0)
    refuse("/scale", fmt::format("found blocks of {}×{}, expected a divisor of the {} channels", c.scale.height,
                                 c.scale.width, in.channels));
  layer.output = {in.height * c.scale.height, in.width * c.scale.width, in.channels / (c.scale.height * c.scale.width)};
}

void shape_of_crop(Layer& layer, const LayerRefusal& refuse) {
  const LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  const bool fits = c.row_begin >= 0 && c.column_begin >= 0 && c.row_begin + c.output_size.height <= in.height &&
                    c.column_begin + c.output_size.width <= in.width;
  if (!fits)
    refuse("/output_size",
           fmt::format("found {}×{} from row {} and column {} on, expected a part of the map's {}×{}",
                       c.output_size.height, c.output_size.width, c.row_begin, c.column_begin, in.height, in.width));
  layer.output = {c.output_size.height, c.output_size.width, in.channels};
}

void shape_of_pad(Layer& layer, const LayerRefusal& refuse) {
  LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  if (c.padding.mode == PaddingMode::same) refuse("/padding", "found \"same\", expected sizes");
  if (c.filters != 0 && c.filters < in.channels)
    refuse("/filters", fmt::format("found {}, expected at least the {} channels of the map", c.filters, in.channels));
  layer.output = {in.height + c.padding.top + c.padding.bottom, in.width + c.padding.left + c.padding.right,
                  c.filters == 0 ? in.channels : c.filters};
}

void shape_of_concat_rows(Layer& layer, const LayerRefusal& refuse) {
  layer.output = layer.input_shapes[0];
  for (std::size_t k = 1; k < layer.input_shapes.size(); ++k) {
    const Shape& other = layer.input_shapes[k];
    if (other.width != layer.output.width || other.channels != layer.output.channels)
      refuse(fmt::format("/inputs/{}", k),
             fmt::format("found a map of {}, expected the width and channels of the first, {}", to_string(other),
                         to_string(layer.input_shapes[0])));
    layer.output.height += other.height;
  }
}

void shape_of_channel_pool(Layer& layer, const LayerRefusal&) {
  layer.output = {layer.input_shapes[0].height, layer.input_shapes[0].width, 1};
}

void shape_of_squeeze_excite(Layer& layer, const LayerRefusal& refuse) {
  if (layer.inputs.size() == 1) {
    layer.inputs.push_back(layer.inputs[0]);
    layer.input_shapes.push_back(layer.input_shapes[0]);
  }
  const LayerConfig& c = layer.config;
  if (c.tile_height < 0)
    refuse("/tile_height", fmt::format("found {}, expected \"full\" or integer ≥ 1", c.tile_height));
  if (c.squeeze_channels < 0)
    refuse("/squeeze_channels", fmt::format("found {}, expected integer ≥ 0", c.squeeze_channels));
  layer.output = layer.input_shapes[1];
}

std::int64_t window_outputs(std::int64_t extent, std::int64_t before, std::int64_t after, std::int64_t effective_kernel,
                            std::int64_t stride, bool ceil_mode) {
  const std::int64_t span = extent + before + after - effective_kernel;
  if (!ceil_mode) return span / stride + 1;
  const std::int64_t outputs = ceil_div(span, stride) + 1;
  return (outputs - 1) * stride >= extent + before ? outputs - 1 : outputs;
}

void infer_shape(Layer& layer, const std::string& file) {
  const LayerRefusal refuse{layer, file};
  layer_kind(layer.config).shape(layer, refuse);
  const Shape& out = layer.output;
  if (out.height < 1 || out.width < 1 || out.channels < 1)
    refuse("", fmt::format("found an output of {}, expected at least 1×1×1", to_string(out)));
  if (out.height > largest_extent || out.width > largest_extent || out.channels > largest_channels) {
    refuse("", fmt::format("found an output of {}, expected at most {}×{}×{}", to_string(out), largest_extent,
                           largest_extent, largest_channels));
  }
}

}  // namespace rowflow
