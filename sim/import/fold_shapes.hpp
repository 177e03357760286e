// Constants that follow from shapes and counts.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void fold_constant_of_shape(Importer&);
void fold_range(Importer&);
void fold_size(Importer&);
void fold_non_zero(Importer&);
void fold_reduce(Importer&);

}  // namespace rowflow
