// The kinds of layers, one descriptor each.
#include "sim/network/layer_kinds.hpp"

#include <algorithm>

#include "sim/network/count.hpp"
#include "sim/network/shapes.hpp"

namespace rowflow {

namespace {

using K = LayerKey;

constexpr LayerKeys none;
constexpr LayerKeys affine{K::batch_norm};
constexpr LayerKeys weights = K::stride | K::padding | K::bias | K::batch_norm | K::weight_bits;
constexpr InputCount one{1, 1}, two{2, 2}, several{2, 4096}, map_and_pooled{1, 2};

StageKind convolution_kind(const Layer& layer) {
  const LayerConfig& c = layer.config;
  if (c.groups > 1) return c.groups == layer.input_shapes[0].channels ? StageKind::depthwise : StageKind::grouped;
  return c.kernel.height == 1 && c.kernel.width == 1 ? StageKind::pointwise : StageKind::conv;
}
StageKind pool_kind(const Layer&) { return StageKind::pool; }
StageKind fully_connected_kind(const Layer&) { return StageKind::fully_connected; }
StageKind add_kind(const Layer&) { return StageKind::add; }
StageKind multiply_kind(const Layer&) { return StageKind::multiply; }
StageKind concat_kind(const Layer&) { return StageKind::concat; }
StageKind slice_kind(const Layer&) { return StageKind::slice; }
StageKind arg_max_kind(const Layer&) { return StageKind::arg_max; }
StageKind shuffle_kind(const Layer&) { return StageKind::shuffle; }
StageKind normalize_kind(const Layer&) { return StageKind::normalize; }
StageKind upsample_kind(const Layer&) { return StageKind::upsample; }
StageKind scale_kind(const Layer&) { return StageKind::scale; }

void shape_of_arg_max(Layer& layer, const LayerRefusal&) {
  layer.output = {layer.input_shapes[0].height, layer.input_shapes[0].width, 1};
}

// name, type, inputs; keys: required, optional, exactly one of; open until shapes are known; rows, stage kind; shape,
// counts
constexpr LayerKind kinds[] = {
    {"conv", LayerType::conv, one, K::filters | K::kernel, weights | K::dilation | K::groups | K::weights_of, none,
     FromInput::nothing, RowPattern::window, convolution_kind, shape_of_convolution, count_convolution},
    {"depthwise_conv", LayerType::conv, one, K::kernel, weights | K::dilation | K::filters | K::weights_of, none,
     FromInput::groups_and_filters, RowPattern::window, convolution_kind, shape_of_convolution, count_convolution},
    {"conv_transpose", LayerType::conv_transpose, one, K::filters | K::kernel, weights | K::dilation | K::groups, none,
     FromInput::nothing, RowPattern::transposed_window, convolution_kind, shape_of_transposed_convolution,
     count_transposed_convolution},
    {"max_pool", LayerType::max_pool, one, K::kernel,
     K::stride | K::padding | K::dilation | K::ceil_mode | K::batch_norm, none, FromInput::nothing, RowPattern::window,
     pool_kind, shape_of_pool, count_affine},
    {"avg_pool", LayerType::avg_pool, one, K::kernel, K::stride | K::padding | K::ceil_mode | K::batch_norm, none,
     FromInput::nothing, RowPattern::window, pool_kind, shape_of_pool, count_affine},
    {"global_avg_pool", LayerType::global_avg_pool, one, none, affine, none, FromInput::nothing, RowPattern::whole_map,
     pool_kind, shape_of_global_pool, count_affine},
    {"fully_connected", LayerType::fully_connected, one, K::filters, K::bias | K::batch_norm | K::weight_bits, none,
     FromInput::nothing, RowPattern::whole_map, fully_connected_kind, shape_of_fully_connected, count_fully_connected},
    {"add", LayerType::add, several, none, affine, none, FromInput::nothing, RowPattern::row_by_row, add_kind,
     shape_of_element_wise, count_affine},
    {"multiply", LayerType::multiply, two, none, affine, none, FromInput::nothing, RowPattern::row_by_row,
     multiply_kind, shape_of_element_wise, count_affine},
    {"concat", LayerType::concat, several, none, affine, none, FromInput::nothing, RowPattern::row_by_row, concat_kind,
     shape_of_concat, count_affine},
    {"slice", LayerType::slice, one, K::channel_begin | K::channel_end, affine, none, FromInput::nothing,
     RowPattern::row_by_row, slice_kind, shape_of_slice, count_affine},
    {"arg_max", LayerType::arg_max, one, none, none, none, FromInput::nothing, RowPattern::row_by_row, arg_max_kind,
     shape_of_arg_max, count_affine},
    {"channel_shuffle", LayerType::channel_shuffle, one, K::groups, affine, none, FromInput::nothing,
     RowPattern::row_by_row, shuffle_kind, shape_of_channel_shuffle, count_affine},
    {"layer_norm", LayerType::layer_norm, one, none, K::weight_bits, none, FromInput::nothing, RowPattern::row_by_row,
     normalize_kind, same_shape, count_layer_norm},
    {"upsample", LayerType::upsample, one, none, K::mode | K::align_corners | K::asymmetric | K::batch_norm,
     K::scale | K::output_size, FromInput::nothing, RowPattern::resized, upsample_kind, shape_of_upsample,
     count_affine},
    {"squeeze_excite", LayerType::squeeze_excite, map_and_pooled, none,
     K::squeeze_channels | K::tile_height | K::se_mode | K::gate | K::weight_bits, none, FromInput::nothing,
     RowPattern::squeeze_excite, scale_kind, shape_of_squeeze_excite, count_squeeze_excite},
    {"space_to_depth", LayerType::space_to_depth, one, LayerKeys{K::kernel}, none, none, FromInput::nothing,
     RowPattern::window, shuffle_kind, shape_of_space_to_depth, count_affine},
    {"depth_to_space", LayerType::depth_to_space, one, LayerKeys{K::scale}, none, none, FromInput::nothing,
     RowPattern::resized, shuffle_kind, shape_of_depth_to_space, count_affine},
    {"crop", LayerType::crop, one, LayerKeys{K::output_size}, K::row_begin | K::column_begin, none, FromInput::nothing,
     RowPattern::cropped, slice_kind, shape_of_crop, count_affine},
    {"pad", LayerType::pad, one, none, K::padding | K::filters, none, FromInput::nothing, RowPattern::window,
     slice_kind, shape_of_pad, count_affine},
    {"concat_rows", LayerType::concat_rows, several, none, none, none, FromInput::nothing, RowPattern::rows_in_turn,
     concat_kind, shape_of_concat_rows, count_affine},
    {"channel_pool", LayerType::channel_pool, one, none, none, none, FromInput::nothing, RowPattern::row_by_row,
     pool_kind, shape_of_channel_pool, count_affine},
    {"local_response_norm", LayerType::local_response_norm, one, none, none, none, FromInput::nothing,
     RowPattern::row_by_row, normalize_kind, same_shape, count_affine},
};

constexpr bool every_type_has_a_kind() {
  for (std::size_t t = 0; t < layer_type_count; ++t) {
    bool found = false;
    for (const LayerKind& kind : kinds) found = found || kind.type == static_cast<LayerType>(t);
    if (!found) return false;
  }
  return true;
}
static_assert(every_type_has_a_kind(), "a LayerType has no descriptor");

constexpr bool every_kind_is_whole() {
  for (const LayerKind& kind : kinds) {
    if (kind.name.empty() || kind.stage_kind == nullptr || kind.shape == nullptr || kind.count == nullptr) return false;
    if (kind.inputs.least < 1 || kind.inputs.most < kind.inputs.least || kind.rows == RowPattern::end) return false;
    if (kind.required.overlaps(kind.optional | kind.one_of) || kind.optional.overlaps(kind.one_of)) return false;
  }
  return true;
}
static_assert(every_kind_is_whole(), "a descriptor lacks a part, or one of its keys stands twice");

}  // namespace

LayerConfig LayerKind::standard() const {
  LayerConfig layer;
  layer.type = type;
  if (from_input == FromInput::groups_and_filters) layer.groups = layer.filters = as_input_channels;
  return layer;
}

const LayerKind* begin_of_layer_kinds() { return std::begin(kinds); }
const LayerKind* end_of_layer_kinds() { return std::end(kinds); }

std::vector<std::string> layer_kind_names() {
  std::vector<std::string> names;
  for (const LayerKind& kind : kinds) names.emplace_back(kind.name);
  return names;
}

const LayerKind& layer_kind(const std::string& name) {
  for (const LayerKind& kind : kinds)
    if (kind.name == name) return kind;
  throw Defect("no layer type " + name);
}

const LayerKind& layer_kind(const LayerConfig& config) {
  const FromInput open = config.groups == as_input_channels ? FromInput::groups_and_filters : FromInput::nothing;
  for (const LayerKind& kind : kinds)
    if (kind.type == config.type && kind.from_input == open) return kind;
  throw Defect("layer " + config.name + " is of no kind");
}

}  // namespace rowflow
