// Windows over maps, of convolutions and of pools: what their nodes say, and the maps they read.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/import/importer.hpp"

namespace rowflow {

/// How many axes of pixels a map or signal has.
inline std::size_t axes_of(const Value& map) { return map.dims.size() - 2; }

/// Input 0 as a window reads it: whole, but for what Pad has put around it. Throws Refusal.
const Value& window_input(Importer& importer);

/// Kernel, stride, dilation and padding. Throws Refusal.
void read_window(Importer& importer, LayerConfig& config, const std::vector<std::int64_t>& kernel, const Value& in);

/// What Pad has put around the map becomes padding of the window. Throws Refusal.
Value unpadded(const Value& value, LayerConfig& config);

/// The node's output is that of a layer over `in`, with as many dimensions as that.
void set_map(Importer& importer, const Value& in, Value out);

}  // namespace rowflow
