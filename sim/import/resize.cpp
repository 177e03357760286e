// Maps of another size.
#include "sim/import/resize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/import/fold.hpp"

namespace rowflow {

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
  if (in.dims[2] == 1 && in.dims[3] == 1) {  // every mode and transform repeats the one pixel, as Expand does
    Value repeated = importer.viewed(in, {1, in.dims[1], out.height, out.width});
    repeated.repeated = true;
    return importer.set_output(0, repeated);
  }
  LayerConfig config;
  config.type = LayerType::upsample;
  config.output_size = out;
  if (is_integer) config.scale = {out.height / in.dims[2], out.width / in.dims[3]};
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
    config.asymmetric = transform == "asymmetric";
    if (!is_half && transform != "align_corners" && transform != "asymmetric")
      throw Refusal{
          fmt::format("bilinear resize with {}: half_pixel, align_corners and asymmetric are covered", transform)};
  } else {
    throw Refusal{fmt::format("mode {} is not covered: nearest and linear are", mode.substr(0, 40))};
  }
  importer.set_output(0, importer.add_layer(config, {in}));
}

}  // namespace rowflow
