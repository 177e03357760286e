// Convolutions and pools.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "sim/import/operators.hpp"
#include "sim/import/slices.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

/// Height and width; of a signal, whose one axis are the rows, the length alone.
Size2 pair(const std::vector<std::int64_t>& values, std::size_t axes, const char* name) {
  if (values.size() != axes || axes > 2)
    throw Refusal{fmt::format("{} has {} values, expected {}: windows over one or two axes are covered", name,
                              values.size(), axes)};
  for (const std::int64_t value : values) {
    if (value < 1 || value > largest_extent)
      throw Refusal{fmt::format("{} is {}, expected 1 to {}", name, value, largest_extent)};
  }
  return {values[0], axes == 2 ? values[1] : 1};
}

std::size_t axes_of(const Value& map) { return map.dims.size() - 2; }

/// The output of a layer over `in`, with as many dimensions as that.
void set_map(Importer& importer, const Value& in, Value out) {
  if (in.dims.size() == 3) out.dims.pop_back();
  importer.set_output(0, std::move(out));
}

/// TensorFlow's padding with the extra row in front.
void same_lower(std::int64_t extent, std::int64_t kernel, std::int64_t stride, std::int64_t& before,
                std::int64_t& after) {
  const std::int64_t outputs = (extent - 1) / stride + 1;
  const std::int64_t total = std::max<std::int64_t>(0, (outputs - 1) * stride + kernel - extent);
  after = total / 2;
  before = total - after;
}

void read_padding(Importer& importer, LayerConfig& config, const Shape& in, std::size_t axes) {
  const std::string mode = attribute(importer.node(), "auto_pad", std::string("NOTSET"));
  auto pads = attribute(importer.node(), "pads", std::vector<std::int64_t>(2 * axes, 0));
  if (pads.size() == 2 && axes == 1) pads = {pads[0], 0, pads[1], 0};
  if (mode == "SAME_UPPER") {
    config.padding.mode = PaddingMode::same;
  } else if (mode == "SAME_LOWER") {
    same_lower(in.height, (config.kernel.height - 1) * config.dilation.height + 1, config.stride.height,
               config.padding.top, config.padding.bottom);
    same_lower(in.width, (config.kernel.width - 1) * config.dilation.width + 1, config.stride.width,
               config.padding.left, config.padding.right);
  } else if (mode == "NOTSET") {
    if (pads.size() != 4) throw Refusal{fmt::format("pads has not {} values", 2 * axes)};
    for (const std::int64_t pad : pads) {
      if (pad < 0 || pad > largest_extent)
        throw Refusal{fmt::format("found padding {}, expected 0 to {}", pad, largest_extent)};
    }
    config.padding = {PaddingMode::explicit_sides, pads[0], pads[2], pads[1], pads[3]};
  } else if (mode != "VALID") {
    throw Refusal{"unknown auto_pad"};
  }
}

/// Rows mirrored at the edge are rows that the window holds anyway, if it reaches as far into the map as beyond it:
/// then they cost no more than rows of zeros. A repeated edge always is.
void check_mirrored(const Value& value, const LayerConfig& config) {
  if (!value.mirrored) return;
  const std::int64_t rows = (config.kernel.height - 1) * config.dilation.height + 1;
  if (rows < 2 * std::max(value.padding.top, value.padding.bottom) + 1 || config.dilation.height != 1)
    throw Refusal{
        fmt::format("reflected rows beyond the window of {} rows that reads them need a buffer of their own", rows)};
}

/// What Pad has put around the map becomes padding of the window.
Value unpadded(const Value& value, LayerConfig& config) {
  if (!value.is_padded()) return value;
  if (config.padding.mode == PaddingMode::same) throw Refusal{"auto_pad after Pad"};
  check_mirrored(value, config);
  config.padding.top += value.padding.top;
  config.padding.bottom += value.padding.bottom;
  config.padding.left += value.padding.left;
  config.padding.right += value.padding.right;
  Value result = value;
  result.padding = {};
  result.mirrored = result.repeated_edge = false;
  return result;
}

