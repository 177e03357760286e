// Convolutions, and transposed ones.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_conv(Importer&);
void import_conv_transpose(Importer&);

}  // namespace rowflow
