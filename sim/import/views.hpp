// The same elements under other shapes.
#pragma once

#include "sim/import/importer.hpp"

namespace rowflow {

/// Of one value a channel: the order of elements says nothing, the place of the channels among the axes does.
Layout vector_layout(const Dims& dims, std::int64_t channels);

void import_reshape(Importer&);
void import_flatten(Importer&);
void import_squeeze(Importer&);
void import_unsqueeze(Importer&);
void import_expand(Importer&);
void import_pass_through(Importer&);
void import_shape(Importer&);
void import_constant(Importer&);

}  // namespace rowflow