const Value& window_input(Importer& importer) {
  const Value& value = importer.input(0);
  const bool is_bare = value.is_map() && value.layout == Layout::nchw && !value.is_sampled() &&
                       !value.is_rearranged() && value.order.empty();
  return is_bare && value.is_padded() ? value : importer.plain_input(0);
}

/// The same, where weights can be stored in the order in which the channels come.
Value weighted_input(Importer& importer) {
  const Value value = importer.input(0);
  const bool moves = value.is_map() && !value.order.empty() && value.layout == Layout::nchw && !value.is_sampled() &&
                     !value.is_rearranged() && !value.repeated && value.dims.size() == 4 &&
                     attribute(importer.node(), "group", std::int64_t{1}) == 1;
  if (!moves) return window_input(importer);
  Value in = value;
  in.order.clear();
  return in;
}

void read_window(Importer& importer, LayerConfig& config, const std::vector<std::int64_t>& kernel, const Value& in) {
  const onnx::NodeProto& node = importer.node();
  const std::size_t axes = axes_of(in);
  const std::vector<std::int64_t> ones(axes, 1);
  config.kernel = pair(kernel, axes, "kernel_shape");
  config.stride = pair(attribute(node, "strides", ones), axes, "strides");
  config.dilation = pair(attribute(node, "dilations", ones), axes, "dilations");
  const Shape padded{in.dims.at(2), axes == 2 ? in.dims.at(3) : 1, in.dims.at(1)};
  read_padding(importer, config, padded, axes);
}

void read_groups(Importer& importer, LayerConfig& config) {
  config.groups = attribute(importer.node(), "group", std::int64_t{1});
  if (config.groups < 1 || config.groups > largest_channels)
    throw Refusal{fmt::format("found {} groups", config.groups)};
  config.bias = importer.has_input(2);
}

}  // namespace

namespace {

/// Dims with the axis along which all their elements lie alone: {1, 1, C, 1} is {1, 1, C}. The batch and the axis
/// behind it are 1.
Dims as_signal(const Dims& dims) {
  Dims signal{1, 1, 1};
  for (std::size_t k = 0; k < dims.size(); ++k) {
    if (dims[k] == 1) continue;
    if (k < 2 || signal[2] != 1) return {};
    signal[2] = dims[k];
  }
  return signal;
}

/// A convolution along the channels of one pixel (ECA): every channel from its neighbours, so many weights a channel.
bool try_channel_window(Importer& importer) {
  const Value in = importer.input(0);
  if (!in.is_map() || in.dims.size() < 3 || in.dims.size() > 4) return false;
  const Shape shape = importer.shape_of(in);
  const Dims weights = as_signal(importer.raw_input(1).dims);
  if (shape.height != 1 || shape.width != 1 || shape.channels < 2 || weights.empty() ||
      importer.raw_input(1).dims.size() != in.dims.size() || as_signal(in.dims) != Dims{1, 1, shape.channels})
    return false;
  const std::size_t axes = in.dims.size() - 2;
  const std::size_t along = in.dims[2] == shape.channels ? 0 : 1;
  const Dims kernel(importer.raw_input(1).dims.begin() + 2, importer.raw_input(1).dims.end());
  const auto pads = attribute(importer.node(), "pads", std::vector<std::int64_t>(2 * axes, 0));
  const std::vector<std::int64_t> ones(axes, 1);
  const bool keeps_length = pads.size() == 2 * axes && pads[along] >= 0 && pads[along + axes] >= 0 &&
                            std::accumulate(pads.begin(), pads.end(), std::int64_t{0}) == weights[2] - 1 &&
                            pads[along] + pads[along + axes] == weights[2] - 1 && kernel[along] == weights[2] &&
                            attribute(importer.node(), "strides", ones) == ones;
  if (!keeps_length || weights[2] > largest_extent) throw Refusal{"a window over channels that changes their number"};
  LayerConfig config;
  config.kernel = {1, weights[2]};
  config.filters = config.groups = shape.channels;
  config.padding = {PaddingMode::explicit_sides, 0, 0, pads[along], pads[along + axes]};
  Value out = importer.add_layer(config, {in});
  out.dims = in.dims;
  importer.set_output(0, out);
  return true;
}

std::int64_t weight_bits(Importer& importer, int k) {
  const std::int64_t bits = importer.raw_input(k).bits;
  return bits > 0 ? bits : LayerConfig{}.weight_bits;
}

}  // namespace

