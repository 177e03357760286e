// What the goals of tune mean, and what is proven of an answer.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sim/studies/tune/option_table.hpp"
#include "sim/studies/tune/tune.hpp"
#include "sim/studies/tune/tune_bound.hpp"

namespace rowflow {

struct TuneBlock {
  std::string layer;
  Rows height = 0;
  std::vector<Rows> candidates;   ///< full (0) first, then largest first
  std::vector<double> penalties;  ///< by candidate

  /// Of a height that is no candidate 0.
  double penalty(Rows tile_height) const;
};

/// What the heights of all blocks come to.
double total_penalty(const std::vector<TuneBlock>& blocks, const Heights& heights, Combine combine);

/// In a table: of heights that nothing chooses.
inline constexpr Bytes out_of_question = Bytes{1} << 50;

/// A search under way, as far as its goal and what is known of the answer go.
class TuneGoals {
 protected:
  using Key = std::array<double, 4>;  ///< what the goal minimises, in order
  struct Found {
    Heights heights;
    Key key{};
  };

  TuneGoals(const Device& device, const TuneOptions& options, std::vector<TuneBlock> blocks);
  ~TuneGoals() = default;

  std::optional<Key> key_of(const Heights& heights, const TuneScore& score) const;
  std::int64_t loss_of(std::size_t block, std::size_t candidate, bool round_up) const;
  std::optional<std::int64_t> loss_limit() const;
  Bytes weighed(const TuneScore& score) const { return options_.buffer_budget ? score.on_chip : score.bytes; }
  OptionTable bound_table() const;
  Bytes bound_base() const;
  TuneResult not_found(const Heights& least) const;
  std::string tried_text() const;
  std::string assumption() const;
  void prove_memory(TuneResult& result) const;
  void prove_fewest(TuneResult& result) const;
  void prove_rate(TuneResult& result) const;

  const Device& device_;
  const TuneOptions& options_;
  std::vector<TuneBlock> blocks_;
  Cycles interval_ = 0;  ///< "full throughput": the best of all blocks full and of uniform heights
  TuneBound bound_;
  TuneGoal goal_ = TuneGoal::memory;  ///< of the search under way
  std::optional<Found> best_;         ///< of this search
  double combinations_ = 1;
  double loss_unit_ = 1;    ///< penalty that one unit of loss stands for
  bool all_tried_ = false;  ///< of this search: all combinations were simulated,
  bool closed_ = false;     ///< or all that the bounds do not rule out as better,
  bool settled_ = false;    ///< or no table and no single change improves it
};

}  // namespace rowflow
