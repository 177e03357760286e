// Rounding to few bits.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

/// Keeps the bits that values are rounded to; of constants also the values.
void import_quantiser(Importer&);

}  // namespace rowflow
