// Parts of maps.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_slice(Importer&);
void import_split(Importer&);

}  // namespace rowflow
