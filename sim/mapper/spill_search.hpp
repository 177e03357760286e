// Which row buffers lie outside L3 (rule T15) under depth policy `best`: only those without which the interval cannot
// be held by buffers as deep as their levels allow.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// By buffer name: L4 or host.
using BufferLevels = std::map<std::string, MemoryLevel>;

/// A pipeline whose buffers lie where `levels` says, and what it reaches with buffers as deep as those levels allow.
struct SpilledPlan {
  BufferLevels levels;
  Plan plan;
  std::map<std::string, std::int64_t> l4_cuts;  ///< by buffer name: what each buffer in L4 may take of it
  std::vector<Rows> allowed;                    ///< rows_allowed, and in L4 what those cuts hold
  std::optional<Ratio> interval;                ///< nothing: it deadlocks
  Bytes host_bytes = 0;                         ///< over the link and back, a frame
};

/// The shortest interval that was found; among those within half a percent of it, the one with the fewest bytes over
/// the host link. A conflict of the schedule graph names the buffers of which one has to be deeper than its level
/// allows: the one that costs the link least goes. That is repeated for several intervals aimed at, because the link's
/// time grows with what is spilled; what turns out not to be needed comes back. A search without a guarantee.
/// `compiled` makes the plan, all capacities unlimited but those of Buffer::prefetch. `brief`: one of many searches,
/// with fewer changes of what was found.
SpilledPlan choose_spilled(const std::function<Plan(const BufferLevels&)>& compiled, bool brief = false);

}  // namespace rowflow
