// Parts of maps, maps side by side, and maps of another size.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "sim/import/operators.hpp"

namespace rowflow {

namespace {

Value channels_of(Importer& importer, const Value& in, std::int64_t begin, std::int64_t end) {
  LayerConfig config;
  config.type = LayerType::slice;
  config.channel_begin = begin;
  config.channel_end = end;
  return importer.add_layer(config, {in});
}

struct Range {
  std::int64_t begin = 0, end = 0;
};

Range range_of(std::int64_t begin, std::int64_t end, std::int64_t extent) {
  if (begin < 0) begin += extent;
  if (end < 0) end += extent;
  begin = std::clamp<std::int64_t>(begin, 0, extent);
  return {begin, std::clamp<std::int64_t>(end, begin, extent)};
}

/// Cutting rows or columns has no rule of its own; inside a tiled block it is part of the block (tiles.cpp), elsewhere it is refused at the
/// end.
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
  const auto starts = importer.integers(1, "starts", true), ends = importer.integers(2, "ends", true);
  auto axes = importer.integers(3, "axes", false);
  const auto steps = importer.integers(4, "", false);
  if (axes.empty()) {
    for (std::size_t k = 0; k < starts.size(); ++k) axes.push_back(static_cast<std::int64_t>(k));
  }
  if (starts.size() != ends.size() || axes.size() != starts.size() || (!steps.empty() && steps.size() != starts.size()))
    throw Refusal{"starts, ends, axes and steps of different lengths"};
  Dims dims = first.dims;
  std::vector<Range> ranges;
  for (const std::int64_t dim : dims) ranges.push_back({0, dim});
  for (std::size_t k = 0; k < axes.size(); ++k) {
    const std::int64_t axis = axes[k] < 0 ? axes[k] + static_cast<std::int64_t>(dims.size()) : axes[k];
    if (axis < 0 || axis >= static_cast<std::int64_t>(dims.size())) throw Refusal{"an axis beyond the tensor's rank"};
    if (!steps.empty() && steps[k] != 1) throw Refusal{fmt::format("a step of {}: only steps of 1 are covered", steps[k])};
    ranges[axis] = range_of(starts[k], ends[k], dims[axis]);
    dims[axis] = ranges[axis].end - ranges[axis].begin;
    if (dims[axis] < 1) throw Refusal{"an empty slice"};
  }
  if (dims == first.dims) return importer.set_output(0, importer.viewed(importer.input(0), dims));
  const Value in = importer.plain_input(0);
  Value out = in;
  if (dims[1] != in.dims[1]) out = channels_of(importer, in, ranges[1].begin, ranges[1].end);
  if (dims[2] != in.dims[2] || dims[3] != in.dims[3]) {
    if (ranges[2].begin != 0 || ranges[3].begin != 0) throw Refusal{"rows or columns cut from the front"};
    out = cropped(importer, out, dims[2], dims[3]);
  }
  importer.set_output(0, out);
}

void import_split(Importer& importer) {
  const Value in = importer.plain_input(0);
  std::int64_t axis = attribute(importer.node(), "axis", std::int64_t{0});
  if (axis < 0) axis += 4;
  if (axis != 1) throw Refusal{"a split along another axis than the channels"};
  auto sizes = importer.integers(1, "split", false);
  const int outputs = importer.node().output_size();
  const std::int64_t channels = in.dims[1];
  if (sizes.empty()) {
    if (outputs < 1 || channels % outputs != 0) throw Refusal{fmt::format("{} channels in {} equal parts", channels, outputs)};
    sizes.assign(outputs, channels / outputs);
  }
  std::int64_t begin = 0;
  for (int k = 0; k < outputs; ++k) {
    if (k >= static_cast<int>(sizes.size()) || sizes[k] < 1 || sizes[k] > channels - begin)
      throw Refusal{"sizes that do not fit the channels"};
    if (!importer.node().output(k).empty()) {
      const Value part = channels_of(importer, in, begin, begin + sizes[k]);
      importer.drafts()[part.layer].layer.config.name += fmt::format("_{}", k);
      importer.set_output(k, part);
    }
    begin += sizes[k];
  }
}

void import_concat(Importer& importer) {
  const Value& first = importer.raw_input(0);
  std::int64_t axis = attribute(importer.node(), "axis", std::int64_t{1});
  if (axis < 0) axis += static_cast<std::int64_t>(first.dims.size());
  if (importer.node().input_size() == 1) return importer.set_output(0, importer.viewed(importer.input(0), importer.input(0).dims));
  LayerConfig config;
  config.type = LayerType::concat;
  std::vector<Value> operands;
  for (int k = 0; k < importer.node().input_size(); ++k) operands.push_back(importer.plain_input(k));
  if (axis != 1) throw Refusal{"maps joined along another axis than the channels"};
  importer.set_output(0, importer.add_layer(config, operands));
}

namespace {

/// Output height and width: from sizes, or from scales.
Size2 resized(Importer& importer, const Value& in) {
  const bool is_upsample = importer.node().op_type() == "Upsample";
  const int scales_input = is_upsample || importer.opset() < 11 ? 1 : 2;
  if (!is_upsample && importer.has_input(3)) {
    const auto sizes = importer.integers(3, "sizes", true);
    if (sizes.size() != 4 || sizes[0] != 1 || sizes[1] != in.dims[1])
      throw Refusal{fmt::format("found sizes [{}] for a map of [{}]", fmt::join(sizes, ", "), fmt::join(in.dims, ", "))};
    return {sizes[2], sizes[3]};
  }
  std::vector<double> scales = float_list(importer.node(), "scales");
  if (scales.empty()) {
    const Value& value = importer.raw_input(scales_input);
    if (!value.is_constant() || !value.constant) throw Refusal{"its scales are no constant known to the file"};
    for (std::size_t k = 0; k < value.constant->size(); ++k) scales.push_back(value.constant->number(k));
  }
  if (scales.size() != 4 || scales[0] != 1 || scales[1] != 1) throw Refusal{"scales are expected for height and width alone"};
  const auto extent = [](double size) { return size >= 1 && size <= 65536 ? static_cast<std::int64_t>(std::floor(size)) : 0; };
  return {extent(static_cast<double>(in.dims[2]) * scales[2]), extent(static_cast<double>(in.dims[3]) * scales[3])};
}

}  // namespace

void import_resize(Importer& importer) {
  const onnx::NodeProto& node = importer.node();
  const Value in = importer.plain_input(0);
  const Size2 out = resized(importer, in);
  if (out.height < 1 || out.width < 1 || out.height > 65536 || out.width > 65536)
    throw Refusal{fmt::format("found an output of {}x{}", out.height, out.width)};
  if (out.height == in.dims[2] && out.width == in.dims[3]) return importer.set_output(0, importer.viewed(in, in.dims));
  const std::string mode = attribute(node, "mode", std::string("nearest"));
  const bool has_transform = node.op_type() == "Resize" && importer.opset() >= 11;
  const std::string transform = has_transform ? attribute(node, "coordinate_transformation_mode", std::string("half_pixel")) : "asymmetric";
  const bool is_integer = out.height % in.dims[2] == 0 && out.width % in.dims[3] == 0;
  LayerConfig config;
  config.type = LayerType::upsample;
  config.output_size = out;
  if (is_integer) config.scale = {out.height / in.dims[2], out.width / in.dims[3]};
  if (mode == "nearest") {
    const std::string rounding = has_transform ? attribute(node, "nearest_mode", std::string("round_prefer_floor")) : "floor";
    if (!is_integer && (transform != "asymmetric" || rounding != "floor")) {
      throw Refusal{fmt::format("nearest resize {}x{} -> {}x{} with {} and {}: only integer factors, or asymmetric with floor, are covered",
                                in.dims[2], in.dims[3], out.height, out.width, transform, rounding)};
    }
  } else if (mode == "linear" || mode == "bilinear") {
    config.mode = UpsampleMode::bilinear;
    config.align_corners = transform == "align_corners";
    const bool from_one = in.dims[2] == 1 && in.dims[3] == 1;  // every transform reads the one pixel
    if (!from_one && transform != "half_pixel" && transform != "pytorch_half_pixel" && transform != "align_corners") {
      throw Refusal{fmt::format("bilinear resize with {}: half_pixel and align_corners are covered", transform)};
    }
  } else {
    throw Refusal{fmt::format("mode {} is not covered: nearest and linear are", mode.substr(0, 40))};
  }
  importer.set_output(0, importer.add_layer(config, {in}));
}

}  // namespace rowflow
