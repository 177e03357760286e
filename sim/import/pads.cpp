// Rows, columns and channels of one value around a map, reflected ones, and those that a negative padding cuts off.
#include "sim/import/pads.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/import/orders.hpp"
#include "sim/import/slices.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

/// Sides of a map [1, C, H, W], in that order whatever the layout.
struct Sides {
  std::int64_t channels_before = 0, channels_after = 0, top = 0, left = 0, bottom = 0, right = 0;

  bool any_rows_or_columns() const { return top != 0 || left != 0 || bottom != 0 || right != 0; }
};

Sides sides_of(const Value& map, const std::vector<std::int64_t>& pads) {
  if (map.dims.size() != 4) throw Refusal{"padding of a signal is not covered"};
  if (pads[0] != 0 || pads[4] != 0) throw Refusal{"only height, width and channels may be padded"};
  const std::size_t channel = map.layout == Layout::nhwc ? 3 : 1, row = map.layout == Layout::nhwc ? 1 : 2;
  return {pads[channel], pads[channel + 4], pads[row], pads[row + 1], pads[row + 4], pads[row + 5]};
}

/// Channels of zeros that make a map as deep as another one: a layer puts them in, and the rows and columns with them.
Value deepened(Importer& importer, const Value& map, const Sides& sides, const std::string& mode) {
  if (mode != "constant") throw Refusal{fmt::format("channels padded by {}", mode)};
  LayerConfig config;
  config.type = LayerType::pad;
  config.padding = {PaddingMode::explicit_sides, sides.top, sides.bottom, sides.left, sides.right};
  config.filters = importer.shape_of(map).channels + sides.channels_before + sides.channels_after;
  return importer.add_layer(config, {map});
}

/// What negative sides cut off; they are none then.
Value cut(Importer& importer, const Value& map, Sides& sides) {
  const auto take = [](std::int64_t& side) {
    const std::int64_t off = std::max<std::int64_t>(-side, 0);
    side = std::max<std::int64_t>(side, 0);
    return off;
  };
  const Shape shape = importer.shape_of(map);
  Value out = map;
  const std::int64_t first = take(sides.channels_before), last = shape.channels - take(sides.channels_after);
  if (first > 0 || last < shape.channels) out = channels_of(importer, out, first, last);
  const std::int64_t top = take(sides.top), left = take(sides.left);
  const Size2 size{shape.height - top - take(sides.bottom), shape.width - left - take(sides.right)};
  if (size == Size2{shape.height, shape.width}) return out;
  LayerConfig config;
  config.type = LayerType::crop;
  config.output_size = size;
  config.row_begin = top;
  config.column_begin = left;
  if (size.height < 1 || size.width < 1) throw Refusal{"nothing is left of the map"};
  return importer.add_layer(config, {out});
}

}  // namespace

void import_pad(Importer& importer) {
  const Value in = importer.input(0);
  if (!in.is_map()) throw Refusal{"a stored tensor padded in a way that is not covered"};
  const std::vector<std::int64_t> pads = pad_sizes(importer, in.dims.size());
  const bool nothing = std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad == 0; });
  if (nothing) return importer.set_output(0, importer.viewed(in, in.dims));
  const std::string mode = attribute(importer.node(), "mode", std::string("constant"));
  if (mode != "constant" && mode != "reflect" && mode != "edge")
    throw Refusal{fmt::format("padding by {} is not covered", mode.substr(0, 20))};
  const Value map = map_in_either_order(importer);
  Sides sides = sides_of(map, pads);
  const bool any_negative = std::any_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad < 0; });
  Value out = any_negative ? cut(importer, map, sides) : importer.viewed(map, map.dims);
  if (sides.channels_before + sides.channels_after > 0) {
    out = deepened(importer, out, sides, mode);
  } else if (sides.any_rows_or_columns()) {
    out.padding = {PaddingMode::explicit_sides, sides.top, sides.bottom, sides.left, sides.right};
    out.mirrored = mode == "reflect";
    out.repeated_edge = mode == "edge";
  }
  out.layout = map.layout;
  out.dims = map.dims;
  for (std::size_t k = 0; k < 4; ++k) out.dims[k] += pads[k] + pads[k + 4];
  importer.set_output(0, out);
}

}  // namespace rowflow
