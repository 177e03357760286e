// Shape inference of one layer, with its checks.
#pragma once

#include "sim/network/network.hpp"

namespace rowflow {

struct LayerRefusal;

/// Sets `output` from `input_shapes` and resolves what the config left to the shapes: padding "same" to sides,
/// depthwise groups, upsample scale to output size, the second input of a squeeze_excite. Throws InputError naming
/// `file` and the layer's pointer.
void infer_shape(Layer& layer, const std::string& file);

/// Output extent of a window: ⌊(extent + pads − effective kernel)/stride⌋ + 1, rounded up instead with `ceil_mode` (no
/// window starts in the padding behind the map). Requires effective kernel ≤ extent + pads.
std::int64_t window_outputs(std::int64_t extent, std::int64_t before, std::int64_t after, std::int64_t effective_kernel,
                            std::int64_t stride, bool ceil_mode);

// The rules that descriptors of layers (layer_kinds.cpp) name; each sets `output`, and what the config left to the
// shapes.
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

}  // namespace rowflow
