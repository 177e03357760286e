// Times fit in their integers: what a run of a plan can come to at most is bounded before it.
#pragma once

#include "sim/plan/plan.hpp"

namespace rowflow {

/// Cycles that a run may take: ten hours of a chip at 1 GHz. With it the sum of what the rows of one frame (at most
/// 65,536) spend in a buffer still fits in 64 bits.
inline constexpr Cycles most_cycles = Cycles{1} << 45;

/// Every step of the plan once after another, with each latency it can wait for, must take no more than most_cycles,
/// and `frames` times as much must fit in 64 bits. Throws InputError that names the stage and the figure that
/// contributes most.
void require_bounded_times(const Plan& plan, int frames = 1);

/// Of a run that has come to `now` after `frames` frames. Throws InputError beyond most_cycles.
void require_bounded_run(Cycles now, int frames);

}  // namespace rowflow
