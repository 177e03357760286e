// Names to indices, and orders in which every layer comes after what it reads.
#pragma once

#include "sim/network/network.hpp"

namespace rowflow {

/// Layers in topological order (layers already in order keep it), with `config` and `inputs` set. Throws InputError for
/// illegal or double names, references to nothing, cycles.
std::vector<Layer> order_layers(const NetworkConfig& config);

/// Sorts layers with shapes by depth (the longest path from an input of the network, in layers), then output shape
/// (height, width, channels), then name, and sets `inputs` to the new indices. Topological, and the same whatever the
/// order in the file: allocation, placement and spilling go through stages in this order and break ties by it.
void sort_canonically(std::vector<Layer>& layers);

}  // namespace rowflow
