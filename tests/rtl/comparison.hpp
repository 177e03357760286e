// One configuration, measured on the hardware and computed by each rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/rtl/bench.hpp"
#include "tests/rtl/configuration.hpp"

namespace rowflow::rtl {

/// What all of them are asked.
struct Figures {
  bool deadlock = false;
  std::vector<std::int64_t> completion;  ///< of each frame, cycles
  std::vector<std::optional<int>> peak;  ///< rows, by edge; none for an edge that is not there
  double latency() const { return static_cast<double>(completion.front()); }  ///< isolated: frame 0 starts at cycle 0
  /// Cycles per frame over the last half of the frames.
  double interval() const;
};

struct Comparison {
  Configuration configuration;
  RtlRun rtl_rows, rtl_pixels;
  Figures rows, pixels;          ///< the hardware, by hand-over style
  Figures simulator;             ///< simulate()
  std::optional<double> proven;  ///< simulate()'s interval without a given number of frames (T11)
  Figures second;                ///< the plain evaluation of the same rules
  Figures deeper;                ///< the same rules, every map buffer a row deeper, leftovers in a step of their own
  Figures forward_data;          ///< row forwarding of data alone, by the plain evaluation
  Figures forward;               ///< simulate() with row forwarding (T16), leftovers in a step of their own
  Figures forward_synchronous;   ///< … in step with the clock
  Figures second_forward;        ///< … by the plain evaluation
  std::optional<double> forward_proven;  ///< … the interval without a given number of frames (T11)
};

/// Runs everything on every configuration. The hardware runs in `jobs` threads, the simulator one at a time.
std::vector<Comparison> compare_all(const std::vector<Configuration>& grid, int frames, int jobs);

}  // namespace rowflow::rtl
