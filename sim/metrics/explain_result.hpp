// What `rowflow explain` found: a finished run, and the same point with one thing changed at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

enum class LeverKind { deeper, to_minimum, subcluster, tile_height };

/// One change, simulated.
struct Lever {
  LeverKind kind = LeverKind::deeper;
  std::string name;       ///< of the buffer, the stage, or the SE block
  std::int64_t from = 0;  ///< rows, subclusters, or tile height (0 = full)
  std::int64_t to = 0;
  RunStatus status = RunStatus::ok;
  std::optional<double> fps;           ///< none in a deadlock
  std::optional<double> paced_cycles;  ///< latency, the source paced at the new interval
  Bytes bytes = 0;                     ///< of all buffers
};

struct ExplainResult {
  RunResult base;
  std::vector<Lever> levers;  ///< what gives most first: throughput, then latency, then bytes; empty in a deadlock
};

}  // namespace rowflow
