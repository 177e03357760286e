// Means, sums and maxima over axes of a map.
#include "sim/import/reductions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/import/functions.hpp"
#include "sim/import/layer_norm.hpp"
#include "sim/import/orders.hpp"
#include "sim/import/slices.hpp"
#include "sim/import/stacks.hpp"

namespace rowflow {

namespace {

struct Extents {
  bool rows = false, columns = false, channels = false;
};

/// What these axes of a value are of its map; nothing when they are no whole axes of it.
bool find_extents(const Shape& shape, const Value& in, const std::vector<std::int64_t>& axes, Extents& found) {
  const Dims& dims = in.dims;
  const bool is_nhwc = in.layout == Layout::nhwc;
  for (const std::int64_t axis : axes) {
    const auto k = static_cast<std::size_t>(axis);
    if (dims[k] == 1) continue;
    const bool is_map = dims.size() == 4, is_tokens = dims.size() == 3;
    if (is_map && k == (is_nhwc ? 1U : 2U))
      found.rows = true;
    else if (is_map && k == (is_nhwc ? 2U : 3U))
      found.columns = true;
    else if (is_map && k == (is_nhwc ? 3U : 1U))
      found.channels = true;
    else if (is_tokens && dims[k] == shape.height * shape.width && dims[is_nhwc ? 2 : 1] == shape.channels &&
             k == (is_nhwc ? 1U : 2U))
      found.rows = found.columns = true;
    else if (is_tokens && !is_nhwc && dims[1] == shape.channels && dims[2] == shape.height && shape.width == 1 &&
             k == 2)
      found.rows = true;
    else
      return false;
  }
  return true;
}

/// A mean over columns, read by nobody but the mean over rows behind it, is the first half of one over both.
bool is_half(Importer& importer, const Value& in, const Extents& of) {
  if (is_network_input(in.layer) || !importer.is_only_reader(in, 1)) return false;
  const Layer& layer = importer.drafts()[in.layer].layer;
  const LayerConfig& c = layer.config;
  if (c.type != LayerType::avg_pool || c.activation != "none") return false;
  const Shape& whole = layer.input_shapes[0];
  const bool rows = c.kernel.height == whole.height && c.kernel.width == 1,
             columns = c.kernel.width == whole.width && c.kernel.height == 1;
  return (of.rows && columns && layer.output.width == 1) || (of.columns && rows && layer.output.height == 1);
}

Value pooled(Importer& importer, const Value& in, LayerType type, const Extents& over) {
  const Shape shape = importer.shape_of(in);
  const bool rows = over.rows || shape.height == 1, columns = over.columns || shape.width == 1;
  LayerConfig config;
  config.type = type;
  if (type == LayerType::avg_pool && is_half(importer, in, over)) {
    Draft& half = importer.drafts()[in.layer];
    LayerConfig whole;
    whole.type = LayerType::global_avg_pool;
    whole.name = half.layer.config.name;
    whole.inputs = half.layer.config.inputs;
    half.layer.config = whole;
    half.layer.output = {1, 1, shape.channels};
    half.node = &importer.node();
    return importer.output_of(in.layer);
  }
  if (rows && columns && type == LayerType::avg_pool)
    config.type = LayerType::global_avg_pool;
  else
    config.kernel = config.stride = {over.rows ? shape.height : 1, over.columns ? shape.width : 1};
  return importer.add_layer(config, {in});
}

/// Parts of the channels, which an axis of their own counts, added up ([1, 2, C, H, W], of split attention). False
/// where the axes are others.
bool try_parts(Importer& importer, const Value& in, const std::vector<std::int64_t>& axes, const Dims& dims,
               bool is_mean) {
  constexpr std::int64_t most_parts = 64;
  if (axes.size() != 1 || axes[0] >= static_cast<std::int64_t>(channel_axes(importer, in))) return false;
  const auto axis = static_cast<std::size_t>(axes[0]);
  const std::int64_t parts = in.dims[axis];
  if (parts < 2 || parts > most_parts || parts == importer.shape_of(in).channels) return false;
  std::vector<Value> operands;
  for (std::int64_t part = 0; part < parts; ++part) {
    operands.push_back(moved_channels(importer, in, channels_along(importer, in, axis, {part})));
    importer.drafts()[operands.back().layer].layer.config.name += fmt::format("_{}", part);
  }
  LayerConfig config;
  config.type = LayerType::add;
  Value out = importer.add_layer(config, operands);
  out.dims = dims;
  out.name = importer.node().output(0);
  if (is_mean)
    multiply_by(importer, out, 1 / static_cast<double>(parts));
  else
    importer.set_output(0, out);
  return true;
}

void reduce(Importer& importer, LayerType type, bool is_sum, const Value& in) {
  const std::vector<std::int64_t> axes = reduced_axes(importer, in.dims.size());
  const Shape shape = importer.shape_of(in);
  Extents over;
  const bool found = find_extents(shape, in, axes, over);
  Dims dims;
  for (std::size_t k = 0; k < in.dims.size(); ++k) {
    const bool reduced = std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(k)) != axes.end();
    if (!reduced || attribute(importer.node(), "keepdims", std::int64_t{1}) != 0)
      dims.push_back(reduced ? 1 : in.dims[k]);
  }
  if (found && over.channels && !over.rows && !over.columns && in.dims.size() == 4) {
    Value out = importer.channel_pool(in, nullptr);
    out.dims = dims;
    if (!is_sum) return importer.set_output(0, out);
    out.name = importer.node().output(0);
    return multiply_by(importer, out, static_cast<double>(shape.channels));
  }
  if (try_parts(importer, in, axes, dims, type == LayerType::avg_pool && !is_sum)) return;
  if (!found || over.channels)
    throw Refusal{
        fmt::format("over the axes [{}] of a map of [{}]: height and width are covered, whole, or the channels",
                    fmt::join(axes, ", "), fmt::join(in.dims, ", "))};
  if (!over.rows && !over.columns) return importer.set_output(0, importer.viewed(in, dims));
  Value out = pooled(importer, in, type, over);
  out.dims = dims;
  out.layout = in.layout;
  if (!is_sum) return importer.set_output(0, out);
  out.name = importer.node().output(0);
  multiply_by(importer, out, static_cast<double>((over.rows ? shape.height : 1) * (over.columns ? shape.width : 1)));
}

}  // namespace

void import_reduce_mean(Importer& importer) {
  const Value& raw = importer.raw_input(0);
  if (raw.is_map() && try_channel_mean(importer, reduced_axes(importer, raw.dims.size()))) return;
  reduce(importer, LayerType::avg_pool, false, importer.map_input(0));
}

void import_reduce_sum(Importer& importer) { reduce(importer, LayerType::avg_pool, true, importer.map_input(0)); }

void import_reduce_extreme(Importer& importer) { reduce(importer, LayerType::max_pool, false, importer.map_input(0)); }

void import_reduce_norm(Importer& importer) {
  const std::string& op = importer.node().op_type();
  Value in = importer.map_input(0);
  const std::string name = in.name;
  if (op != "ReduceLogSum") in = importer.activate(in, op == "ReduceLogSumExp" ? "exp" : "table", 1);
  in.name = name;
  reduce(importer, LayerType::avg_pool, true, in);
  if (op == "ReduceL1" || op == "ReduceSumSquare") return;
  Value sum = importer.value(importer.node().output(0));
  if (sum.function) sum = *sum.function->base;  // a factor in front of a function of one element is part of it
  sum.name.clear();                             // whoever reads the node reads that function
  importer.set_output(0, importer.activate(sum, "table", 0));
}

}  // namespace rowflow
