// What no choice of tile heights can undercut, block by block: sums of BufferBound that depend on one block's height
// each.
#pragma once

#include <vector>

#include "sim/config/device.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

struct HeightBound {
  Cycles interval = 0;    ///< with this block at this height and all others full: Σ cost of the slowest stage
  Bytes least_bytes = 0;  ///< of the buffers that only this block's height can change, at full rate
};

struct TuneBound {
  Cycles interval = 0;                           ///< with all blocks full; no heights are faster
  Bytes least_bytes = 0;                         ///< of all other buffers
  std::vector<std::vector<HeightBound>> blocks;  ///< by block and candidate
};

/// For the full-rate depths (T14) at a frame period of `period` cycles. `candidates`: of each block, in the network's
/// order. Where buffers and stages lie depends on all heights, so nothing is taken from that: ways between clusters
/// cost no time here, buffers in other memory levels (T15) count as if they were near, and where rows could come late
/// to a scale, it is taken to get them one by one. An interval determines what the allocation gives each stage,
/// whatever the heights of other blocks.
TuneBound tune_bound(const Network& network, Device device, const CompileOptions& options,
                     const std::vector<std::vector<Rows>>& candidates, Cycles period);

}  // namespace rowflow
