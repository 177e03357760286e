// What of a finished run is worth changing: stages, buffers, edges between clusters, boundaries of contexts, those
// first where most time is at stake.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// Stages with compute of their own. First those on a critical cycle, then by their share of work; of several contexts
/// weighed with the context's share of the time.
std::vector<const Stage*> stages_at_stake(const RunResult& result);

/// Buffers that stages wait for space in: first those on the critical cycle, then by the time that is lost. Of one
/// context.
std::vector<int> buffers_at_stake(const RunResult& result);

/// Neighbouring stages that come together into the cluster of those on the other side of an edge between clusters.
struct Move {
  std::vector<const Stage*> stages;  ///< in plan order, all in one cluster
  int cluster = -1;
};
/// First those over the edges that are busiest.
std::vector<Move> moves_at_stake(const RunResult& result);

/// Where contexts begin when one of them begins elsewhere.
struct Boundary {
  std::size_t context = 0;  ///< whose beginning moved, from 0
  std::string from, to;     ///< its first stage
  std::vector<std::string> begin;
};
/// First those next to where they are. Empty of one context.
std::vector<Boundary> moved_boundaries(const RunResult& result);

}  // namespace rowflow
