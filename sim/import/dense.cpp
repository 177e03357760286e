// Products with stored matrices, and batch norm.
#include "sim/import/dense.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/import/arithmetic.hpp"
#include "sim/network/layer_types.hpp"

namespace rowflow {

namespace {

/// The map as one vector [1, elements], in the order that its weights expect.
Value vector_input(Importer& importer) {
  const Value in = importer.map_input(0);
  const Shape shape = importer.shape_of(in);
  const std::int64_t elements = shape.height * shape.width * shape.channels;
  const bool is_vector = !in.dims.empty() && in.dims.back() == elements;
  if (!is_vector)
    throw Refusal{
        fmt::format("a matrix applied to rows of a map [{}], expected one vector a frame", fmt::join(in.dims, ", "))};
  return in;
}

std::int64_t weight_bits(Importer& importer) {
  const std::int64_t bits = importer.raw_input(1).bits;
  return bits > 0 ? bits : LayerConfig{}.weight_bits;
}

void add_fully_connected(Importer& importer, const Value& in, std::int64_t inputs, std::int64_t filters, bool bias) {
  if (inputs != in.dims.back())
    throw Refusal{fmt::format("its weights are for {} inputs, and the vector has {}", inputs, in.dims.back())};
  LayerConfig config;
  config.type = LayerType::fully_connected;
  config.filters = filters;
  config.bias = bias;
  config.weight_bits = weight_bits(importer);
  if (filters > largest_channels)
    throw Refusal{fmt::format("found {} outputs, expected at most {}", filters, largest_channels)};
  Value out = importer.add_layer(config, {in});
  out.dims = in.dims;
  out.dims.back() = filters;
  out.layout = in.layout;
  importer.set_output(0, out);
}

/// A matrix applied to the channels of every pixel of a height-width-channel map is a 1×1 convolution.
bool try_pixel_matrix(Importer& importer, const Dims& weights) {
  const Value in = importer.map_input(0);
  const Shape shape = importer.shape_of(in);
  const bool is_map = in.dims == Dims{1, shape.height, shape.width, shape.channels};
  const bool is_sequence = in.dims == Dims{1, shape.height * shape.width, shape.channels};  // of pixels
  if (in.layout != Layout::nhwc || (!is_map && !is_sequence) || shape.height * shape.width == 1) return false;
  if (weights[0] != shape.channels || weights[1] > largest_channels)
    throw Refusal{
        fmt::format("its weights are [{}], and the map has {} channels", fmt::join(weights, ", "), shape.channels)};
  LayerConfig config;
  config.filters = weights[1];
  config.weight_bits = weight_bits(importer);
  Value out = importer.add_layer(config, {in});
  out.dims = in.dims;
  out.dims.back() = weights[1];
  out.layout = Layout::nhwc;
  importer.set_output(0, out);
  return true;
}

}  // namespace

void import_gemm(Importer& importer) {
  const onnx::NodeProto& node = importer.node();
  const Value in = vector_input(importer);
  if (attribute(node, "transA", std::int64_t{0}) != 0) throw Refusal{"transA: the map's matrix is transposed"};
  const bool transposed = attribute(node, "transB", std::int64_t{0}) != 0;
  const Dims weights = importer.weight_dims(1, 2);
  if (importer.has_input(2) && !importer.raw_input(2).is_constant())
    throw Refusal{"its third input is a feature map, expected a stored bias"};
  add_fully_connected(importer, in, weights[transposed ? 1 : 0], weights[transposed ? 0 : 1], importer.has_input(2));
}

void import_mat_mul(Importer& importer) {
  if (importer.raw_input(0).is_map() && importer.raw_input(1).is_map()) {
    throw Refusal{
        "a product of two feature maps (attention): every row needs all rows of the other, and no rule covers it"};
  }
  const Dims weights = importer.weight_dims(1, 2);
  if (try_pixel_matrix(importer, weights)) return;
  add_fully_connected(importer, vector_input(importer), weights[0], weights[1], false);
}

void import_batch_norm(Importer& importer) {
  const Value in = importer.map_input(0);
  if (attribute(importer.node(), "training_mode", std::int64_t{0}) != 0)
    throw Refusal{"training_mode: statistics over the batch"};
  if (importer.weight_dims(1, 1)[0] != importer.shape_of(in).channels)
    throw Refusal{"its scale has another length than the map has channels"};
  if (LayerConfig* layer = importer.foldable(in, 1); layer != nullptr && !layer->batch_norm) {
    layer->batch_norm = true;
    importer.set_output(0, in);
    return;
  }
  importer.set_output(0, scaled(importer, in, true, true));
}

}  // namespace rowflow
