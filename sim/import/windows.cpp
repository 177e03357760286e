// Convolutions and pools.
#include <fmt/format.h>

#include <algorithm>

#include "sim/import/operators.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

Size2 pair(const std::vector<std::int64_t>& values, const char* name) {
  if (values.size() != 2)
    throw Refusal{fmt::format("{} has {} values, expected 2: only two-dimensional windows are covered", name, values.size())};
  for (const std::int64_t value : values) {
    if (value < 1 || value > largest_extent) throw Refusal{fmt::format("{} is {}, expected 1 to {}", name, value, largest_extent)};
  }
  return {values[0], values[1]};
}

/// TensorFlow's padding with the extra row in front.
void same_lower(std::int64_t extent, std::int64_t kernel, std::int64_t stride, std::int64_t& before, std::int64_t& after) {
  const std::int64_t outputs = (extent - 1) / stride + 1;
  const std::int64_t total = std::max<std::int64_t>(0, (outputs - 1) * stride + kernel - extent);
  after = total / 2;
  before = total - after;
}

void read_padding(Importer& importer, LayerConfig& config, const Shape& in) {
  const std::string mode = attribute(importer.node(), "auto_pad", std::string("NOTSET"));
  const auto pads = attribute(importer.node(), "pads", std::vector<std::int64_t>{0, 0, 0, 0});
  if (mode == "SAME_UPPER") {
    config.padding.mode = PaddingMode::same;
  } else if (mode == "SAME_LOWER") {
    same_lower(in.height, (config.kernel.height - 1) * config.dilation.height + 1, config.stride.height, config.padding.top,
               config.padding.bottom);
    same_lower(in.width, (config.kernel.width - 1) * config.dilation.width + 1, config.stride.width, config.padding.left,
               config.padding.right);
  } else if (mode == "NOTSET") {
    if (pads.size() != 4) throw Refusal{"pads has not 4 values"};
    for (const std::int64_t pad : pads) {
      if (pad < 0 || pad > largest_extent) throw Refusal{fmt::format("found padding {}, expected 0 to {}", pad, largest_extent)};
    }
    config.padding = {PaddingMode::explicit_sides, pads[0], pads[2], pads[1], pads[3]};
  } else if (mode != "VALID") {
    throw Refusal{"unknown auto_pad"};
  }
}

/// What Pad has put around the map becomes padding of the window.
Value unpadded(const Value& value, LayerConfig& config) {
  if (!value.is_padded()) return value;
  if (config.padding.mode == PaddingMode::same) throw Refusal{"auto_pad after Pad"};
  config.padding.top += value.padding.top;
  config.padding.bottom += value.padding.bottom;
  config.padding.left += value.padding.left;
  config.padding.right += value.padding.right;
  Value result = value;
  result.padding = {};
  return result;
}

const Value& window_input(Importer& importer) {
  const Value& value = importer.input(0);
  return value.is_map() && value.is_padded() ? value : importer.plain_input(0);
}

void read_window(Importer& importer, LayerConfig& config, const std::vector<std::int64_t>& kernel, const Value& in) {
  const onnx::NodeProto& node = importer.node();
  const std::vector<std::int64_t> ones{1, 1};
  config.kernel = pair(kernel, "kernel_shape");
  config.stride = pair(attribute(node, "strides", ones), "strides");
  config.dilation = pair(attribute(node, "dilations", ones), "dilations");
  const Shape padded{in.dims.at(2), in.dims.at(3), in.dims.at(1)};
  read_padding(importer, config, padded);
}

void read_groups(Importer& importer, LayerConfig& config) {
  config.groups = attribute(importer.node(), "group", std::int64_t{1});
  if (config.groups < 1 || config.groups > largest_channels) throw Refusal{fmt::format("found {} groups", config.groups)};
  config.bias = importer.has_input(2);
}

}  // namespace

void import_conv(Importer& importer) {
  LayerConfig config;
  const Value in = window_input(importer);
  const Dims weights = importer.weight_dims(1, 4);
  const auto kernel = attribute(importer.node(), "kernel_shape", std::vector<std::int64_t>{weights[2], weights[3]});
  read_window(importer, config, kernel, in);
  read_groups(importer, config);
  config.filters = weights[0];
  const std::int64_t channels = importer.shape_of(in).channels;
  if (kernel[0] != weights[2] || kernel[1] != weights[3] || weights[1] > largest_channels || weights[1] * config.groups != channels) {
    throw Refusal{fmt::format("its weights are for kernels of {}x{} over {} channels in {} groups, and the map has {} channels", weights[2],
                              weights[3], weights[1], config.groups, channels)};
  }
  const Value out = importer.add_layer(config, {unpadded(in, config)});
  importer.set_output(0, out);
}

void import_conv_transpose(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::conv_transpose;
  const Value in = importer.plain_input(0);
  const Dims weights = importer.weight_dims(1, 4);
  read_window(importer, config, attribute(importer.node(), "kernel_shape", std::vector<std::int64_t>{weights[2], weights[3]}), in);
  read_groups(importer, config);
  if (weights[1] > largest_channels) throw Refusal{"its weights are for too many channels"};
  config.filters = weights[1] * config.groups;
  if (weights[0] != importer.shape_of(in).channels || config.kernel.height != weights[2] || config.kernel.width != weights[3])
    throw Refusal{"its weights do not fit its input"};
  if (find_attribute(importer.node(), "output_shape") != nullptr)
    throw Refusal{"attribute output_shape is not covered; pads and output_padding are"};
  const auto extra = attribute(importer.node(), "output_padding", std::vector<std::int64_t>{0, 0});
  const bool legal = extra.size() == 2 && extra[0] >= 0 && extra[1] >= 0 && extra[0] <= largest_extent && extra[1] <= largest_extent;
  if (!legal || (config.padding.mode == PaddingMode::same && extra[0] + extra[1] != 0)) throw Refusal{"output_padding is not covered here"};
  config.padding.bottom -= extra[0];
  config.padding.right -= extra[1];
  if (config.padding.bottom < 0 || config.padding.right < 0) throw Refusal{"output_padding beyond the padding: rows that no input reaches"};
  importer.set_output(0, importer.add_layer(config, {in}));
}

