// Normalisations other than batch and layer normalisation.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_instance_norm(Importer&);
void import_group_norm(Importer&);
void import_lrn(Importer&);
/// The map times what its own mean makes of it.
void add_statistics(Importer& importer, const Value& in);

}  // namespace rowflow
