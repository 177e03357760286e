// Transposition.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_transpose(Importer&);

}  // namespace rowflow
