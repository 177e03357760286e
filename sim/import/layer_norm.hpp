// Layer normalisations, whole and in pieces.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/import/importer.hpp"

namespace rowflow {

void import_layer_norm(Importer&);
void import_pow(Importer&);
void import_sqrt(Importer&);
void import_reciprocal(Importer&);
/// 1 / input k.
void import_inverse(Importer&, int k);
/// Parts of a layer normalisation, tried before anything else that the operator may mean. False: the node is none.
bool try_channel_mean(Importer& importer, const std::vector<std::int64_t>& axes);
bool try_deviation(Importer& importer);
bool try_square(Importer& importer);
bool try_stabilised_variance(Importer& importer);
bool try_normalised(Importer& importer);

}  // namespace rowflow
