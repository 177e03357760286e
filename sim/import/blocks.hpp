// Squeeze-and-excite blocks among draft layers.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

/// Replaces pool → FC [→ FC] → multiply by one squeeze_excite layer, and tiled pool → FC [→ FC] → nearest upsample [→
/// cut] → multiply by one with its tile height; where the pool's windows all begin at the first row, by a cumulative
/// one. Rows cut elsewhere are cut by a layer.
void recognise_blocks(Importer& importer);

}  // namespace rowflow
