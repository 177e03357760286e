// Parts of maps in TFLite, and what is made of whole axes.
#include "sim/import/tflite_cuts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "sim/import/fold.hpp"
#include "sim/import/nodes.hpp"

namespace rowflow {

using tflite::Code;

namespace {

constexpr std::int64_t far_behind = std::numeric_limits<std::int64_t>::max(),
                       far_in_front = std::numeric_limits<std::int64_t>::min() + 1;
constexpr int most_parts = 4096;

std::int64_t single(const TfliteGraph& graph, int k) {
  const std::vector<std::int64_t> values = graph.integers(k);
  if (values.size() != 1) throw Refusal{fmt::format("found [{}], expected one number", fmt::join(values, ", "))};
  return values[0];
}

/// What was computed of an input of this rank, in TFLite's order.
std::string put_in_order(TfliteGraph& graph, const std::string& value, std::size_t rank) {
  return rank == map_rank ? graph.transposed(value, from_onnx) : value;
}

/// Parts of these sizes (none: equal ones) along an axis, as outputs of a node.
std::vector<std::string> parts_of(TfliteGraph& graph, const std::string& x, std::int64_t axis,
                                  const std::vector<std::int64_t>& sizes) {
  if (graph.outputs() > most_parts) throw Refusal{fmt::format("found {} parts", graph.outputs())};
  std::vector<std::string> inputs{x};
  if (!sizes.empty()) inputs.push_back(graph.integer_tensor(sizes));
  std::vector<std::string> parts{graph.add("Split", inputs)};
  add_integer(graph.node(), "axis", axis);
  while (static_cast<int>(parts.size()) < graph.outputs()) parts.push_back(graph.another_output());
  return parts;
}

void write_split(TfliteGraph& graph, int data, int axis_at, const std::vector<std::int64_t>& sizes) {
  const std::int64_t axis = onnx_place(single(graph, axis_at), graph.input_dims(data).size());
  const std::vector<std::string> parts = parts_of(graph, graph.value(data), axis, sizes);
  for (int k = 0; k < graph.outputs(); ++k) graph.finish(parts[static_cast<std::size_t>(k)], k);
}

}  // namespace

void translate_split(TfliteGraph& graph) { write_split(graph, 1, 0, {}); }

void translate_split_by_sizes(TfliteGraph& graph) {
  std::vector<std::int64_t> sizes = graph.integers(1);
  const std::int64_t axis = single(graph, 2),
                     extent =
                         graph.input_dims(0).at(static_cast<std::size_t>(axis_of(axis, graph.input_dims(0).size())));
  std::int64_t sum = 0;
  for (const std::int64_t size : sizes) {
    if (size < -1 || size > (1 << 20)) throw Refusal{fmt::format("found a part of {}", size)};
    sum += std::max<std::int64_t>(size, 0);
  }
  const auto open = std::find(sizes.begin(), sizes.end(), -1);
  if (open != sizes.end()) *open = extent - sum;
  write_split(graph, 0, 2, sizes);
}

namespace {

struct Ranges {
  std::vector<std::int64_t> starts, ends, axes, steps;
};

std::string sliced(TfliteGraph& graph, const Ranges& ranges) {
  std::vector<std::string> inputs{graph.value(0)};
  for (const auto* figures : {&ranges.starts, &ranges.ends, &ranges.axes, &ranges.steps})
    inputs.push_back(graph.integer_tensor(*figures));
  return graph.add("Slice", inputs);
}

}  // namespace

void translate_slice(TfliteGraph& graph) {
  const std::vector<std::int64_t> starts = graph.integers(1), sizes = graph.integers(2);
  const std::size_t rank = graph.input_dims(0).size();
  if (starts.size() != rank || sizes.size() != rank)
    throw Refusal{fmt::format("found {} starts and {} sizes for {} axes", starts.size(), sizes.size(), rank)};
  Ranges ranges;
  for (std::size_t k = 0; k < rank; ++k) {
    const bool to_end = sizes[k] == -1 || sizes[k] > far_behind / 2 || starts[k] > far_behind / 2;
    ranges.starts.push_back(starts[k]);
    ranges.ends.push_back(to_end ? far_behind : starts[k] + sizes[k]);
    ranges.axes.push_back(onnx_place(static_cast<std::int64_t>(k), rank));
    ranges.steps.push_back(1);
  }
  graph.finish(sliced(graph, ranges));
}

void translate_strided_slice(TfliteGraph& graph) {
  const auto& options = graph.options<tflite::StridedSliceOptions>();
  if (options.ellipsis_mask() != 0 || options.new_axis_mask() != 0)
    throw Refusal{"a slice with an ellipsis or new axes"};
  const std::vector<std::int64_t> starts = graph.integers(1), ends = graph.integers(2), steps = graph.integers(3);
  const std::size_t rank = graph.input_dims(0).size();
  if (starts.size() > rank || starts.size() != ends.size() || starts.size() != steps.size())
    throw Refusal{fmt::format("found {} starts, {} ends and {} steps for {} axes", starts.size(), ends.size(),
                              steps.size(), rank)};
  Ranges ranges;
  for (std::size_t k = 0; k < starts.size(); ++k) {
    const auto is_set = [&](std::int32_t mask) { return ((static_cast<std::uint32_t>(mask) >> k) & 1U) != 0; };
    const bool forward = steps[k] > 0, is_one = is_set(options.shrink_axis_mask());
    const std::int64_t start = is_set(options.begin_mask()) ? (forward ? 0 : far_behind) : starts[k];
    const std::int64_t end = is_set(options.end_mask()) ? (forward ? far_behind : far_in_front) : ends[k];
    ranges.starts.push_back(is_one ? starts[k] : start);
    ranges.ends.push_back(!is_one ? end : starts[k] == -1 || starts[k] == far_behind ? far_behind : starts[k] + 1);
    ranges.axes.push_back(onnx_place(static_cast<std::int64_t>(k), rank));
    ranges.steps.push_back(is_one ? 1 : steps[k]);
  }
  const std::string y = sliced(graph, ranges);
  if (options.shrink_axis_mask() == 0) return graph.finish(y);
  graph.finish_in_order(put_in_order(graph, y, rank));
}

void translate_gather(TfliteGraph& graph) {
  const auto& options = graph.options<tflite::GatherOptions>();
  if (options.batch_dims() != 0) throw Refusal{"indices of their own for each of a batch"};
  const std::size_t rank = graph.input_dims(0).size();
  const bool is_map = rank == map_rank && graph.input_dims(1).size() == 1;
  const std::string x = is_map ? graph.value(0) : graph.in_order(0), at = graph.in_order(1);
  const std::string y = graph.add("Gather", {x, at});
  add_integer(graph.node(), "axis", is_map ? onnx_place(options.axis(), rank) : axis_of(options.axis(), rank));
  if (is_map) return graph.finish(y);
  graph.finish_in_order(y);
}

void translate_pack(TfliteGraph& graph) {
  const std::int64_t axis = axis_of(graph.options<tflite::PackOptions>().axis(), graph.input_dims(0).size() + 1);
  const std::string axes = graph.integer_tensor({axis});
  std::vector<std::string> parts;
  for (int k = 0; k < graph.inputs(); ++k) parts.push_back(graph.add("Unsqueeze", {graph.in_order(k), axes}));
  const std::string y = graph.add("Concat", parts);
  add_integer(graph.node(), "axis", axis);
  graph.finish_in_order(y);
}

void translate_unpack(TfliteGraph& graph) {
  const std::int64_t axis = axis_of(graph.options<tflite::UnpackOptions>().axis(), graph.input_dims(0).size());
  const std::vector<std::string> parts = parts_of(graph, graph.in_order(0), axis, {});
  for (int k = 0; k < graph.outputs(); ++k) graph.finish_in_order(parts[static_cast<std::size_t>(k)], k);
}

namespace {

/// Whether what is left without these axes of a map stands in TFLite's order in ONNX too.
bool keeps_order(const std::vector<std::int64_t>& axes) {
  const auto is_gone = [&](std::int64_t axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); };
  return is_gone(3) || (is_gone(1) && is_gone(2));
}

std::string reduced(TfliteGraph& graph, const std::string& x, const std::vector<std::int64_t>& axes, bool keep) {
  const bool is_sum = graph.code() == Code::SUM;
  std::vector<std::string> inputs{x};
  if (is_sum) inputs.push_back(graph.integer_tensor(axes));  // ONNX says it in two ways
  const std::string y = graph.add(is_sum                       ? "ReduceSum"
                                  : graph.code() == Code::MEAN ? "ReduceMean"
                                                               : "ReduceMax",
                                  inputs);
  if (!is_sum) add_integers(graph.node(), "axes", axes);
  add_integer(graph.node(), "keepdims", keep ? 1 : 0);
  return y;
}

}  // namespace

