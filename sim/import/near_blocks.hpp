// Gates that are no squeeze-and-excite blocks, and why.
#pragma once

#include <string>
#include <vector>

#include "sim/network/network.hpp"

namespace rowflow {

/// Products of a map and one value a channel that are no squeeze_excite layers: a line each, with the reason. Tile
/// heights do not reach them.
std::vector<std::string> find_near_blocks(const Network& network);

}  // namespace rowflow
