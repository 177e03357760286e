// Rule T16 from geometry: what the two ends of each buffer know of each other's beats.
#pragma once

#include <vector>

#include "sim/compile/cost.hpp"
#include "sim/compile/lowering.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

/// Fills Buffer::forwarding; costs must have been applied. One beat = one column of the row, all its channels; a step
/// spends its overhead first and the rest evenly on its columns. Vectors (of SE, of global pooling, of fully connected
/// layers) are handed over whole, and so are the rows that an upsampling or transposed convolution reads: no
/// Forwarding, T2–T4 as they stand. Registers hold nothing. With these figures no step starts or ends later than by
/// T2–T4.
void forward_rows(Lowered& lowered, const Network& network, const std::vector<CostModel>& models);

}  // namespace rowflow
