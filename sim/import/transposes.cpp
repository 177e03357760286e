// Transposition: between the layouts of a map, and of axes that another node puts back.
#include "sim/import/transposes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/import/slices.hpp"
#include "sim/import/views.hpp"

namespace rowflow {

namespace {

/// perm moves only dimensions of extent 1 past the others: the order of elements stays.
bool keeps_order(const Dims& dims, const Dims& perm) {
  std::int64_t last = -1;
  for (const std::int64_t axis : perm) {
    if (dims[axis] == 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

/// Pixel shuffle and its reverse, written as a transposition of six axes between two reshapes.
bool find_blocks(const Shape& shape, const Value& map, const Dims& perm, Value& out) {
  if (map.layout != Layout::nchw || map.dims[0] != 1) return false;
  const Dims& d = map.dims;
  const bool channels_first = d[1] * d[2] * d[3] == shape.channels && d[4] == shape.height && d[5] == shape.width;
  if (channels_first && perm == Dims{0, 1, 4, 2, 5, 3}) out.to_space = {d[2], d[3]};
  if (channels_first && perm == Dims{0, 3, 4, 1, 5, 2}) out.to_space = {d[1], d[2]};
  const bool rows_and_columns = d[1] == shape.channels && d[2] * d[3] == shape.height && d[4] * d[5] == shape.width;
  if (rows_and_columns && perm[4] == 2 && perm[5] == 4) out.to_depth = {d[3], d[5]};
  return out.is_rearranged();
}

/// Between the two layouts of a map, what waits for its reader (padding, an order of channels) goes along.
bool try_turned(Importer& importer) {
  const Value in = importer.input(0);
  if (!in.is_map() || in.dims.size() != 4 || in.repeated || in.is_sampled() || in.is_rearranged()) return false;
  if (!in.is_padded() && in.order.empty()) return false;
  const Dims perm = transpose_order(importer, 4);
  const bool to_nchw = in.layout == Layout::nhwc && perm == Dims{0, 3, 1, 2};
  if (!to_nchw && !(in.layout == Layout::nchw && perm == Dims{0, 2, 3, 1})) return false;
  Value out = importer.viewed(in, {});
  for (const std::int64_t axis : perm) out.dims.push_back(in.dims[static_cast<std::size_t>(axis)]);
  out.layout = to_nchw ? Layout::nchw : Layout::nhwc;
  importer.set_output(0, out);
  return true;
}

}  // namespace

void import_transpose(Importer& importer) {
  if (try_turned(importer)) return;
  const Value map = importer.map_input(0);
  const std::size_t rank = map.dims.size();
  const Dims perm = transpose_order(importer, rank);
  Dims dims;
  for (const std::int64_t axis : perm) dims.push_back(map.dims[static_cast<std::size_t>(axis)]);
  Value out = importer.viewed(map, dims);
  const Shape& shape = importer.shape_of(map);
  if (shape.height * shape.width == 1 && keeps_order(map.dims, perm)) {
    out.layout = vector_layout(dims, shape.channels);
  } else if (rank == 4 && map.layout == Layout::nhwc && perm == Dims{0, 3, 1, 2} &&
             map.dims == Dims{1, shape.height, shape.width, shape.channels}) {
    out.layout = Layout::nchw;
  } else if (rank == 4 && map.layout == Layout::nchw && perm == Dims{0, 2, 3, 1} &&
             map.dims == Dims{1, shape.channels, shape.height, shape.width}) {
    out.layout = Layout::nhwc;
  } else if (rank == 3 && perm == Dims{0, 2, 1} && map.layout == Layout::nchw &&
             map.dims == Dims{1, shape.channels, shape.height * shape.width}) {
    out.layout = Layout::nhwc;  // pixels as a sequence of vectors
  } else if (rank == 3 && perm == Dims{0, 2, 1} && map.layout == Layout::nhwc &&
             map.dims == Dims{1, shape.height * shape.width, shape.channels}) {
    out.layout = Layout::nchw;
  } else if (rank == 5 && perm == Dims{0, 2, 1, 3, 4} && map.layout == Layout::nchw &&
             map.dims[1] * map.dims[2] == shape.channels && map.dims[3] == shape.height) {
    out.shuffled_groups = map.dims[1];
  } else if (rank == 6 && find_blocks(shape, map, perm, out)) {
    // reshaped to the map of the blocks by what follows
  } else if (rank == 3 && perm == Dims{1, 0, 2} && map.layout == Layout::nchw &&
             map.dims[0] * map.dims[1] == shape.channels && map.dims[2] == shape.height * shape.width) {
    out.shuffled_groups = map.dims[0];
  } else if (rank == 4 && perm == Dims{0, 2, 1, 3} && map.layout == Layout::nchw &&
             map.dims[1] * map.dims[2] == shape.channels && map.dims[3] == shape.height * shape.width) {
    out.shuffled_groups = map.dims[1];
  } else if (!std::is_sorted(perm.begin(), perm.end()) &&
             (map.layout == Layout::nhwc || !keeps_order(map.dims, perm))) {
    throw Refusal{fmt::format("the order [{}] of a map [{}]: rows would arrive in another order", fmt::join(perm, ", "),
                              fmt::join(map.dims, ", "))};
  }
  importer.set_output(0, out);
}

}  // namespace rowflow
