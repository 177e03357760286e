// Plans with finite buffers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/mapper/capacities.hpp"
#include "sim/plan/untimed.hpp"
#include "tests/support/random_plan.hpp"

namespace rowflow::test {

inline Plan with(Plan plan, const std::vector<Rows>& capacities) {
  set_capacities(plan, capacities);
  return plan;
}

/// A random plan, saturated, every buffer finite.
inline Plan bounded_plan(std::uint64_t seed) {
  Plan plan = random_plan(seed);
  plan.pacing = {};
  for (Buffer& buffer : plan.buffers) buffer.capacity_rows = std::max<Rows>(1, buffer.capacity_rows);
  return plan;
}

}  // namespace rowflow::test
