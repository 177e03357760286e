// The rules that descriptors of layers (layer_kinds.cpp) are put together from: shapes.cpp and count.cpp.
#pragma once

#include "sim/network/layer_kind.hpp"

namespace rowflow {

void shape_of_convolution(Layer& layer, const LayerRefusal& refuse);
void shape_of_transposed_convolution(Layer& layer, const LayerRefusal& refuse);
void shape_of_pool(Layer& layer, const LayerRefusal& refuse);
void shape_of_global_pool(Layer& layer, const LayerRefusal& refuse);
void shape_of_fully_connected(Layer& layer, const LayerRefusal& refuse);
void shape_of_element_wise(Layer& layer, const LayerRefusal& refuse);
void shape_of_concat(Layer& layer, const LayerRefusal& refuse);
void shape_of_slice(Layer& layer, const LayerRefusal& refuse);
void shape_of_channel_shuffle(Layer& layer, const LayerRefusal& refuse);
void same_shape(Layer& layer, const LayerRefusal& refuse);
void shape_of_upsample(Layer& layer, const LayerRefusal& refuse);
void shape_of_squeeze_excite(Layer& layer, const LayerRefusal& refuse);

void shape_of_space_to_depth(Layer& layer, const LayerRefusal& refuse);
void shape_of_depth_to_space(Layer& layer, const LayerRefusal& refuse);
void shape_of_crop(Layer& layer, const LayerRefusal& refuse);
void shape_of_pad(Layer& layer, const LayerRefusal& refuse);
void shape_of_concat_rows(Layer& layer, const LayerRefusal& refuse);
void shape_of_channel_pool(Layer& layer, const LayerRefusal& refuse);

/// Nothing but a scale and an offset a channel, where the layer has them.
void count_affine(Layer& layer);
void count_convolution(Layer& layer);
void count_transposed_convolution(Layer& layer);
void count_fully_connected(Layer& layer);
void count_layer_norm(Layer& layer);
void count_squeeze_excite(Layer& layer);

}  // namespace rowflow
