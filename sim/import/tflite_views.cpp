// Shapes, edges and sizes in TFLite: what moves elements and computes nothing, or resizes.
#include "sim/import/tflite_views.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "sim/import/fold.hpp"
#include "sim/import/nodes.hpp"

namespace rowflow {

void translate_reshape(TfliteGraph& graph) {
  const Dims& out = graph.output_dims(0);
  const bool is_open = std::count(out.begin(), out.end(), -1) > 1;
  const std::string x = graph.in_order(0);
  if (!is_open || graph.code() != tflite::Code::RESHAPE || graph.inputs() < 2) return graph.finish_in_order(x);
  const std::string shaped = graph.reshaped(x, graph.integers(1));
  graph.finish(out.size() == map_rank ? graph.transposed(shaped, to_onnx) : shaped);
}

void translate_transpose(TfliteGraph& graph) {
  const std::size_t rank = graph.input_dims(0).size();
  std::vector<std::int64_t> order = graph.integers(1), sorted = order, all(rank);
  for (std::int64_t& axis : order) axis = axis_of(axis, rank);
  sorted = order;
  std::sort(sorted.begin(), sorted.end());
  std::iota(all.begin(), all.end(), 0);
  if (sorted != all) throw Refusal{fmt::format("[{}] is no order of {} axes", fmt::join(order, ", "), rank)};
  if (rank == map_rank) {
    std::vector<std::int64_t> moved;
    for (const std::int64_t place : to_onnx) moved.push_back(onnx_axis[order[static_cast<std::size_t>(place)]]);
    order = moved;
  }
  if (order == all) return graph.finish(graph.value(0));
  graph.finish(graph.transposed(graph.value(0), order));
}

namespace {

/// One figure an axis, in ONNX's order.
std::vector<std::int64_t> placed_figures(const std::vector<std::int64_t>& figures, std::size_t rank) {
  if (figures.size() != rank) throw Refusal{fmt::format("found {} figures for {} axes", figures.size(), rank)};
  std::vector<std::int64_t> result(rank);
  for (std::size_t k = 0; k < rank; ++k)
    result[static_cast<std::size_t>(onnx_place(static_cast<std::int64_t>(k), rank))] = figures[k];
  return result;
}

/// ONNX's pads of an operator whose second input says them: all in front, then all behind.
std::vector<std::int64_t> pads_of(const TfliteGraph& graph) {
  const std::size_t rank = graph.input_dims(0).size();
  const std::vector<std::int64_t> given = graph.integers(1);
  if (given.size() != 2 * rank) throw Refusal{fmt::format("found {} paddings for {} axes", given.size(), rank)};
  std::vector<std::int64_t> front, behind;
  for (std::size_t k = 0; k < given.size(); ++k) (k % 2 == 0 ? front : behind).push_back(given[k]);
  std::vector<std::int64_t> pads = placed_figures(front, rank), rest = placed_figures(behind, rank);
  pads.insert(pads.end(), rest.begin(), rest.end());
  return pads;
}

}  // namespace

void translate_pad(TfliteGraph& graph) {
  const std::vector<std::int64_t> pads = pads_of(graph);
  std::vector<std::string> inputs{graph.value(0), graph.integer_tensor(pads)};
  if (graph.has_input(2)) inputs.push_back(graph.reshaped(graph.in_order(2), {}));
  graph.finish(graph.add("Pad", inputs));
}

void translate_mirror_pad(TfliteGraph& graph) {
  const std::vector<std::int64_t> pads = pads_of(graph);
  const bool is_symmetric = graph.options<tflite::MirrorPadOptions>().mode() == tflite::MirrorPadMode::SYMMETRIC;
  const bool is_edge = std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad <= 1; });
  if (is_symmetric && !is_edge) throw Refusal{"rows mirrored with the last one twice"};
  const std::string y = graph.add("Pad", {graph.value(0), graph.integer_tensor(pads)});
  add_text(graph.node(), "mode", is_symmetric ? "edge" : "reflect");
  graph.finish(y);
}

void translate_concat(TfliteGraph& graph) {
  const auto& options = graph.options<tflite::ConcatenationOptions>();
  const std::size_t rank = graph.input_dims(0).size();
  std::vector<std::string> parts;
  for (int k = 0; k < graph.inputs(); ++k) parts.push_back(graph.operand(k, rank));
  const std::string y = graph.add("Concat", parts);
  add_integer(graph.node(), "axis", onnx_place(options.axis(), rank));
  graph.finish(graph.activated(y, options.activation()));
}

namespace {

std::string resized(TfliteGraph& graph, const char* mode, bool align_corners, bool half_pixel) {
  const Dims& map = graph.input_dims(0);
  const std::vector<std::int64_t> size = graph.integers(1);
  if (map.size() != map_rank || map[3] < 1 || size.size() != 2)
    throw Refusal{"something else than a map with a new height and width"};
  const std::string x = graph.value(0);
  const std::string sizes = graph.integer_tensor({std::max<std::int64_t>(map[0], 1), map[3], size[0], size[1]});
  const std::string y = graph.add("Resize", {x, "", "", sizes});
  add_text(graph.node(), "mode", mode);
  add_text(graph.node(), "coordinate_transformation_mode",
           align_corners ? "align_corners"
           : half_pixel  ? "half_pixel"
                         : "asymmetric");
  return y;
}

}  // namespace

void translate_resize_bilinear(TfliteGraph& graph) {
  const auto& options = graph.options<tflite::ResizeBilinearOptions>();
  graph.finish(resized(graph, "linear", options.align_corners(), options.half_pixel_centers()));
}

/// TFLite reads ⌊row · H / Ho⌋, with half pixels ⌊(row + ½) · H / Ho⌋, with aligned corners the nearest, halves up.
void translate_resize_nearest(TfliteGraph& graph) {
  const auto& options = graph.options<tflite::ResizeNearestNeighborOptions>();
  const bool rounds = options.align_corners() || options.half_pixel_centers();
  const std::string y = resized(graph, "nearest", options.align_corners(), options.half_pixel_centers());
  add_text(graph.node(), "nearest_mode", rounds ? "round_prefer_ceil" : "floor");
  graph.finish(y);
}

void translate_space_to_depth(TfliteGraph& graph) {
  const std::string y = graph.add("SpaceToDepth", {graph.value(0)});
  add_integer(graph.node(), "blocksize", graph.options<tflite::BlockOptions>().block_size());
  graph.finish(y);
}

void translate_depth_to_space(TfliteGraph& graph) {
  const std::string y = graph.add("DepthToSpace", {graph.value(0)});
  add_integer(graph.node(), "blocksize", graph.options<tflite::DepthToSpaceOptions>().block_size());
  graph.finish(y);
}

void translate_tile(TfliteGraph& graph) {
  const std::size_t rank = graph.input_dims(0).size();
  const std::string repeats = graph.integer_tensor(placed_figures(graph.integers(1), rank));
  graph.finish(graph.add("Tile", {graph.value(0), repeats}));
}

void translate_broadcast(TfliteGraph& graph) {
  const std::vector<std::int64_t> shape = graph.integers(1);
  const std::string x = graph.operand(0, shape.size());
  graph.finish(graph.add("Expand", {x, graph.integer_tensor(placed_figures(shape, shape.size()))}));
}

}  // namespace rowflow