void import_max_pool(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::max_pool;
  if (importer.node().output_size() > 1 && !importer.node().output(1).empty()) throw Refusal{"its second output (indices) is not covered"};
  const Value in = window_input(importer);
  read_window(importer, config, attribute(importer.node(), "kernel_shape", std::vector<std::int64_t>{}), in);
  config.ceil_mode = attribute(importer.node(), "ceil_mode", std::int64_t{0}) != 0;
  const Value source = unpadded(in, config);
  importer.set_output(0, importer.add_layer(config, {source}));
}

void import_average_pool(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::avg_pool;
  const Value in = window_input(importer);
  read_window(importer, config, attribute(importer.node(), "kernel_shape", std::vector<std::int64_t>{}), in);
  if (config.dilation.height != 1 || config.dilation.width != 1) throw Refusal{"an average over a dilated window is not covered"};
  config.ceil_mode = attribute(importer.node(), "ceil_mode", std::int64_t{0}) != 0;
  const Value source = unpadded(in, config);
  const Shape shape = importer.shape_of(source);
  const bool no_padding = config.padding.mode == PaddingMode::explicit_sides &&
                          config.padding.top + config.padding.bottom + config.padding.left + config.padding.right == 0;
  const bool is_identity =
      no_padding && config.kernel.height == 1 && config.kernel.width == 1 && config.stride.height == 1 && config.stride.width == 1;
  if (is_identity && (shape.height > 1 || shape.width > 1)) {  // what exporters write for an adaptive pool to the size that is there
    importer.set_output(0, importer.viewed(source, source.dims));
    return;
  }
  if (no_padding && config.kernel.height == shape.height && config.kernel.width == shape.width) {
    config = {};
    config.type = LayerType::global_avg_pool;
  }
  importer.set_output(0, importer.add_layer(config, {source}));
}

void import_global_average_pool(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::global_avg_pool;
  importer.set_output(0, importer.add_layer(config, {importer.plain_input(0)}));
}

void import_global_max_pool(Importer& importer) {
  const Value in = importer.plain_input(0);
  LayerConfig config;
  config.type = LayerType::max_pool;
  config.kernel = config.stride = {importer.shape_of(in).height, importer.shape_of(in).width};
  importer.set_output(0, importer.add_layer(config, {in}));
}

void import_reduce_mean(Importer& importer) {
  if (importer.has_input(1)) throw Refusal{"its axes are an input, as from operator set 18 on; expected the attribute"};
  auto axes = attribute(importer.node(), "axes", std::vector<std::int64_t>{});
  if (try_channel_mean(importer, axes)) return;
  const Value in = importer.map_input(0);
  for (auto& axis : axes) axis += axis < 0 ? static_cast<std::int64_t>(in.dims.size()) : 0;
  std::sort(axes.begin(), axes.end());
  const bool is_nhwc = in.layout == Layout::nhwc;
  if (in.dims.size() != 4 || axes != (is_nhwc ? Dims{1, 2} : Dims{2, 3})) throw Refusal{"a mean over other axes than height and width"};
  const Shape shape = importer.shape_of(in);
  if (!is_nhwc) importer.plain_input(0);
  LayerConfig config;
  config.type = LayerType::global_avg_pool;
  Value out = importer.add_layer(config, {in});
  if (attribute(importer.node(), "keepdims", std::int64_t{1}) == 0)
    out.dims = {1, shape.channels};
  else if (is_nhwc)
    out.layout = Layout::nhwc, out.dims = {1, 1, 1, out.dims[1]};
  importer.set_output(0, out);
}

void import_pad(Importer& importer) {
  const Value in = importer.input(0);
  const auto pads = importer.integers(1, "pads", true);
  const bool nothing = std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad == 0; });
  if (nothing) return importer.set_output(0, importer.viewed(in, in.dims));
  const Value map = importer.plain_input(0);
  if (attribute(importer.node(), "mode", std::string("constant")) != "constant")
    throw Refusal{"only constant padding is covered: reflected and repeated rows need a buffer of their own"};
  if (pads.size() != 8) throw Refusal{"pads has not 8 values"};
  for (const std::size_t k : {0, 1, 4, 5}) {
    if (pads[k] != 0) throw Refusal{"only height and width may be padded"};
  }
  for (const std::int64_t pad : pads) {
    if (pad < 0 || pad > largest_extent) throw Refusal{fmt::format("found padding {}, expected 0 to {}", pad, largest_extent)};
  }
  Value out = importer.viewed(map, {1, map.dims[1], map.dims[2] + pads[2] + pads[6], map.dims[3] + pads[3] + pads[7]});
  out.padding = {PaddingMode::explicit_sides, pads[2], pads[6], pads[3], pads[7]};
  importer.set_output(0, out);
}

}  // namespace rowflow
