#include "sim/network/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

/// Refusals of one layer.
struct Complaint {
  const Layer& layer;
  const std::string& file;
  [[noreturn]] void operator()(const std::string& key, const std::string& what) const {
    throw InputError(file + ": " + layer.config.pointer + key, fmt::format("layer \"{}\": {}", layer.config.name, what));
  }
};

std::string to_string(const Shape& shape) { return fmt::format("{}×{}×{}", shape.height, shape.width, shape.channels); }

std::int64_t effective(std::int64_t kernel, std::int64_t dilation) { return (kernel - 1) * dilation + 1; }

/// TensorFlow's: as many outputs as ⌈extent/stride⌉, the odd row behind.
void same_sides(std::int64_t extent, std::int64_t kernel, std::int64_t stride, std::int64_t& before, std::int64_t& after) {
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

void check_window(const Layer& layer, const Complaint& complain) {
  const LayerConfig& c = layer.config;
  const auto positive = [](const Size2& size) { return size.height >= 1 && size.width >= 1; };
  if (!positive(c.kernel)) complain("/kernel", "found a kernel below 1, expected at least 1");
  if (!positive(c.stride)) complain("/stride", "found a stride below 1, expected at least 1");
  if (!positive(c.dilation)) complain("/dilation", "found a dilation below 1, expected at least 1");
}

void infer_window(Layer& layer, const Complaint& complain) {
  check_window(layer, complain);
  LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  const std::int64_t kernel_height = effective(c.kernel.height, c.dilation.height),
                     kernel_width = effective(c.kernel.width, c.dilation.width);
  resolve_padding(layer, kernel_height, kernel_width);
  const Padding& p = c.padding;
  if (kernel_height > in.height + p.top + p.bottom || kernel_width > in.width + p.left + p.right) {
    complain("/kernel", fmt::format("found a kernel of {}×{} (with its dilation), expected at most the padded map, {}×{}", kernel_height,
                                    kernel_width, in.height + p.top + p.bottom, in.width + p.left + p.right));
  }
  layer.output.height = window_outputs(in.height, p.top, p.bottom, kernel_height, c.stride.height, c.ceil_mode);
  layer.output.width = window_outputs(in.width, p.left, p.right, kernel_width, c.stride.width, c.ceil_mode);
  layer.output.channels = in.channels;
}

void infer_transpose(Layer& layer, const Complaint& complain) {
  check_window(layer, complain);
  LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  const std::int64_t kernel_height = effective(c.kernel.height, c.dilation.height),
                     kernel_width = effective(c.kernel.width, c.dilation.width);
  if (c.padding.mode == PaddingMode::same) {  // output = input · stride
    if (kernel_height < c.stride.height || kernel_width < c.stride.width)
      complain("/padding", "\"same\" needs a kernel of at least the stride");
    const std::int64_t rows = kernel_height - c.stride.height, columns = kernel_width - c.stride.width;
    c.padding = {PaddingMode::explicit_sides, rows / 2, rows - rows / 2, columns / 2, columns - columns / 2};
  }
  layer.output.height = (in.height - 1) * c.stride.height + kernel_height - c.padding.top - c.padding.bottom;
  layer.output.width = (in.width - 1) * c.stride.width + kernel_width - c.padding.left - c.padding.right;
}

void set_filters(Layer& layer, const Complaint& complain) {
  LayerConfig& c = layer.config;
  const std::int64_t channels = layer.input_shapes[0].channels;
  if (c.groups == as_input_channels) c.groups = channels;
  if (c.filters == as_input_channels) c.filters = channels;
  if (c.filters < 1) complain("/filters", fmt::format("found {} filters, expected at least 1", c.filters));
  if (c.groups < 1 || channels % c.groups != 0)
    complain("/groups", fmt::format("found {} groups, expected a divisor of the {} input channels", c.groups, channels));
  if (c.filters % c.groups != 0)
    complain("/filters", fmt::format("found {} filters, expected a multiple of the {} groups", c.filters, c.groups));
  layer.output.channels = c.filters;
}

/// A second operand of one value a channel, or of one row, or of one row a tile, stands for the whole map.
bool can_broadcast(const Shape& map, const Shape& operand) {
  if (operand.channels != map.channels || operand.height > map.height || (operand.width != 1 && operand.width != map.width)) return false;
  return ceil_div(map.height, ceil_div(map.height, operand.height)) == operand.height;
}

void infer_element_wise(Layer& layer, const Complaint& complain) {
  const Shape& first = layer.input_shapes[0];
  for (std::size_t k = 1; k < layer.input_shapes.size(); ++k) {
    const Shape& other = layer.input_shapes[k];
    if (other == first || (layer.input_shapes.size() == 2 && can_broadcast(first, other))) continue;
    const bool swapped = layer.input_shapes.size() == 2 && can_broadcast(other, first);
    const std::string differing = other.channels != first.channels
                                      ? fmt::format("{} channels joined with {}", other.channels, first.channels)
                                      : fmt::format("a map of {} joined with {}", to_string(other), to_string(first));
    complain(fmt::format("/inputs/{}", k), fmt::format("found {} ({} \"{}\"), expected equal shapes{}", differing, to_string(other),
                                                       layer.config.inputs[k], swapped ? "; a broadcast operand must be the second" : ""));
  }
  layer.output = first;
}

void infer_concat(Layer& layer, const Complaint& complain) {
  layer.output = layer.input_shapes[0];
  for (std::size_t k = 1; k < layer.input_shapes.size(); ++k) {
    const Shape& other = layer.input_shapes[k];
    if (other.height != layer.output.height || other.width != layer.output.width) {
      complain(fmt::format("/inputs/{}", k), fmt::format("found a map of {}, expected the height and width of the first, {}",
                                                         to_string(other), to_string(layer.input_shapes[0])));
    }
    layer.output.channels += other.channels;
  }
}

void infer_slice(Layer& layer, const Complaint& complain) {
  const LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  if (c.channel_begin < 0 || c.channel_begin >= c.channel_end || c.channel_end > in.channels) {
    complain("", fmt::format("found channels [{}, {}), expected a range within [0, {})", c.channel_begin, c.channel_end, in.channels));
  }
  layer.output = {in.height, in.width, c.channel_end - c.channel_begin};
}

void infer_upsample(Layer& layer) {
  LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  if (c.scale.height > 0) c.output_size = {in.height * c.scale.height, in.width * c.scale.width};
  layer.output = {c.output_size.height, c.output_size.width, in.channels};
}

void infer_squeeze_excite(Layer& layer, const Complaint& complain) {
  if (layer.inputs.size() == 1) {
    layer.inputs.push_back(layer.inputs[0]);
    layer.input_shapes.push_back(layer.input_shapes[0]);
  }
  const LayerConfig& c = layer.config;
  if (c.tile_height < 0) complain("/tile_height", fmt::format("found {}, expected \"full\" or integer ≥ 1", c.tile_height));
  if (c.squeeze_channels < 0) complain("/squeeze_channels", fmt::format("found {}, expected integer ≥ 0", c.squeeze_channels));
  layer.output = layer.input_shapes[1];
}

void infer_by_type(Layer& layer, const Complaint& complain) {
  const Shape& in = layer.input_shapes[0];
  switch (layer.config.type) {
    case LayerType::conv:
      infer_window(layer, complain);
      return set_filters(layer, complain);
    case LayerType::conv_transpose:
      infer_transpose(layer, complain);
      return set_filters(layer, complain);
    case LayerType::max_pool:
    case LayerType::avg_pool:
      return infer_window(layer, complain);
    case LayerType::global_avg_pool:
      layer.output = {1, 1, in.channels};
      return;
    case LayerType::fully_connected:
      layer.output = {1, 1, layer.config.filters};
      return;
    case LayerType::add:
    case LayerType::multiply:
      return infer_element_wise(layer, complain);
    case LayerType::concat:
      return infer_concat(layer, complain);
    case LayerType::slice:
      return infer_slice(layer, complain);
    case LayerType::channel_shuffle:
      if (layer.config.groups < 1 || in.channels % layer.config.groups != 0) {
        complain("/groups", fmt::format("found {} groups, expected a divisor of the {} input channels", layer.config.groups, in.channels));
      }
      layer.output = in;
      return;
    case LayerType::layer_norm:
      layer.output = in;
      return;
    case LayerType::upsample:
      return infer_upsample(layer);
    case LayerType::squeeze_excite:
      return infer_squeeze_excite(layer, complain);
  }
}

}  // namespace

std::int64_t window_outputs(std::int64_t extent, std::int64_t before, std::int64_t after, std::int64_t effective_kernel,
                            std::int64_t stride, bool ceil_mode) {
  const std::int64_t span = extent + before + after - effective_kernel;
  if (!ceil_mode) return span / stride + 1;
  const std::int64_t outputs = ceil_div(span, stride) + 1;
  return (outputs - 1) * stride >= extent + before ? outputs - 1 : outputs;
}

void infer_shape(Layer& layer, const std::string& file) {
  const Complaint complain{layer, file};
  infer_by_type(layer, complain);
  const Shape& out = layer.output;
  if (out.height < 1 || out.width < 1 || out.channels < 1)
    complain("", fmt::format("found an output of {}, expected at least 1×1×1", to_string(out)));
  if (out.height > largest_extent || out.width > largest_extent || out.channels > largest_channels) {
    complain("", fmt::format("found an output of {}, expected at most {}×{}×{}", to_string(out), largest_extent, largest_extent,
                             largest_channels));
  }
}

}  // namespace rowflow
