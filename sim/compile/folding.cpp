#include "sim/compile/folding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/visible_text.hpp"

namespace rowflow {

namespace {

enum class Unit { matrix, depthwise, other, none };

/// Names of FINN's nodes begin with their kind; older versions called the first two otherwise.
Unit unit_of(const std::string& name) {
  const auto is = [&](const std::vector<const char*>& kinds) {
    return std::any_of(kinds.begin(), kinds.end(), [&](const char* kind) { return name.rfind(kind, 0) == 0; });
  };
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  if (digits == name.size() || digits == 0 || name[digits - 1] != '_') return Unit::none;
  if (is({"MVAU", "MatrixVectorActivation", "StreamingFCLayer", "ConvDoublePacked"})) return Unit::matrix;
  if (is({"VVAU", "VectorVectorActivation", "Vector_Vector_Activate"})) return Unit::depthwise;
  return is({"AddStreams",
             "ChannelwiseOp",
             "CheckSum",
             "Concat",
             "ConvolutionInputGenerator",
             "DownSampler",
             "DuplicateStreams",
             "Elementwise",
             "FMPadding",
             "GlobalAccPool",
             "HWSoftmax",
             "IODMA",
             "InnerShuffle",
             "LabelSelect",
             "LayerNorm",
             "Lookup",
             "OuterShuffle",
             "Pool",
             "ReplicateStream",
             "ScaledDotProductAttention",
             "Shuffle",
             "Split",
             "Squeeze",
             "Streaming",
             "TLastMarker",
             "Thresholding",
             "Unsqueeze",
             "UpsampleNearest"})
             ? Unit::other
             : Unit::none;
}

bool is_folded(const Layer& layer) {
  return layer.config.type == LayerType::conv || layer.config.type == LayerType::fully_connected;
}

/// FINN has no unit for groups of several channels.
Unit unit_for(const Layer& layer) {
  if (!is_folded(layer)) return Unit::none;
  if (layer.config.type == LayerType::fully_connected || layer.config.groups == 1) return Unit::matrix;
  return layer.config.groups == layer.input_shapes[0].channels ? Unit::depthwise : Unit::none;
}

std::vector<const Layer*> layers_of(const Network& network, Unit unit) {
  std::vector<const Layer*> layers;
  for (const Layer& layer : network.layers)
    if (unit_for(layer) == unit) layers.push_back(&layer);
  return layers;
}

/// Outputs and, of each of them, inputs: what PE and SIMD divide.
struct Matrix {
  std::int64_t outputs = 0, inputs = 0;
};

Matrix matrix_of(const Layer& layer) {
  const LayerConfig& c = layer.config;
  const Shape& in = layer.input_shapes[0];
  if (c.type == LayerType::fully_connected) return {c.filters, in.height * in.width * in.channels};
  return {c.filters, c.kernel.height * c.kernel.width * (in.channels / c.groups)};
}

std::string place_of(const FoldedNode& node, const std::string& file) {
  return fmt::format("{}: /{}", file, visible_text(node.name));
}

void check_divides(const FoldedNode& node, const Layer& layer, const std::string& file, const char* key,
                   std::int64_t lanes, std::int64_t whole) {
  if (whole % lanes != 0)
    throw InputError(
        place_of(node, file) + "/" + key,
        fmt::format("found {}, expected a divisor of {} for the layer \"{}\"", lanes, whole, layer.config.name));
}

/// Of every step (T7): an output row of a convolution, an input row of a fully connected layer.
UserCost cost_of(const FoldedNode& node, const Layer& layer, const std::string& file) {
  const auto [outputs, inputs] = matrix_of(layer);
  check_divides(node, layer, file, "PE", node.pe, outputs);
  check_divides(node, layer, file, "SIMD", node.simd, inputs);
  const Cycles pixel = (outputs / node.pe) * (inputs / node.simd);
  const bool rows_out = layer.config.type == LayerType::conv;
  return {rows_out ? pixel * layer.output.width : ceil_div(pixel, layer.input_shapes[0].height), std::nullopt};
}

const Layer* layer_called(const Network& network, const std::string& name) {
  for (const Layer& layer : network.layers)
    if (layer.config.name == name) return &layer;
  return nullptr;
}

[[noreturn]] void refuse_name(const FoldedNode& node, const Network& network, const std::string& file) {
  std::vector<std::string> names;
  for (const Layer& layer : network.layers)
    if (is_folded(layer)) names.push_back(layer.config.name);
  throw InputError(place_of(node, file), fmt::format("is no layer of {} and no node of FINN{}", network.name,
                                                     nearest_hint(node.name, names)));
}

}  // namespace

std::map<std::string, UserCost> folding_costs(const Folding& folding, const Network& network, const std::string& file) {
  std::map<std::string, UserCost> costs;
  const auto put = [&](const FoldedNode& node, const Layer& layer) {
    if (!costs.emplace(layer.config.name, cost_of(node, layer, file)).second)
      throw InputError(place_of(node, file),
                       fmt::format("folds the layer \"{}\", which is folded by its own name too", layer.config.name));
  };
  std::vector<const FoldedNode*> numbered[2];
  for (const FoldedNode& node : folding) {
    const Unit unit = unit_of(node.name);
    if (const Layer* layer = layer_called(network, node.name)) {
      if (!is_folded(*layer))
        throw InputError(place_of(node, file),
                         "found the folding of another layer, expected one of a convolution or a fully connected one");
      put(node, *layer);
    } else if (unit == Unit::matrix || unit == Unit::depthwise) {
      numbered[unit == Unit::depthwise].push_back(&node);
    } else if (unit == Unit::none) {
      refuse_name(node, network, file);
    }
  }
  for (const Unit unit : {Unit::matrix, Unit::depthwise}) {
    const auto& nodes = numbered[unit == Unit::depthwise];
    const auto layers = layers_of(network, unit);
    if (!nodes.empty() && nodes.size() != layers.size())
      throw InputError(file, fmt::format("found {} {} nodes, expected {}, as {} has {} layers, or nodes by the layers' "
                                         "names",
                                         nodes.size(), unit == Unit::matrix ? "MVAU" : "VVAU", layers.size(),
                                         network.name, unit == Unit::matrix ? "such" : "depthwise"));
    for (std::size_t n = 0; n < nodes.size(); ++n) put(*nodes[n], *layers[n]);
  }
  if (costs.empty()) throw InputError(file, "found no node of a convolution or a fully connected layer");
  return costs;
}

}  // namespace rowflow
