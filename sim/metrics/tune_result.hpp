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

enum class TuneGoal {
  memory,
  throughput,
  fewest_tiled,
  batch,  ///< the most frames a second at a batch, in as many contexts as it takes
  end
};

template <>
struct EnumNames<TuneGoal> {
  static constexpr std::string_view of[] = {"memory", "throughput", "fewest-tiled", "batch"};
};

struct TuneScore {
  Bytes bytes = 0;                 ///< of all buffers
  Bytes on_chip = 0;               ///< of those that a budget is held against
  Cycles stage_interval = 0;       ///< the largest Σ cost of a stage: what full-rate buffers hold
  std::optional<double> interval;  ///< within a budget: as simulated; none when it does not fit
};

/// Of one choice, in the contexts that the mapper finds.
struct BatchScore {
  double fps = 0;        ///< at the batch; 0: it fits no contexts
  double fps_alone = 0;  ///< at batch 1
  int contexts = 1;
  Bytes bytes = 0;  ///< of the buffers of the context with the most
};

struct TunedBatch {
  int frames = 1;
  BatchScore tuned, full;
  std::optional<BatchScore> sevens;
};

struct TunedBlock {
  std::string layer;
  Rows height = 0;
  Rows tile_height = 0;        ///< 0 = full
  std::optional<Bytes> saved;  ///< against this block alone full, all others as chosen
  std::optional<double> penalty;
  std::optional<double> full_instead = {};  ///< goal batch: frames a second with this block alone full
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
  RunResult answer;                 ///< simulated; of what was tried last when nothing was found
  TuneScore full, tuned;            ///< of other goals than batch
  std::optional<TuneScore> sevens;  ///< all blocks at 7 rows
  std::optional<TunedBatch> batch;  ///< of the goal batch
  double combinations = 0;          ///< of heights
  int simulated = 0;                ///< of these
  bool exact = false;               ///< nothing better exists, by trying all or by the bound
  double least = 0;       ///< proven bound on what the goal minimises: bytes, blocks, or cycles; of the goal batch the
                          ///< most frames a second that were found
  double reached = 0;     ///< the same of the answer
  std::string guarantee;  ///< a sentence
};

}  // namespace rowflow
