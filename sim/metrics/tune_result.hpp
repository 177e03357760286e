// What `rowflow tune` found: a tile height for each SE block.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/combine.hpp"
#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// Heights of all SE blocks, in the network's order; 0 = full.
using Heights = std::vector<Rows>;

enum class TuneGoal { memory, throughput, fewest_tiled };

struct TuneScore {
  Bytes bytes = 0;                 ///< of all buffers
  Bytes on_chip = 0;               ///< of those that a budget is held against
  Cycles stage_interval = 0;       ///< the largest Σ cost of a stage: what full-rate buffers hold
  std::optional<double> interval;  ///< within a budget: as simulated; none when it does not fit
};

struct TunedBlock {
  std::string layer;
  Rows height = 0;
  Rows tile_height = 0;        ///< 0 = full
  std::optional<Bytes> saved;  ///< against this block alone full, all others as chosen
  std::optional<double> penalty;
};

/// The chosen heights together, measured as the penalties of single blocks were.
struct MeasuredPenalty {
  double penalty = 0;
  std::optional<double> standard_error;
  std::int64_t samples = 0;
  std::string data, runtime;
};

/// What was asked for, and what was found.
struct TuneResult {
  TuneGoal goal = TuneGoal::memory;
  std::optional<Bytes> buffer_budget;
  std::optional<double> max_penalty;
  bool has_penalties = false;
  bool large_tiles_only = false;  ///< nobody named heights or penalties: tiles of at least `rows_enough` rows
  Combine combine = Combine::rss;
  std::optional<MeasuredPenalty> measured;
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

}  // namespace rowflow
