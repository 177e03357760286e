// Padding.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_pad(Importer&);

}  // namespace rowflow
