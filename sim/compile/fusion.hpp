// Which layers get stages of their own (rule T7).
#pragma once

#include <vector>

#include "sim/network/network.hpp"

namespace rowflow {

/// Layers from which an output of the network can be reached.
std::vector<bool> live_layers(const Network& network);

/// For each layer the convolution that it becomes a second input of, or -1. An add is fused when all its operands have
/// its shape and one is a convolution with this add as its only consumer, perhaps through a static gate; of several
/// such, the one produced last.
std::vector<int> fused_adds(const Network& network, bool device_fuses);

}  // namespace rowflow
