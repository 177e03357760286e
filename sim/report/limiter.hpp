// What limits the throughput, in words.
#pragma once

#include <string>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// What sets the throughput and what would raise it (metrics/limit).
struct Limiter {
  std::string brief;   ///< a few words, for a table
  std::string remedy;  ///< half a sentence: what would help
};
Limiter limiter(const RunResult& result);

}  // namespace rowflow