void translate_reduce(TfliteGraph& graph) {
  const bool keep = graph.options<tflite::ReducerOptions>().keep_dims();
  const std::size_t rank = graph.input_dims(0).size(), out_rank = graph.output_dims(0).size();
  std::vector<std::int64_t> axes = graph.integers(1), moved;
  for (std::int64_t& axis : axes) axis = axis_of(axis, rank);
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  for (const std::int64_t axis : axes) moved.push_back(onnx_place(axis, rank));
  const bool drops = keep || rank != map_rank || keeps_order(axes);
  const std::string y = reduced(graph, graph.value(0), moved, keep || !drops);
  if (!drops) return graph.finish_in_order(put_in_order(graph, y, rank));
  if (rank != map_rank && out_rank == map_rank) return graph.finish_in_order(y);
  graph.finish(y);
}

void translate_arg_max(TfliteGraph& graph) {
  const std::size_t rank = graph.input_dims(0).size();
  const std::int64_t axis = axis_of(single(graph, 1), rank);
  const bool over_channels = rank == map_rank && axis == 3;
  std::string y = graph.add("ArgMax", {over_channels ? graph.value(0) : graph.in_order(0)});
  add_integer(graph.node(), "axis", over_channels ? 1 : axis);
  add_integer(graph.node(), "keepdims", 0);
  const int type = graph.onnx_type_of_output(0);
  if (type != onnx::TensorProto::INT64) {
    y = graph.add("Cast", {y});
    add_integer(graph.node(), "to", type);
  }
  if (graph.output_dims(0).size() == map_rank) return graph.finish_in_order(y);
  graph.finish(y);
}

}  // namespace rowflow
