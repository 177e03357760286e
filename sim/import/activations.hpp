// Functions of one element, and softmax.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void import_activation(Importer&);
void import_clip(Importer&);
void import_relu(Importer&);
void import_softmax(Importer&);
void import_max_min(Importer&);
/// Any function of one element, of input k.
void import_table(Importer&, int k);
void import_any_function(Importer&);

}  // namespace rowflow
