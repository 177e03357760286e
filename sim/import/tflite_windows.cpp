// Convolutions, pools and matrices of TFLite.
#include "sim/import/tflite_windows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "sim/import/nodes.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t largest = 65536;  // of what may be computed with here; the import says what is too large

/// One axis of a window.
struct Window {
  std::int64_t kernel = 1, stride = 1, dilation = 1, extent = -1;  ///< extent of the input; -1: open
  std::int64_t reach() const { return (kernel - 1) * dilation + 1; }
  /// Rows around the map that "same" asks for; -1 when the extent must be known for it, and is not.
  std::int64_t same() const {
    if (stride == 1) return reach() - 1;
    return extent < 1 ? -1 : std::max<std::int64_t>(0, ((extent - 1) / stride) * stride + reach() - extent);
  }
};

void check_window(const Window& window) {
  for (const std::int64_t figure : {window.kernel, window.stride, window.dilation})
    if (figure < 1 || figure > largest)
      throw Refusal{fmt::format("found {} in its window, expected 1 to {}", figure, largest)};
}

/// Kernel, strides, dilations and padding of the node added last.
void set_window(TfliteGraph& graph, const Window& rows, const Window& columns, tflite::Padding padding) {
  check_window(rows);
  check_window(columns);
  onnx::NodeProto& node = graph.node();
  add_integers(node, "kernel_shape", {rows.kernel, columns.kernel});
  add_integers(node, "strides", {rows.stride, columns.stride});
  const bool is_dilated = rows.dilation != 1 || columns.dilation != 1;
  if (is_dilated) add_integers(node, "dilations", {rows.dilation, columns.dilation});
  if (padding == tflite::Padding::VALID) return;
  if (padding != tflite::Padding::SAME)
    throw Refusal{fmt::format("found padding {}, expected SAME or VALID", static_cast<int>(padding))};
  if (!is_dilated) return add_text(node, "auto_pad", "SAME_UPPER");
  const std::int64_t down = rows.same(), across = columns.same();  // runtimes pad no dilated window by themselves
  if (down < 0 || across < 0) throw Refusal{"a dilated window with a stride over a map of open size"};
  add_integers(node, "pads", {down / 2, across / 2, down - down / 2, across - across / 2});
}

const Dims& map_dims(const TfliteGraph& graph, int k) {
  const Dims& dims = graph.input_dims(k);
  if (dims.size() != map_rank)
    throw Refusal{fmt::format("input {} has {} dimensions, expected {}", k, dims.size(), map_rank)};
  return dims;
}

std::vector<std::string> with_bias(TfliteGraph& graph, std::vector<std::string> inputs, int k) {
  if (graph.has_input(k)) inputs.push_back(graph.weights(k, {}));
  return inputs;
}

/// Groups of a convolution whose weights see so many channels of a map.
std::int64_t group_count(std::int64_t channels, std::int64_t seen) {
  if (channels < 1 || seen < 1 || channels % seen != 0)
    throw Refusal{fmt::format("its weights are for {} channels, and the map has {}", seen, channels)};
  return channels / seen;
}

}  // namespace

void translate_conv(TfliteGraph& graph) {
  const auto& options = graph.options<tflite::Conv2DOptions>();
  const Dims &map = map_dims(graph, 0), &weights = map_dims(graph, 1);
  const std::int64_t groups = group_count(map[3], weights[3]);
  const std::string x = graph.value(0), w = graph.weights(1, {{}, to_onnx});
  const std::string y = graph.add("Conv", with_bias(graph, {x, w}, 2));
  if (groups > 1) add_integer(graph.node(), "group", groups);
  set_window(graph, {weights[1], options.stride_h(), options.dilation_h(), map[1]},
             {weights[2], options.stride_w(), options.dilation_w(), map[2]}, options.padding());
  graph.finish(graph.activated(y, options.activation()));
}

void translate_depthwise(TfliteGraph& graph) {
  const auto& options = graph.options<tflite::DepthwiseConv2DOptions>();
  const Dims &map = map_dims(graph, 0), &weights = map_dims(graph, 1);
  if (weights[0] != 1)
    throw Refusal{fmt::format("its weights are [{}], expected [1, height, width, channels]", fmt::join(weights, ", "))};
  if (map[3] < 1 || weights[3] % map[3] != 0)
    throw Refusal{fmt::format("its weights are for {} channels, and the map has {}", weights[3], map[3])};
  const std::string x = graph.value(0), w = graph.weights(1, {{}, {3, 0, 1, 2}});
  const std::string y = graph.add("Conv", with_bias(graph, {x, w}, 2));
  add_integer(graph.node(), "group", map[3]);
  set_window(graph, {weights[1], options.stride_h(), options.dilation_h(), map[1]},
             {weights[2], options.stride_w(), options.dilation_w(), map[2]}, options.padding());
  graph.finish(graph.activated(y, options.activation()));
}

