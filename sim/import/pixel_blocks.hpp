// Blocks of pixels to channels, and back.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_space_to_depth(Importer&);
void import_depth_to_space(Importer&);

}  // namespace rowflow
