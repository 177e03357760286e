// Constants cut, joined, turned and repeated.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

void fold_slice(Importer&);
void fold_split(Importer&);
void fold_gather(Importer&);
void fold_concat(Importer&);
void fold_transpose(Importer&);
void fold_expand(Importer&);
void fold_tile(Importer&);
void fold_pad(Importer&);

}  // namespace rowflow
