// Parts of maps.
#include "sim/import/cuts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/import/fold.hpp"
#include "sim/import/orders.hpp"
#include "sim/import/slices.hpp"
#include "sim/import/stacks.hpp"

namespace rowflow {

namespace {

Value cropped_from(Importer& importer, const Value& in, const Size2& begin, const Size2& size) {
  LayerConfig config;
  config.type = LayerType::crop;
  config.output_size = size;
  config.row_begin = begin.height;
  config.column_begin = begin.width;
  return importer.add_layer(config, {in});
}

/// The ranges along [1, C, H, W] where they are along the axes of a map; nothing for other views of it.
std::vector<SliceRange> map_ranges(const Value& map, const std::vector<SliceRange>& ranges) {
  if (ranges.size() != 4) return {};
  if (map.layout == Layout::nhwc) return {ranges[0], ranges[3], ranges[1], ranges[2]};
  return ranges;
}

/// Every k-th row or column of a map, from its first, second, … on: nothing by itself, since focus joins all of them to
/// blocks in depth.
bool try_sample(Importer& importer, const std::vector<SliceRange>& given) {
  const Value& raw = importer.raw_input(0);
  const std::vector<SliceRange> ranges = raw.is_map() ? map_ranges(raw, given) : given;
  if (!raw.is_map() || ranges.size() != 4) return false;
  const bool is_nhwc = raw.layout == Layout::nhwc;
  const std::int64_t channels = raw.dims[is_nhwc ? 3 : 1], rows = raw.dims[is_nhwc ? 1 : 2],
                     columns = raw.dims[is_nhwc ? 2 : 3];
  if (ranges[0].step != 1 || ranges[1].step != 1 || ranges[1].count != channels) return false;
  if (ranges[2].step < 1 || ranges[2].step > rows || ranges[3].step < 1 || ranges[3].step > columns) return false;
  if (ranges[2].step * ranges[3].step == 1) return false;
  const auto is_every = [](const SliceRange& range, std::int64_t extent) {  // one of `step` that together are all
    return range.begin < range.step && range.count == (extent - range.begin + range.step - 1) / range.step;
  };
  if (!is_every(ranges[2], rows) || !is_every(ranges[3], columns)) return false;
  const Value& in = importer.input(0);
  if (in.is_padded() || in.repeated || in.is_rearranged() || in.shuffled_groups > 0 || !in.order.empty())
    importer.map_input(0);
  const Value now = importer.input(0);
  Value out = importer.viewed(now, now.dims);
  out.dims[is_nhwc ? 1 : 2] = ranges[2].count;
  out.dims[is_nhwc ? 2 : 3] = ranges[3].count;
  out.sampled_from.height = now.sampled_from.height + now.sampled.height * ranges[2].begin;
  out.sampled_from.width = now.sampled_from.width + now.sampled.width * ranges[3].begin;
  out.sampled = {now.sampled.height * ranges[2].step, now.sampled.width * ranges[3].step};
  importer.set_output(0, out);
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

/// The axis of the channels in the dims of a map; -1 when they lie along none alone.
std::int64_t channel_axis_of(Importer& importer, const Value& in) {
  const Shape& shape = importer.shape_of(in);
  const auto rank = static_cast<std::int64_t>(in.dims.size());
  if (shape.height * shape.width == 1) {
    for (std::int64_t k = 0; k < rank; ++k)
      if (in.dims[static_cast<std::size_t>(k)] == shape.channels) return k;
    return -1;
  }
  const std::int64_t axis = in.layout == Layout::nhwc ? rank - 1 : 1;
  return rank >= 3 && in.dims[static_cast<std::size_t>(axis)] == shape.channels ? axis : -1;
}

/// Every so many-th channel, or the channels backwards.
bool try_channel_steps(Importer& importer, const std::vector<SliceRange>& ranges, const Dims& dims) {
  const Value& raw = importer.raw_input(0);
  if (!raw.is_map()) return false;
  const std::int64_t axis = channel_axis_of(importer, raw);
  if (axis < 0) return false;
  for (std::size_t k = 0; k < ranges.size(); ++k) {
    const bool is_whole = ranges[k].step == 1 && ranges[k].count == raw.dims[k];
    if (!is_whole && k != static_cast<std::size_t>(axis)) return false;
  }
  const SliceRange range = ranges[static_cast<std::size_t>(axis)];
  if (range.step == 1 || range.count == 1) return false;
  std::vector<std::int64_t> order;
  for (std::int64_t k = 0; k < range.count; ++k) order.push_back(range.begin + k * range.step);
  set_channels(importer, importer.map_input(0), order, dims);
  return true;
}

bool try_part_of_vector(Importer& importer, const std::vector<SliceRange>& ranges, const Dims& dims) {
  const Value in = importer.map_input(0);
  const Shape& shape = importer.shape_of(in);
  if (shape.height != 1 || shape.width != 1) return false;
  for (std::size_t k = 0; k < dims.size(); ++k) {  // however it is written
    if (in.dims[k] != shape.channels || dims[k] == in.dims[k]) continue;
    Value part = channels_of(importer, in, ranges[k].begin, ranges[k].begin + ranges[k].count);
    part.dims = dims;
    part.layout = in.layout;
    importer.set_output(0, part);
    return true;
  }
  return false;
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
  if (try_sample(importer, ranges) || try_channel_steps(importer, ranges, dims)) return;
  for (const SliceRange& range : ranges) {
    if (range.step != 1 && range.count > 1)
      throw Refusal{fmt::format("a step of {} along rows or columns, or backwards, is not covered", range.step)};
  }
  if (dims == first.dims) return importer.set_output(0, importer.viewed(importer.input(0), dims));
  if (try_part_of_channels(importer, ranges, dims) || try_part_of_vector(importer, ranges, dims)) return;
  importer.map_input(0);  // nothing waits any more
  const Value map = map_in_either_order(importer);
  std::vector<SliceRange> along = map_ranges(map, ranges);
  if (along.empty()) along = {ranges[0], ranges.at(1), ranges.at(2), {0, 1, 1}};  // of a signal
  const Shape shape = importer.shape_of(map);
  Value out = map;
  if (along[1].count != shape.channels)
    out = channels_of(importer, map, along[1].begin, along[1].begin + along[1].count);
  if (along[2].count != shape.height || along[3].count != shape.width) {
    const Size2 begin{along[2].begin, along[3].begin}, size{along[2].count, along[3].count};
    out = begin == Size2{0, 0} ? cropped(importer, out, size.height, size.width)
                               : cropped_from(importer, out, begin, size);
  }
  out.dims = dims;
  out.layout = map.layout;
  importer.set_output(0, out);
}

void import_split(Importer& importer) {
  const Value in = importer.map_input(0);
  const Shape shape = importer.shape_of(in);
  const auto axis =
      static_cast<std::size_t>(axis_of(attribute(importer.node(), "axis", std::int64_t{0}), in.dims.size()));
  const bool is_vector = shape.height == 1 && shape.width == 1;
  const std::size_t channel_axis = in.layout == Layout::nhwc ? in.dims.size() - 1 : 1;
  const bool is_whole = (is_vector || axis == channel_axis) && in.dims[axis] == shape.channels;
  if (!is_whole && axis >= channel_axes(importer, in)) throw Refusal{"a split along another axis than the channels"};
  const std::vector<std::int64_t> sizes = split_sizes(importer, in.dims[axis]);
  std::int64_t begin = 0;
  for (int k = 0; k < importer.node().output_size(); ++k) {
    const std::int64_t size = sizes.at(static_cast<std::size_t>(k));
    if (!importer.node().output(k).empty()) {
      std::vector<std::int64_t> places(static_cast<std::size_t>(size));
      std::iota(places.begin(), places.end(), begin);
      Value part = is_whole ? channels_of(importer, in, begin, begin + size)
                            : moved_channels(importer, in, channels_along(importer, in, axis, places));
      importer.drafts()[part.layer].layer.config.name += fmt::format("_{}", k);
      part.dims = in.dims;
      part.dims[axis] = size;
      part.layout = in.layout;
      importer.set_output(k, part);
    }
    begin += size;
  }
}

}  // namespace rowflow
