// What follows from the shapes of a layer: MACs, parameters, weight bytes.
#pragma once

#include "sim/network/network.hpp"

namespace rowflow {

/// Sets `macs`, `parameters`, `weight_bytes` of a layer with shapes. Throws std::overflow_error.
void count(Layer& layer);

// The rules that descriptors of layers (layer_kinds.cpp) name.
/// Nothing but a scale and an offset a channel, where the layer has them.
void count_affine(Layer& layer);
void count_convolution(Layer& layer);
void count_transposed_convolution(Layer& layer);
void count_fully_connected(Layer& layer);
void count_layer_norm(Layer& layer);
void count_squeeze_excite(Layer& layer);

}  // namespace rowflow
