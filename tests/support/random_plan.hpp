// Random valid plans: chains, forks, joins, SE blocks with bypass and skip, windows, ragged tiles, latencies, all kinds
// of capacities.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow::test {

/// The choices a random plan is made of, in order. A tape that ends early goes on with zeros, the plainest choices, so
/// that a shorter tape or smaller numbers make a smaller plan: RapidCheck shrinks a counterexample by shrinking its
/// tape.
using Tape = std::vector<std::uint32_t>;

/// A plan that satisfies T1; it may deadlock.
Plan plan_from_tape(const Tape& tape);

/// The same from a seed.
Plan random_plan(std::uint64_t seed);

/// The plan with capacities raised, row by row where stages are stuck, until it does not deadlock: tight and live.
Plan made_live(Plan plan);

/// The plan with every step's cost drawn anew from 0 … 2·cost + 3.
Plan with_jitter(Plan plan, std::uint64_t seed);

}  // namespace rowflow::test