void import_conv(Importer& importer) {
  if (try_channel_window(importer)) return;
  LayerConfig config;
  const Value in = weighted_input(importer);
  const std::size_t axes = axes_of(in);
  const Dims weights = importer.weight_dims(1, axes + 2);
  const Dims window(weights.begin() + 2, weights.end());
  const auto kernel = attribute(importer.node(), "kernel_shape", std::vector<std::int64_t>(window));
  read_window(importer, config, kernel, in);
  read_groups(importer, config);
  config.filters = weights[0];
  config.weight_bits = weight_bits(importer, 1);
  const std::int64_t channels = importer.shape_of(in).channels;
  if (kernel != window || weights[1] > largest_channels || weights[1] * config.groups != channels) {
    throw Refusal{
        fmt::format("its weights are for kernels of {} over {} channels in {} groups, and the map has {} channels",
                    fmt::join(window, "x"), weights[1], config.groups, channels)};
  }
  set_map(importer, in, importer.add_layer(config, {unpadded(in, config)}));
}

namespace {

/// ONNX gives the size instead of the padding: what is too much is cut, the odd row behind unless SAME_UPPER says in
/// front.
void pad_to_output_shape(Importer& importer, LayerConfig& config, const Shape& in,
                         const std::vector<std::int64_t>& extra) {
  const auto wanted = attribute(importer.node(), "output_shape", std::vector<std::int64_t>{});
  if (wanted.size() < 2) throw Refusal{"output_shape has not 2 values"};
  const bool upper = attribute(importer.node(), "auto_pad", std::string("NOTSET")) == "SAME_UPPER";
  const auto split = [&](std::int64_t extent, std::int64_t stride, std::int64_t kernel, std::int64_t dilation,
                         std::int64_t more, std::int64_t out, std::int64_t& before, std::int64_t& after) {
    const std::int64_t total = (extent - 1) * stride + (kernel - 1) * dilation + 1 + more - out;
    if (total < 0) throw Refusal{fmt::format("output_shape {} is more than its input reaches", out)};
    before = upper ? total / 2 : total - total / 2;
    after = total - before;
  };
  LayerConfig& c = config;
  c.padding.mode = PaddingMode::explicit_sides;
  const std::size_t n = wanted.size();
  split(in.height, c.stride.height, c.kernel.height, c.dilation.height, extra[0], wanted[n - 2], c.padding.top,
        c.padding.bottom);
  split(in.width, c.stride.width, c.kernel.width, c.dilation.width, extra[1], wanted[n - 1], c.padding.left,
        c.padding.right);
}

}  // namespace

void import_conv_transpose(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::conv_transpose;
  const Value in = importer.plain_input(0);
  if (axes_of(in) != 2) throw Refusal{"a transposed convolution of a signal is not covered"};
  const Dims weights = importer.weight_dims(1, 4);
  read_window(importer, config,
              attribute(importer.node(), "kernel_shape", std::vector<std::int64_t>{weights[2], weights[3]}), in);
  read_groups(importer, config);
  if (weights[1] > largest_channels) throw Refusal{"its weights are for too many channels"};
  config.filters = weights[1] * config.groups;
  config.weight_bits = weight_bits(importer, 1);
  const Shape shape = importer.shape_of(in);
  if (weights[0] != shape.channels || config.kernel.height != weights[2] || config.kernel.width != weights[3])
    throw Refusal{"its weights do not fit its input"};
  const auto extra = attribute(importer.node(), "output_padding", std::vector<std::int64_t>{0, 0});
  const bool legal =
      extra.size() == 2 && extra[0] >= 0 && extra[1] >= 0 && extra[0] <= largest_extent && extra[1] <= largest_extent;
  const bool has_shape = find_attribute(importer.node(), "output_shape") != nullptr;
  if (!legal || (!has_shape && config.padding.mode == PaddingMode::same && extra[0] + extra[1] != 0))
    throw Refusal{"output_padding is not covered here"};
  if (has_shape) pad_to_output_shape(importer, config, shape, extra);
  config.padding.bottom -= extra[0];
  config.padding.right -= extra[1];
  if (config.padding.bottom < 0 || config.padding.right < 0)
    throw Refusal{"output_padding beyond the padding: rows that no input reaches"};
  importer.set_output(0, importer.add_layer(config, {in}));
}

