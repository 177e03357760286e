// Names to indices, and an order in which every layer comes after what it reads.
#pragma once

#include "sim/network/network.hpp"

namespace rowflow {

/// Layers in topological order (layers already in order keep it), with `config` and `inputs` set. Throws InputError for illegal or double
/// names, references to nothing, cycles.
std::vector<Layer> order_layers(const NetworkConfig& config);

}  // namespace rowflow
