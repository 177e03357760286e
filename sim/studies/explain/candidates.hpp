// The levers of `rowflow explain`, as an enumeration: everything that is tried, before anything is evaluated.
#pragma once

#include <map>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/point/contents.hpp"
#include "sim/studies/explain/change.hpp"

namespace rowflow {

struct Candidates {
  std::vector<Change> changes;
  std::map<LeverKind, int> all;  ///< how many there are of each kind, those left out included
};

struct CandidateOptions {
  int most = -1;            ///< of each kind; -1: all, but of moves, subclusters and single buffers `most_of_stages`
  bool heights = true;      ///< tile heights, of all blocks and of each
  bool boundaries = true;   ///< where contexts begin
  bool figures = true;      ///< of the device
  int most_of_stages = 24;  ///< those where most is at stake: on the critical cycle, then by the time they take
};

/// `base`: the point's result, with accounts. Tile heights are those of the grid full, …, 28, 14, 7, 4, 2, 1 below the
/// map; cluster moves bring up to four neighbouring stages over an edge between clusters; a subcluster more for a
/// stage; each boundary of contexts up to four stages earlier or later; each figure of the device a tenth larger, or
/// smaller where less is better; depth policy best; single buffers, where the policy is another, one row deeper and
/// twice as deep.
Candidates candidates(const DesignPoint& point, const Contents& contents, const RunResult& base,
                      const CandidateOptions& options);

/// The grid below a map of so many rows, largest first; without `but`, 0 = full.
std::vector<Rows> grid_heights(Rows height, Rows but);

}  // namespace rowflow