namespace {

/// What ONNX cuts from, or adds to, one axis of a transposed convolution so that it has the size that the file says.
struct Ends {
  std::int64_t before = 0, after = 0, added = 0;
};

Ends ends_of(const Window& window, std::int64_t out, bool is_same) {
  check_window(window);
  if (window.extent < 1 || out < 1 || window.extent > largest || out > largest)
    throw Refusal{fmt::format("a transposed convolution from {} to {} rows or columns", window.extent, out)};
  const std::int64_t whole = (window.extent - 1) * window.stride + window.kernel, excess = whole - out;
  if (!is_same || excess < 0) {  // rows beyond what the kernel reaches are written by nothing but the bias
    if (excess > 0) return {0, excess, 0};
    if (-excess >= window.stride) throw Refusal{fmt::format("an output of {}, which its input does not reach", out)};
    return {0, 0, -excess};
  }
  return {excess / 2, excess - excess / 2, 0};
}

struct Transposed {
  int map, weights, bias;  ///< which inputs they are
  tflite::Padding padding;
  std::int64_t stride_h, stride_w;
  tflite::Activation activation;
};

void write_transposed(TfliteGraph& graph, const Transposed& t) {
  const Dims &map = map_dims(graph, t.map), &weights = map_dims(graph, t.weights), &out = graph.output_dims(0);
  if (out.size() != map_rank) throw Refusal{"its output is no map"};
  if (weights[3] != map[3])
    throw Refusal{fmt::format("its weights are for {} channels, and the map has {}", weights[3], map[3])};
  const Window rows{weights[1], t.stride_h, 1, map[1]}, columns{weights[2], t.stride_w, 1, map[2]};
  const bool is_same = t.padding == tflite::Padding::SAME;
  const Ends down = ends_of(rows, out[1], is_same), across = ends_of(columns, out[2], is_same);
  const std::string x = graph.value(t.map), w = graph.weights(t.weights, {{}, {3, 0, 1, 2}});
  const std::string y = graph.add("ConvTranspose", with_bias(graph, {x, w}, t.bias));
  onnx::NodeProto& node = graph.node();
  add_integers(node, "kernel_shape", {rows.kernel, columns.kernel});
  add_integers(node, "strides", {rows.stride, columns.stride});
  add_integers(node, "pads", {down.before, across.before, down.after, across.after});
  if (down.added + across.added > 0) add_integers(node, "output_padding", {down.added, across.added});
  graph.finish(graph.activated(y, t.activation));
}

}  // namespace

void translate_transpose_conv(TfliteGraph& graph) {
  const auto& options = graph.options<tflite::TransposeConvOptions>();
  write_transposed(graph, {2, 1, 3, options.padding(), options.stride_h(), options.stride_w(), options.activation()});
}

/// Its options are three numbers as they lie in memory: padding (1 same, 2 valid), stride across, stride down.
void translate_custom_transpose_conv(TfliteGraph& graph) {
  const auto* bytes = graph.op().custom_options();
  std::int32_t figures[3];
  if (bytes == nullptr || bytes->size() < sizeof figures) throw Refusal{"its options are missing"};
  std::memcpy(figures, bytes->data(), sizeof figures);
  if (figures[0] != 1 && figures[0] != 2)
    throw Refusal{fmt::format("found padding {}, expected 1 (same) or 2 (valid)", figures[0])};
  write_transposed(graph, {0, 1, 2, figures[0] == 1 ? tflite::Padding::SAME : tflite::Padding::VALID, figures[2],
                           figures[1], tflite::Activation::NONE});
}

namespace {

void write_pool(TfliteGraph& graph, const char* op) {
  const auto& options = graph.options<tflite::Pool2DOptions>();
  const Dims& map = map_dims(graph, 0);
  const std::string y = graph.add(op, {graph.value(0)});
  set_window(graph, {options.filter_h(), options.stride_h(), 1, map[1]},
             {options.filter_w(), options.stride_w(), 1, map[2]}, options.padding());
  graph.finish(graph.activated(y, options.activation()));
}

}  // namespace

void translate_average_pool(TfliteGraph& graph) { write_pool(graph, "AveragePool"); }

void translate_max_pool(TfliteGraph& graph) { write_pool(graph, "MaxPool"); }

namespace {

/// A matrix applied to every pixel, or to every vector of a sequence.
void write_pixel_matrix(TfliteGraph& graph, const Dims& matrix, tflite::Activation activation) {
  const std::size_t rank = graph.input_dims(0).size();
  const std::string x = graph.value(0);
  std::string y;
  if (rank == map_rank) {
    const std::string w = graph.weights(1, {{matrix[0], matrix[1], 1, 1}, {}, false});
    y = graph.add("Conv", with_bias(graph, {x, w}, 2));
    set_window(graph, {}, {}, tflite::Padding::VALID);
  } else {
    y = graph.add("MatMul", {x, graph.weights(1, {{}, {1, 0}})});
    if (graph.has_input(2)) y = graph.add("Add", {y, graph.weights(2, {})});
  }
  graph.finish(graph.activated(y, activation));
}

}  // namespace

void translate_fully_connected(TfliteGraph& graph) {
  const auto& options = graph.options<tflite::FullyConnectedOptions>();
  if (options.weights_format() != 0) throw Refusal{"weights in a shuffled order"};
  const Dims &in = graph.input_dims(0), &matrix = graph.input_dims(1);
  if (matrix.size() != 2 || matrix[0] < 1 || matrix[1] < 1)
    throw Refusal{fmt::format("its weights are [{}], expected a matrix", fmt::join(matrix, ", "))};
  if (options.keep_num_dims() && in.size() > 2) return write_pixel_matrix(graph, matrix, options.activation());
  std::string x = graph.in_order(0);
  if (in.size() != 2 || in[1] != matrix[1]) x = graph.reshaped(x, {-1, matrix[1]});
  std::string y = graph.add("Gemm", with_bias(graph, {x, graph.weights(1, {})}, 2));
  add_integer(graph.node(), "transB", 1);
  y = graph.activated(y, options.activation());
  if (graph.output_dims(0).size() == 2) return graph.finish(y);
  graph.finish_in_order(y);
}

}  // namespace rowflow
