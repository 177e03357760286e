#include "sim/import/slices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/import/fold.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

SliceRange range_of(std::int64_t begin, std::int64_t end, std::int64_t step, std::int64_t extent) {
  if (step == 0 || step == INT64_MIN) throw Refusal{"a step that is none"};
  const auto from_front = [&](std::int64_t at) { return at < 0 ? at + extent : at; };
  if (step > 0) {
    begin = std::clamp<std::int64_t>(from_front(begin), 0, extent);
    end = std::clamp<std::int64_t>(from_front(end), 0, extent);
    return {begin, end > begin ? (end - begin - 1) / step + 1 : 0, step};
  }
  begin = std::clamp<std::int64_t>(from_front(begin), -1, extent - 1);
  end = std::clamp<std::int64_t>(from_front(end), -1, extent - 1);
  return {begin, begin > end ? (begin - end - 1) / -step + 1 : 0, step};
}

}  // namespace

std::vector<SliceRange> slice_ranges(Importer& importer, const Dims& dims) {
  const auto starts = importer.integers(1, "starts", true), ends = importer.integers(2, "ends", true);
  auto axes = importer.integers(3, "axes", false);
  const auto steps = importer.integers(4, "", false);
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (starts.size() != ends.size() || axes.size() != starts.size() || (!steps.empty() && steps.size() != starts.size()))
    throw Refusal{"starts, ends, axes and steps of different lengths"};
  std::vector<SliceRange> ranges;
  for (const std::int64_t dim : dims) ranges.push_back({0, dim, 1});
  for (std::size_t k = 0; k < axes.size(); ++k) {
    const auto axis = static_cast<std::size_t>(axis_of(axes[k], dims.size()));
    ranges[axis] = range_of(starts[k], ends[k], steps.empty() ? 1 : steps[k], dims[axis]);
  }
  return ranges;
}

std::vector<std::int64_t> split_sizes(Importer& importer, std::int64_t extent) {
  auto sizes = importer.integers(1, "split", false);
  const std::int64_t outputs = importer.node().output_size(),
                     parts = attribute(importer.node(), "num_outputs", outputs);
  if (outputs < 1 || parts < outputs) throw Refusal{"no outputs"};
  if (sizes.empty()) {
    const std::int64_t size = (extent + parts - 1) / parts;  // the last part may be smaller, as from operator set 18 on
    for (std::int64_t k = 0; k < outputs; ++k) sizes.push_back(std::min(size, extent - k * size));
  }
  std::int64_t left = extent;
  for (std::int64_t k = 0; k < outputs; ++k) {
    if (k >= static_cast<std::int64_t>(sizes.size()) || sizes[k] < 1 || sizes[k] > left)
      throw Refusal{fmt::format("sizes of its parts that do not fit an extent of {}", extent)};
    left -= sizes[k];
  }
  return sizes;
}

std::vector<std::int64_t> transpose_order(Importer& importer, std::size_t rank) {
  std::vector<std::int64_t> forward(rank), reversed;
  std::iota(forward.begin(), forward.end(), 0);
  reversed.assign(forward.rbegin(), forward.rend());
  const auto perm = attribute(importer.node(), "perm", reversed);
  auto sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != forward) throw Refusal{"perm is no order of its dimensions"};
  return perm;
}

std::vector<std::int64_t> pad_sizes(Importer& importer, std::size_t rank) {
  const auto given = importer.integers(1, "pads", true);
  auto axes = importer.integers(3, "axes", false);
  if (axes.empty()) {
    axes.resize(rank);
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (given.size() != 2 * axes.size())
    throw Refusal{fmt::format("pads has {} values, expected {}", given.size(), 2 * axes.size())};
  std::vector<std::int64_t> pads(2 * rank, 0);
  for (std::size_t k = 0; k < axes.size(); ++k) {
    const auto axis = static_cast<std::size_t>(axis_of(axes[k], rank));
    pads[axis] = given[k];
    pads[axis + rank] = given[k + axes.size()];
  }
  for (const std::int64_t pad : pads) {
    if (pad < -largest_extent || pad > largest_extent)
      throw Refusal{fmt::format("found padding {}, expected 0 to {}", pad, largest_extent)};
  }
  return pads;
}

Value map_in_either_order(Importer& importer) {
  const Value in = importer.ordered_input(0);
  const Shape& shape = importer.shape_of(in);
  const bool is_whole = in.layout == Layout::nhwc && in.dims == Dims{1, shape.height, shape.width, shape.channels};
  const bool is_plain = in.layout == Layout::nchw && in.dims == Dims{1, shape.channels, shape.height, shape.width};
  return is_whole || is_plain ? in : importer.plain_input(0);
}

std::vector<std::int64_t> reduced_axes(Importer& importer, std::size_t rank) {
  auto axes = importer.integers(1, "axes", false);
  for (auto& axis : axes) axis = axis_of(axis, rank);
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  if (axes.empty() && attribute(importer.node(), "noop_with_empty_axes", std::int64_t{0}) == 0) {
    axes.resize(rank);
    std::iota(axes.begin(), axes.end(), 0);
  }
  return axes;
}

}  // namespace rowflow
