#include "sim/import/convolutions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>

#include "sim/import/windows.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

/// The map that a window reads, whose weights can be stored in the order in which its channels come.
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

void read_groups(Importer& importer, LayerConfig& config) {
  config.groups = attribute(importer.node(), "group", std::int64_t{1});
  if (config.groups < 1 || config.groups > largest_channels)
    throw Refusal{fmt::format("found {} groups", config.groups)};
  config.bias = importer.has_input(2);
}

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

}  // namespace rowflow
