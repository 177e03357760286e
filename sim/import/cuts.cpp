// Parts of maps, maps side by side, and maps of another size.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/import/fold.hpp"
#include "sim/import/operators.hpp"
#include "sim/import/slices.hpp"

namespace rowflow {

namespace {

Value channels_of(Importer& importer, const Value& in, std::int64_t begin, std::int64_t end) {
  LayerConfig config;
  config.type = LayerType::slice;
  config.channel_begin = begin;
  config.channel_end = end;
  return importer.add_layer(config, {in});
}

Value cropped_from(Importer& importer, const Value& in, const Size2& begin, const Size2& size) {
  LayerConfig config;
  config.type = LayerType::crop;
  config.output_size = size;
  config.row_begin = begin.height;
  config.column_begin = begin.width;
  return importer.add_layer(config, {in});
}

/// Every k-th row or column of a map, from its first, second, … on: nothing by itself, since focus joins all of them to
/// blocks in depth.
bool try_sample(Importer& importer, const std::vector<SliceRange>& ranges) {
  const Value& raw = importer.raw_input(0);
  if (!raw.is_map() || raw.dims.size() != 4 || raw.layout != Layout::nchw) return false;
  if (ranges[0].step != 1 || ranges[1].step != 1 || ranges[1].count != raw.dims[1]) return false;
  for (const std::size_t k : {2, 3})
    if (ranges[k].step < 1 || ranges[k].step > raw.dims[k]) return false;
  if (ranges[2].step * ranges[3].step == 1) return false;
  const auto is_every = [](const SliceRange& range, std::int64_t extent) {  // one of `step` that together are all
    return range.begin < range.step && range.count == (extent - range.begin + range.step - 1) / range.step;
  };
  if (!is_every(ranges[2], raw.dims[2]) || !is_every(ranges[3], raw.dims[3])) return false;
  const Value& in = importer.input(0);
  if (in.is_padded() || in.repeated || in.is_rearranged() || in.shuffled_groups > 0) importer.plain_input(0);
  const Value now = importer.input(0);
  Value out = importer.viewed(now, {1, now.dims[1], ranges[2].count, ranges[3].count});
  out.sampled_from.height = now.sampled_from.height + now.sampled.height * ranges[2].begin;
  out.sampled_from.width = now.sampled_from.width + now.sampled.width * ranges[3].begin;
  out.sampled = {now.sampled.height * ranges[2].step, now.sampled.width * ranges[3].step};
  importer.set_output(0, out);
  return true;
}

/// Samples of one map that together are all of it, joined along the channels.
bool try_focus(Importer& importer, std::int64_t axis) {
  const int inputs = importer.node().input_size();
  const Value& first = importer.raw_input(0);
  if (axis != 1 || !first.is_map() || !first.is_sampled() || inputs != first.sampled.height * first.sampled.width)
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
  LayerConfig config;
  config.type = LayerType::space_to_depth;
  config.kernel = first.sampled;
  Value whole = first;
  whole.sampled = {1, 1};
  whole.sampled_from = {0, 0};
  importer.set_output(0, importer.add_layer(config, {whole}));
  return true;
}

/// Cutting rows or columns from behind is a layer of its own, but inside a tiled block, of which it is part
/// (blocks.cpp).
Value cropped(Importer& importer, const Value& in, std::int64_t rows, std::int64_t columns) {
  LayerConfig config;
  config.type = LayerType::slice;
  config.channel_end = importer.shape_of(in).channels;
  const Value full = importer.add_layer(config, {in});
  Draft& draft = importer.drafts()[full.layer];
  draft.cropped_rows = rows;
  draft.cropped_columns = columns;
  draft.layer.output.height = rows;
  draft.layer.output.width = columns;
  return importer.output_of(full.layer);
}

}  // namespace

void import_slice(Importer& importer) {
  const Value& first = importer.raw_input(0);
  const std::vector<SliceRange> ranges = slice_ranges(importer, first.dims);
  Dims dims;
  for (const SliceRange& range : ranges) {
    if (range.count < 1) throw Refusal{"an empty slice"};
    dims.push_back(range.count);
  }
  if (try_sample(importer, ranges)) return;
  for (const SliceRange& range : ranges) {
    if (range.step != 1 && range.count > 1)
      throw Refusal{fmt::format("a step of {} along channels, or backwards, is not covered", range.step)};
  }
  if (dims == first.dims) return importer.set_output(0, importer.viewed(importer.input(0), dims));
  const Value in = importer.map_input(0);
  const Shape shape = importer.shape_of(in);
  if (shape.height == 1 && shape.width == 1) {  // part of a vector, however it is written
    for (std::size_t k = 0; k < dims.size(); ++k) {
      if (in.dims[k] != shape.channels || dims[k] == in.dims[k]) continue;
      Value part = channels_of(importer, in, ranges[k].begin, ranges[k].begin + ranges[k].count);
      part.dims = dims;
      part.layout = in.layout;
      return importer.set_output(0, part);
    }
  }
  const Value map = importer.plain_input(0);
  Value out = map;
  if (dims[1] != map.dims[1]) out = channels_of(importer, map, ranges[1].begin, ranges[1].begin + ranges[1].count);
  const bool has_columns = dims.size() == 4;
  if (dims[2] != map.dims[2] || (has_columns && dims[3] != map.dims[3])) {
    const std::int64_t row = ranges[2].begin, column = has_columns ? ranges[3].begin : 0;
    out = row + column == 0 ? cropped(importer, out, dims[2], has_columns ? dims[3] : 1)
                            : cropped_from(importer, out, {row, column}, {dims[2], has_columns ? dims[3] : 1});
  }
  out.dims = dims;
  importer.set_output(0, out);
}

namespace {

/// Channels j·C/g … that channel_shuffle with g groups would put in this order; 0 when no g does.
std::int64_t shuffle_groups(const std::vector<std::int64_t>& order) {
  const auto channels = static_cast<std::int64_t>(order.size());
  if (channels < 4 || order[0] != 0 || order[1] < 2 || channels % order[1] != 0) return 0;
  const std::int64_t part = order[1], groups = channels / part;  // the second channel is the first of the second group
  for (std::int64_t k = 0; k < channels; ++k)
    if (order[static_cast<std::size_t>(k)] != k % groups * part + k / groups) return 0;
  return groups;
}

bool counts_up(const std::vector<std::int64_t>& order) {
  for (std::size_t k = 1; k < order.size(); ++k)
    if (order[k] != order[0] + static_cast<std::int64_t>(k)) return false;
  return true;
}

}  // namespace

/// Lookups with stored indices: a range of channels, or channels in the order of a shuffle.
void import_gather(Importer& importer) {
  const Value in = importer.map_input(0);
  const Value& indices = importer.raw_input(1);
  const Shape shape = importer.shape_of(in);
  const auto axis =
      static_cast<std::size_t>(axis_of(attribute(importer.node(), "axis", std::int64_t{0}), in.dims.size()));
  if (!indices.is_constant() || !indices.constant || indices.constant->is_float || indices.dims.size() > 1 ||
      indices.constant->ints.empty())
    throw Refusal{"a lookup with indices that are no stored list"};
  std::vector<std::int64_t> order = indices.constant->ints;
  for (auto& index : order) {
    if (index < 0) index += in.dims[axis];
    if (index < 0 || index >= in.dims[axis]) throw Refusal{"an index beyond its tensor"};
  }
  const std::int64_t outer = element_count(Dims(in.dims.begin(), in.dims.begin() + static_cast<std::ptrdiff_t>(axis))),
                     parts = in.dims[axis];
  if (in.layout != Layout::nchw || outer != 1 || shape.channels % parts != 0)
    throw Refusal{"a lookup along another axis than the channels"};
  Dims dims = in.dims;
  dims[axis] = static_cast<std::int64_t>(order.size());
  if (indices.dims.empty()) dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
  Value out;
  const std::int64_t each = shape.channels / parts;
  if (counts_up(order)) {
    if (static_cast<std::int64_t>(order.size()) == parts) return importer.set_output(0, importer.viewed(in, dims));
    out = channels_of(importer, in, order.front() * each, (order.back() + 1) * each);
  } else {
    LayerConfig config;
    config.type = LayerType::channel_shuffle;
    config.groups = each == 1 && static_cast<std::int64_t>(order.size()) == parts ? shuffle_groups(order) : 0;
    if (config.groups == 0) throw Refusal{"channels in an order that is no shuffle by groups"};
    out = importer.add_layer(config, {in});
  }
  out.dims = dims;
  importer.set_output(0, out);
}

void import_split(Importer& importer) {
  const Value in = importer.map_input(0);
  const Shape shape = importer.shape_of(in);
  const auto axis =
      static_cast<std::size_t>(axis_of(attribute(importer.node(), "axis", std::int64_t{0}), in.dims.size()));
  const bool is_vector = shape.height == 1 && shape.width == 1;
  const std::size_t channel_axis = in.layout == Layout::nhwc ? in.dims.size() - 1 : 1;
  if ((!is_vector && axis != channel_axis) || in.dims[axis] != shape.channels)
    throw Refusal{"a split along another axis than the channels"};
  const std::vector<std::int64_t> sizes = split_sizes(importer, shape.channels);
  std::int64_t begin = 0;
  for (int k = 0; k < importer.node().output_size(); ++k) {
    const std::int64_t size = sizes.at(static_cast<std::size_t>(k));
    if (!importer.node().output(k).empty()) {
      Value part = channels_of(importer, in, begin, begin + size);
      importer.drafts()[part.layer].layer.config.name += fmt::format("_{}", k);
      part.dims = in.dims;
      part.dims[axis] = size;
      part.layout = in.layout;
      importer.set_output(k, part);
    }
    begin += size;
  }
}

namespace {

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

}  // namespace

namespace {

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
    if (value.dims.size() != dims.size() || value.layout != first.layout || axis != channel_axis ||
        value.dims[axis] != shape.channels)
      throw Refusal{fmt::format("maps of [{}] and [{}] joined along axis {}: only channels are joined",
                                fmt::join(first.dims, ", "), fmt::join(value.dims, ", "), axis)};
    dims[axis] += shape.channels;
  }
  part_equal_operands(importer, operands);
  LayerConfig config;
  config.type = LayerType::concat;
  Value out = importer.add_layer(config, operands);
  out.dims = dims;
  out.layout = first.layout;
  importer.set_output(0, out);
}

