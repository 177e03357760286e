// Values of constants, element by element.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void fold_unary(Importer&);
void fold_binary(Importer&);
void fold_clip(Importer&);
void fold_where(Importer&);
void fold_cast(Importer&);
/// Only the shape of the result is known, and it is that of the first input.
void fold_same_shape(Importer&);
void fold_mat_mul(Importer&);

}  // namespace rowflow
