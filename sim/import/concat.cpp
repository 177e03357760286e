#include "sim/import/concat.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "sim/import/fold.hpp"
#include "sim/import/orders.hpp"
#include "sim/import/stacks.hpp"

namespace rowflow {

namespace {

/// Samples of one map that together are all of it, joined along the channels.
bool try_focus(Importer& importer, std::int64_t axis) {
  const int inputs = importer.node().input_size();
  const Value& first = importer.raw_input(0);
  const std::int64_t channel_axis = first.is_map() && first.layout == Layout::nhwc ? 3 : 1;
  if (axis != channel_axis || !first.is_map() || !first.is_sampled() ||
      inputs != first.sampled.height * first.sampled.width)
    return false;
  std::set<std::pair<std::int64_t, std::int64_t>> begins;
  for (int k = 0; k < inputs; ++k) {
    const Value& value = importer.raw_input(k);
    const bool same = value.is_map() && value.layer == first.layer && value.sampled == first.sampled &&
                      value.dims == first.dims && !value.function;
    if (!same) return false;
    begins.emplace(value.sampled_from.height, value.sampled_from.width);
  }
  if (static_cast<int>(begins.size()) != inputs) return false;
  const Layout first_layout = first.layout;
  LayerConfig config;
  config.type = LayerType::space_to_depth;
  config.kernel = first.sampled;
  Value whole = first;
  whole.sampled = {1, 1};
  whole.sampled_from = {0, 0};
  Value out = importer.add_layer(config, {whole});
  out.layout = first_layout;
  if (first_layout == Layout::nhwc) out.dims = {1, out.dims[2], out.dims[3], out.dims[1]};
  importer.set_output(0, out);
  return true;
}

/// A second read of the same map: a layer's inputs are different ones, so it goes through a stage that hands it on.
void part_equal_operands(Importer& importer, std::vector<Value>& operands) {
  for (std::size_t k = 1; k < operands.size(); ++k) {
    const bool again = std::any_of(operands.begin(), operands.begin() + static_cast<std::ptrdiff_t>(k),
                                   [&](const Value& other) { return other.layer == operands[k].layer; });
    if (!again) continue;
    Value copy = channels_of(importer, operands[k], 0, importer.shape_of(operands[k]).channels);
    copy.dims = operands[k].dims;
    copy.layout = operands[k].layout;
    copy.name = operands[k].name;
    operands[k] = copy;
  }
}

/// Maps one below the other.
bool try_concat_rows(Importer& importer, std::size_t axis) {
  const Value& first = importer.raw_input(0);
  if (!first.is_map() || first.dims.size() != 4 || axis != (first.layout == Layout::nhwc ? 1U : 2U)) return false;
  const Shape own = importer.shape_of(first);
  if (own.height * own.width == 1) return false;
  const Layout first_layout = first.layout;
  std::vector<Value> operands;
  Dims dims = first.dims;
  dims[axis] = 0;
  for (int k = 0; k < importer.node().input_size(); ++k) {
    operands.push_back(importer.map_input(k));
    const Value& value = operands.back();
    const Shape shape = importer.shape_of(value);
    const Dims whole = first_layout == Layout::nhwc ? Dims{1, shape.height, shape.width, shape.channels}
                                                    : Dims{1, shape.channels, shape.height, shape.width};
    if (value.layout != first_layout || value.dims != whole) return false;
    dims[axis] += value.dims[axis];
  }
  part_equal_operands(importer, operands);
  LayerConfig config;
  config.type = LayerType::concat_rows;
  Value out = importer.add_layer(config, operands);
  out.dims = dims;
  out.layout = operands[0].layout;
  importer.set_output(0, out);
  return true;
}

/// A map beside stored channels (zeros that make it as deep as another): those are put in by the layer.
bool try_concat_constant(Importer& importer, std::size_t axis) {
  int map = -1;
  std::int64_t channels = 0;
  for (int k = 0; k < importer.node().input_size(); ++k) {
    const Value& value = importer.raw_input(k);
    if (value.is_map() && map >= 0) return false;
    if (value.is_map()) map = k;
    if (axis >= value.dims.size()) return false;
    channels += value.dims[axis];
  }
  if (map < 0 || map >= importer.node().input_size() || axis != 1) return false;
  const Value in = importer.plain_input(map);
  for (int k = 0; k < importer.node().input_size(); ++k) {
    Dims dims = importer.raw_input(k).dims;
    if (dims.size() != in.dims.size()) return false;
    dims[1] = in.dims[1];
    if (dims != in.dims) throw Refusal{"stored channels of another height or width than the map's"};
  }
  LayerConfig config;
  config.type = LayerType::pad;
  config.filters = channels;
  importer.set_output(0, importer.add_layer(config, {in}));
  return true;
}

}  // namespace

void import_concat(Importer& importer) {
  const auto axis = static_cast<std::size_t>(
      axis_of(attribute(importer.node(), "axis", std::int64_t{1}), importer.raw_input(0).dims.size()));
  if (try_focus(importer, static_cast<std::int64_t>(axis))) return;
  bool any_constant = false;
  for (int k = 0; k < importer.node().input_size(); ++k)
    any_constant = any_constant || importer.raw_input(k).is_constant();
  if (any_constant && try_concat_constant(importer, axis)) return;
  if (importer.node().input_size() > 1 && try_concat_rows(importer, axis)) return;
  if (try_sum_of_stack(importer, axis)) return;
  const Value first = importer.map_input(0);
  if (importer.node().input_size() == 1) return importer.set_output(0, importer.viewed(first, first.dims));
  std::vector<Value> operands;
  Dims dims = first.dims;
  dims[axis] = 0;
  for (int k = 0; k < importer.node().input_size(); ++k) {
    operands.push_back(importer.map_input(k));
    const Value& value = operands.back();
    const Shape shape = importer.shape_of(value);
    const std::size_t channel_axis = shape.height * shape.width == 1 ? axis
                                     : value.layout == Layout::nhwc  ? dims.size() - 1
                                                                     : 1;
    const bool is_whole = axis == channel_axis && value.dims[axis] == shape.channels;
    if (value.dims.size() != dims.size() || value.layout != first.layout ||
        !(is_whole || joins_channels(importer, value, axis)))
      throw Refusal{fmt::format("maps of [{}] and [{}] joined along axis {}: only channels are joined",
                                fmt::join(first.dims, ", "), fmt::join(value.dims, ", "), axis)};
    dims[axis] += value.dims[axis];
  }
  part_equal_operands(importer, operands);
  LayerConfig config;
  config.type = LayerType::concat;
  Value out = importer.add_layer(config, operands);
  out.dims = dims;
  out.layout = first.layout;
  importer.set_output(0, out);
}

}  // namespace rowflow
