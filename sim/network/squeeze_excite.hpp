// Squeeze-and-excite layers of a network: their modes and tile heights, and what they hold back.
#pragma once

#include <cstdint>
#include <string>

#include "sim/network/network.hpp"

namespace rowflow {

/// Sets the mode of every squeeze_excite layer, or of one, and recomputes what follows. The second throws InputError as
/// set_tile_height does.
void set_se_mode(Network& network, SqueezeMode mode);
void set_se_mode(Network& network, const std::string& layer, SqueezeMode mode);

/// Sets the tile height of every squeeze_excite layer (0 = full) and recomputes its MACs.
void set_tile_height(Network& network, Rows tile_height);

/// Sets one block's tile height. Throws InputError, with the nearest name, when there is no such squeeze_excite layer.
void set_tile_height(Network& network, const std::string& layer, Rows tile_height);

/// Tiles the first `count` squeeze_excite layers, in order of the network, and makes the others full (--tile-first).
void set_tile_height_of_first(Network& network, int count, Rows tile_height);

/// Pipeline buffering of one squeeze_excite layer: Σ t·W·(C + C_skip) without the sum, of the scaled map, which is what
/// waits; C_skip by the walk of the timing model. None of a static gate, where nothing waits.
struct SeBuffering {
  std::int64_t skip_channels = 0;
  Elements elements = 0;
};
SeBuffering pipeline_buffering(const Network& network, int layer);

}  // namespace rowflow
