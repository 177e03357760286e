// Resizing.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_resize(Importer&);

}  // namespace rowflow
