// Pools.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_max_pool(Importer&);
void import_average_pool(Importer&);
void import_global_average_pool(Importer&);
void import_global_max_pool(Importer&);

}  // namespace rowflow
