// What fixed shares of links and memory levels (T15) cost a frame that is alone in the pipeline.
#pragma once

#include <optional>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// The first frame's latency with the plan's shares, `together`, less the same with every transfer as fast as if it had
/// its link to itself: at most so much too long is the latency, which transfers that seldom meet would share better
/// (D8). 0 where no link is shared; none of a plan that deadlocks.
std::optional<Cycles> link_sharing(const Plan& plan, Cycles together);

}  // namespace rowflow
