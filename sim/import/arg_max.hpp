// The channel with the largest value.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_arg_max(Importer&);

}  // namespace rowflow