namespace {

/// Output height and width of a map [1, C, H, W]: from sizes, or from scales, of all axes or of those that are named.
Size2 resized(Importer& importer, const Value& in) {
  const bool is_upsample = importer.node().op_type() == "Upsample";
  const int scales_input = is_upsample || importer.opset() < 11 ? 1 : 2;
  auto axes = attribute(importer.node(), "axes", std::vector<std::int64_t>{0, 1, 2, 3});
  for (auto& axis : axes) axis = axis_of(axis, 4);
  std::vector<double> sizes(in.dims.begin(), in.dims.end());
  const auto set = [&](std::size_t k, double size) { sizes.at(static_cast<std::size_t>(axes.at(k))) = size; };
  if (!is_upsample && importer.has_input(3)) {
    const auto given = importer.integers(3, "sizes", true);
    if (given.size() != axes.size())
      throw Refusal{fmt::format("found {} sizes for {} axes", given.size(), axes.size())};
    if (attribute(importer.node(), "keep_aspect_ratio_policy", std::string("stretch")) != "stretch")
      throw Refusal{"a size that keeps the aspect ratio: expected the size itself"};
    for (std::size_t k = 0; k < given.size(); ++k) set(k, static_cast<double>(given[k]));
    if (sizes[0] != 1 && sizes[0] == static_cast<double>(importer.batch())) sizes[0] = 1;
  } else {
    std::vector<double> scales = float_list(importer.node(), "scales");
    if (scales.empty()) {
      const Value& value = importer.raw_input(scales_input);
      if (!value.is_constant() || !value.constant) throw Refusal{"its scales are no constant known to the file"};
      for (std::size_t k = 0; k < value.constant->size(); ++k) scales.push_back(value.constant->number(k));
    }
    if (scales.size() != axes.size())
      throw Refusal{fmt::format("found {} scales for {} axes", scales.size(), axes.size())};
    for (std::size_t k = 0; k < scales.size(); ++k)
      set(k, std::floor(static_cast<double>(in.dims.at(static_cast<std::size_t>(axes[k]))) * scales[k]));
  }
  if (sizes[0] != 1 || sizes[1] != static_cast<double>(in.dims[1]))
    throw Refusal{"another size is expected for height and width alone"};
  const auto extent = [](double size) { return size >= 1 && size <= 65536 ? static_cast<std::int64_t>(size) : 0; };
  return {extent(sizes[2]), extent(sizes[3])};
}

/// Nearest by this transform and rounding reads the rows that ⌊row · H / Ho⌋ reads, as the layer does.
bool reads_as_floor(const std::string& transform, const std::string& rounding, std::int64_t in, std::int64_t out) {
  if (in == out || in == 1) return true;
  if (transform == "asymmetric" && rounding == "floor") return true;
  const bool half_pixel =
      transform == "half_pixel" || transform == "pytorch_half_pixel" || transform == "half_pixel_symmetric";
  if (transform != "asymmetric" && !half_pixel && !(transform == "align_corners" && out > 1)) return false;
  if (out > 65536) return false;
  for (std::int64_t o = 0; o < out; ++o) {  // source row as a fraction n / d, exactly
    std::int64_t n = o * in, d = out;
    if (half_pixel) n = (2 * o + 1) * in - out, d = 2 * out;
    if (transform == "align_corners") n = o * (in - 1), d = out - 1;
    const std::int64_t down = n >= 0 ? n / d : -((-n + d - 1) / d), rest = n - down * d;
    std::int64_t row = down;
    if (rounding == "ceil") row += rest > 0 ? 1 : 0;
    if (rounding == "round_prefer_floor") row += 2 * rest > d ? 1 : 0;
    if (rounding == "round_prefer_ceil") row += 2 * rest >= d ? 1 : 0;
    if (std::clamp<std::int64_t>(row, 0, in - 1) != o * in / out) return false;
  }
  return true;
}

}  // namespace

