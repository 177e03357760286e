// Untimed execution of one frame: decides liveness, because a pipeline is a determinate process network (rule T12).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// Where the untimed execution of a frame stopped.
struct UntimedWait {
  int stage = -1;
  bool for_space = false;  ///< else for rows
  int buffer = -1;
  Rows needed_capacity = 0;  ///< for space: the capacity with which the step could run
};

struct UntimedOutcome {
  bool completed = false;
  std::vector<UntimedWait>
      cycle;  ///< the cycle of waits; of each stage its first unmet condition (inputs, then outputs)
};

/// Executes one frame of the plan with its capacities, untimed.
UntimedOutcome execute_untimed(const Plan& plan);

/// Of all stages together, in a frame.
std::int64_t steps_of(const Plan& plan);

/// Whether rows of any buffer are forwarded (T16): then what waits within a row stands in no graph of whole rows.
bool is_forwarded(const Plan& plan);

/// The plan's own, by buffer.
std::vector<Rows> capacities_of(const Plan& plan);

/// Smallest capacity the two ends of a buffer could ever work with:
/// max(largest needs[i] − releases[i−1] of the consumer, largest emission of a step of the producer).
Rows smallest_capacity(const Plan& plan, int buffer);

/// Rule T12: raises capacities until a frame completes, then lowers each raised one in plan order while it still does.
/// Returns the capacities of all buffers. Never below the plan's own.
std::vector<Rows> live_capacities(const Plan& plan);

/// T14 `minimal`: live_capacities from the smallest capacities.
std::vector<Rows> minimal_capacities(Plan plan);

}  // namespace rowflow
