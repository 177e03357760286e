// What no choice of tile heights can undercut, block by block: sums of BufferBound that depend on one block's height each.
#pragma once

#include <vector>

#include "sim/compile/compile.hpp"
#include "sim/config/device.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

struct HeightBound {
  bool full_rate = true;  ///< no stage of the block is slower than the network's interval with all blocks full
  Bytes least_bytes = 0;  ///< of the buffers that only this block's height can change, at full rate
};

struct TuneBound {
  Cycles interval = 0;                           ///< of the network with all blocks full: Σ cost of its slowest stage
  Bytes least_bytes = 0;                         ///< of all other buffers
  std::vector<std::vector<HeightBound>> blocks;  ///< by block and candidate
};

/// `candidates`: of each block, in the network's order.
TuneBound tune_bound(const Network& network, const Device& device, const CompileOptions& options,
                     const std::vector<std::vector<Rows>>& candidates);

}  // namespace rowflow
