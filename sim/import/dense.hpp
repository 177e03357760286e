// Fully connected layers, products of matrices, batch normalisation.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_gemm(Importer&);
void import_mat_mul(Importer&);
void import_batch_norm(Importer&);

}  // namespace rowflow