namespace {

/// A map in channel order, its pixels along any axes behind the channels.
Value pooled_input(Importer& importer) {
  const Value in = importer.map_input(0);
  const bool is_view = in.layout == Layout::nchw && in.dims.size() >= 3 && in.dims[0] == 1 &&
                       in.dims[1] == importer.shape_of(in).channels;
  return is_view ? in : importer.plain_input(0);
}

void pool_all(Importer& importer, const Value& in, LayerType type) {
  LayerConfig config;
  config.type = type;
  if (type == LayerType::max_pool)
    config.kernel = config.stride = {importer.shape_of(in).height, importer.shape_of(in).width};
  Value out = importer.add_layer(config, {in});
  out.dims = Dims(in.dims.size(), 1);
  out.dims[1] = in.dims[1];
  importer.set_output(0, out);
}

/// A window as long as the one axis of a map's pixels.
bool try_pool_pixels(Importer& importer, LayerType type) {
  const Value& raw = importer.raw_input(0);
  if (!raw.is_map() || raw.dims.size() != 3 || importer.shape_of(raw).width == 1) return false;
  const auto zeros = std::vector<std::int64_t>(2, 0);
  if (attribute(importer.node(), "kernel_shape", zeros) != std::vector<std::int64_t>{raw.dims[2]} ||
      attribute(importer.node(), "pads", zeros) != zeros)
    return false;
  pool_all(importer, pooled_input(importer), type);
  return true;
}

}  // namespace

void import_max_pool(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::max_pool;
  if (importer.node().output_size() > 1 && !importer.node().output(1).empty())
    throw Refusal{"its second output (indices) is not covered"};
  if (try_pool_pixels(importer, LayerType::max_pool)) return;
  const Value in = window_input(importer);
  read_window(importer, config, attribute(importer.node(), "kernel_shape", std::vector<std::int64_t>{}), in);
  config.ceil_mode = attribute(importer.node(), "ceil_mode", std::int64_t{0}) != 0;
  if (in.mirrored) throw Refusal{"a pool over reflected rows"};
  set_map(importer, in, importer.add_layer(config, {unpadded(in, config)}));
}

void import_average_pool(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::avg_pool;
  if (try_pool_pixels(importer, LayerType::global_avg_pool)) return;
  const Value in = window_input(importer);
  read_window(importer, config, attribute(importer.node(), "kernel_shape", std::vector<std::int64_t>{}), in);
  if (config.dilation.height != 1 || config.dilation.width != 1)
    throw Refusal{"an average over a dilated window is not covered"};
  config.ceil_mode = attribute(importer.node(), "ceil_mode", std::int64_t{0}) != 0;
  if (in.mirrored) throw Refusal{"an average over reflected rows"};
  const Value source = unpadded(in, config);
  const Shape shape = importer.shape_of(source);
  const bool no_padding = config.padding.mode == PaddingMode::explicit_sides &&
                          config.padding.top + config.padding.bottom + config.padding.left + config.padding.right == 0;
  const bool is_identity = no_padding && config.kernel.height == 1 && config.kernel.width == 1 &&
                           config.stride.height == 1 && config.stride.width == 1;
  if (is_identity &&
      (shape.height > 1 || shape.width > 1)) {  // what exporters write for an adaptive pool to the size that is there
    importer.set_output(0, importer.viewed(source, source.dims));
    return;
  }
  if (no_padding && config.kernel.height == shape.height && config.kernel.width == shape.width) {
    config = {};
    config.type = LayerType::global_avg_pool;
  }
  set_map(importer, in, importer.add_layer(config, {source}));
}

void import_global_average_pool(Importer& importer) {
  pool_all(importer, pooled_input(importer), LayerType::global_avg_pool);
}

void import_global_max_pool(Importer& importer) { pool_all(importer, pooled_input(importer), LayerType::max_pool); }

}  // namespace rowflow
