// Maps side by side, or one below the other.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_concat(Importer&);

}  // namespace rowflow
