// Runs the verilated pipeline and checks every number that leaves it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tests/rtl/configuration.hpp"

namespace rowflow::rtl {

enum class HandOver { rows, pixels };

struct RtlRun {
  bool deadlock = false;
  bool overflow = false;                        ///< a beat came without room: a defect of the design
  std::int64_t cycles = 0;                      ///< clock cycles simulated
  std::int64_t mismatches = 0;                  ///< output elements that differ from the reference
  std::int64_t distinct = 0;                    ///< different output values seen: that the data path is not idle
  std::vector<std::int64_t> start, completion;  ///< of each frame, cycles
  std::array<int, edge_count> peak{};           ///< beats held (rows: reserved) at most, by edge
};

/// `frames` frames, or until nothing moves any more.
RtlRun run_rtl(const Configuration& c, HandOver style, int frames);

}  // namespace rowflow::rtl
