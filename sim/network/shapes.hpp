// Shape inference of one layer, with its checks, and what follows from shapes: MACs, parameters, weight bytes.
#pragma once

#include "sim/network/network.hpp"

namespace rowflow {

/// Sets `output` from `input_shapes` and resolves what the config left to the shapes: padding "same" to sides,
/// depthwise groups, upsample scale to output size, the second input of a squeeze_excite. Throws InputError naming
/// `file` and the layer's pointer.
void infer_shape(Layer& layer, const std::string& file);

/// Sets `macs`, `parameters`, `weight_bytes` of a layer with shapes. Throws std::overflow_error.
void count(Layer& layer);

/// Output extent of a window: ⌊(extent + pads − effective kernel)/stride⌋ + 1, rounded up instead with `ceil_mode` (no
/// window starts in the padding behind the map). Requires effective kernel ≤ extent + pads.
std::int64_t window_outputs(std::int64_t extent, std::int64_t before, std::int64_t after, std::int64_t effective_kernel,
                            std::int64_t stride, bool ceil_mode);

}  // namespace rowflow
