// SE and tiled SE (rules T7, T24): squeeze → reduce → expand → broadcast → scale, with the feature map waiting in the
// bypass.
#pragma once

namespace rowflow {

struct LoweringState;

/// The stages of a squeeze_excite layer, and its SeBlock without the buffering metric.
void lower_squeeze_excite(LoweringState& state, int layer);

}  // namespace rowflow
