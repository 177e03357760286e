// A tile height for each SE block, under a goal and limits.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/penalties_file.hpp"
#include "sim/explore/tune_scores.hpp"

namespace rowflow {

enum class TuneGoal { memory, throughput, fewest_tiled };

struct TuneOptions {
  TuneGoal goal = TuneGoal::memory;
  std::optional<Bytes> buffer_budget;  ///< required by throughput and fewest_tiled
  std::vector<Rows> heights;           ///< to choose from, beside full; empty: the divisors of each block's height, and 7
  std::optional<Penalties> penalties;  ///< then only heights with an entry are chosen
  std::optional<double> max_penalty;   ///< of all blocks together
  int jobs = 1;
  double most_tried = 2048;  ///< up to so many combinations all are simulated, which is exact
  EvaluateOptions evaluate;  ///< costs, fit, frames, timing; its buffers and budget are the goal's
};

struct TunedBlock {
  std::string layer;
  Rows height = 0;
  Rows tile_height = 0;        ///< 0 = full
  std::optional<Bytes> saved;  ///< against this block alone full, all others as chosen
  std::optional<double> penalty;
};

struct TuneResult {
  bool found = false;
  std::string reason;  ///< a sentence: why nothing was found
  std::vector<TunedBlock> blocks;
  Heights heights;
  RunResult answer;  ///< simulated; of what was tried last when nothing was found
  TuneScore full, tuned;
  std::optional<TuneScore> sevens;  ///< all blocks at 7 rows
  double combinations = 0;          ///< of heights
  int simulated = 0;                ///< of these
  bool exact = false;               ///< nothing better exists, by trying all or by the bound
  double least = 0;                 ///< proven bound on what the goal minimises: bytes, blocks, or cycles
  double reached = 0;               ///< the same of the answer
  std::string guarantee;            ///< a sentence
};

/// Throws InputError when the network has no SE block, or names and heights do not fit it.
TuneResult tune(const Network& network, const Device& device, const TuneOptions& options);

}  // namespace rowflow