void import_resize(Importer& importer) {
  const onnx::NodeProto& node = importer.node();
  const Value in = importer.plain_input(0);
  if (in.dims.size() != 4) throw Refusal{"a resized signal is not covered"};
  const Size2 out = resized(importer, in);
  if (out.height < 1 || out.width < 1 || out.height > 65536 || out.width > 65536)
    throw Refusal{fmt::format("found an output of {}x{}", out.height, out.width)};
  if (out.height == in.dims[2] && out.width == in.dims[3]) return importer.set_output(0, importer.viewed(in, in.dims));
  const std::string mode = attribute(node, "mode", std::string("nearest"));
  const bool has_transform = node.op_type() == "Resize" && importer.opset() >= 11;
  const std::string transform =
      has_transform ? attribute(node, "coordinate_transformation_mode", std::string("half_pixel")) : "asymmetric";
  const bool is_integer = out.height % in.dims[2] == 0 && out.width % in.dims[3] == 0;
  LayerConfig config;
  config.type = LayerType::upsample;
  config.output_size = out;
  if (is_integer) config.scale = {out.height / in.dims[2], out.width / in.dims[3]};
  const bool from_one = in.dims[2] == 1 && in.dims[3] == 1;  // every transform reads the one pixel
  if (attribute(node, "antialias", std::int64_t{0}) != 0 && (out.height < in.dims[2] || out.width < in.dims[3]))
    throw Refusal{"antialias: rows are averaged over more than two"};
  if (mode == "nearest") {
    const std::string rounding =
        has_transform ? attribute(node, "nearest_mode", std::string("round_prefer_floor")) : "floor";
    if (!reads_as_floor(transform, rounding, in.dims[2], out.height)) {  // columns lie in the row that is there
      throw Refusal{fmt::format("nearest resize {}x{} -> {}x{} with {} and {}: it reads other rows than ⌊row · H / Ho⌋",
                                in.dims[2], in.dims[3], out.height, out.width, transform, rounding)};
    }
  } else if (mode == "linear" || mode == "bilinear") {
    config.mode = UpsampleMode::bilinear;
    config.align_corners = transform == "align_corners";
    const bool is_half =
        transform == "half_pixel" || transform == "pytorch_half_pixel" || transform == "half_pixel_symmetric";
    config.asymmetric = transform == "asymmetric" && !from_one;
    if (!from_one && !is_half && transform != "align_corners" && transform != "asymmetric")
      throw Refusal{
          fmt::format("bilinear resize with {}: half_pixel, align_corners and asymmetric are covered", transform)};
  } else {
    throw Refusal{fmt::format("mode {} is not covered: nearest and linear are", mode.substr(0, 40))};
  }
  importer.set_output(0, importer.add_layer(config, {in}));
}

namespace {

std::int64_t block_size(Importer& importer) {
  const std::int64_t size = attribute(importer.node(), "blocksize", std::int64_t{0});
  if (size < 1 || size > 65536) throw Refusal{fmt::format("found a blocksize of {}", size)};
  return size;
}

}  // namespace

void import_space_to_depth(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::space_to_depth;
  config.kernel = {block_size(importer), block_size(importer)};
  importer.set_output(0, importer.add_layer(config, {importer.plain_input(0)}));
}

void import_depth_to_space(Importer& importer) {
  LayerConfig config;
  config.type = LayerType::depth_to_space;
  config.scale = {block_size(importer), block_size(importer)};
  importer.set_output(0, importer.add_layer(config, {importer.plain_input(0)}));
}

}  // namespace rowflow
