// A tile height for each SE block, under a goal and limits.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/penalties_file.hpp"
#include "sim/metrics/tune_result.hpp"
#include "sim/studies/tune/tune_scores.hpp"

namespace rowflow {

struct TuneOptions {
  /// Nothing: memory where one context holds its answer, else batch.
  std::optional<TuneGoal> goal;
  std::optional<Bytes> buffer_budget;  ///< required by throughput and fewest_tiled
  std::vector<Rows> heights;  ///< to choose from, beside full; empty: 7 and the divisors of each block's height,
                              ///< without penalties those of at least `rows_enough`
  std::optional<Penalties> penalties;  ///< then only heights with an entry are chosen
  std::optional<double> max_penalty;   ///< of all blocks together
  Combine combine = Combine::rss;      ///< what "together" means
  int jobs = 1;
  double most_tried =
      1000;  ///< combinations (all, or those that bounds leave open): up to so many are simulated, which is exact
  /// Costs, fit, frames, timing; all but the goal batch take one context as if it fitted, with buffers at the full
  /// rate.
  EvaluateOptions evaluate;
};

/// Throws InputError when the network has no SE block, or names and heights do not fit it.
TuneResult tune(const Network& network, const Device& device, const TuneOptions& options);

}  // namespace rowflow
