// The tile height that is recommended out of several.
#pragma once

#include <vector>

#include "sim/report/comparison.hpp"

namespace rowflow {

/// One of the heights that run, by what is best of the goal's figure (throughput and memory: frames per second, in the
/// iso-memory view where there is one; latency: latency) within 1 %. Before that, where penalties are known, those
/// above `most_penalty` are left out; where they are not and no goal was asked for, tiles of fewer than `rows_enough`
/// rows, unless nothing else runs. What then decides: the least penalty; of the goal memory the fewest bytes; else the
/// largest tile (least excite work, nearest to the network as trained) that reaches three quarters of the best possible
/// saving in buffers and of the best in latency, savings counted from the first row, those below 1 % of it none. When
/// no height reaches both, the one whose smaller share of the two is largest.
Recommendation recommend(const std::vector<ComparisonRow>& rows, const Preferences& preferences = {});

}  // namespace rowflow
