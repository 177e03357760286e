// Reductions over axes.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_reduce_mean(Importer&);
void import_reduce_sum(Importer&);
void import_reduce_extreme(Importer&);
/// Roots of sums of squares, sums of magnitudes and the like: a function of each element, a sum, a function of that.
void import_reduce_norm(Importer&);

}  // namespace rowflow
