// Row forwarding (T16) of any figures, on any plan.
#pragma once

#include <cstdint>

#include "sim/plan/plan.hpp"

namespace rowflow::test {

inline Plan with_random_forwarding(Plan plan, std::uint64_t seed) {
  std::uint64_t state = seed;
  const auto draw = [&](std::uint64_t most) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<Cycles>((state >> 33U) % (most + 1));
  };
  for (Buffer& buffer : plan.buffers) {
    if (draw(4) == 0) continue;
    Forwarding f;
    f.whole = draw(4) == 0;
    f.first = draw(6);
    f.lead = draw(6);
    f.setup = draw(6);
    f.tail = draw(6);
    f.first_free = draw(6);
    f.head_start = draw(6);
    f.last_free = draw(12) - 6;
    f.held_rows = draw(3) == 0 ? 1 : 0;
    buffer.forwarding = f;
  }
  return plan;
}

}  // namespace rowflow::test
