#include "sim/import/windows.hpp"

#include <fmt/format.h>

#include <algorithm>

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

}  // namespace

const Value& window_input(Importer& importer) {
  const Value& value = importer.input(0);
  const bool is_bare = value.is_map() && value.layout == Layout::nchw && !value.is_sampled() &&
                       !value.is_rearranged() && value.order.empty();
  return is_bare && value.is_padded() ? value : importer.plain_input(0);
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

void set_map(Importer& importer, const Value& in, Value out) {
  if (in.dims.size() == 3) out.dims.pop_back();
  importer.set_output(0, std::move(out));
}

}  // namespace rowflow
