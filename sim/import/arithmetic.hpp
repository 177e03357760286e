// Element-wise arithmetic of maps and constants.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_add(Importer&);
void import_sub(Importer&);
void import_mul(Importer&);
void import_div(Importer&);
void import_sum(Importer&);
void import_neg(Importer&);
void import_extremes(Importer&);

// An arithmetic of maps and constants, used by several operators.
/// Refuses a constant that is neither one value for all nor one a channel, in the way that ONNX broadcasts over this
/// map.
void check_channel_constant(const Importer& importer, const Value& map, const Value& constant);
/// `value` times and plus constants of one value a channel (or one for all): into the weights of its layer, else a 1×1
/// depthwise layer.
Value scaled(Importer& importer, const Value& value, bool has_scale, bool has_offset);

}  // namespace rowflow
