// How tune finds its heights. Effects of several blocks on the bytes nearly add up: tables of single changes are solved
// exactly, what comes out is simulated, and the tables are made anew around it until neither they nor any change of a
// single block improve it.
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

class TuneSearch {
 public:
  TuneSearch(const Network& network, const Device& device, const TuneOptions& options, std::vector<TuneBlock> blocks);

  /// All of the result but its description of blocks and the final run.
  TuneResult run();

  const std::vector<TuneBlock>& blocks() const { return blocks_; }
  TuneScores& scores() { return full_rate_; }
  int simulated() const { return full_rate_.simulated() + (rates_ ? rates_->simulated() : 0); }
  Cycles interval() const { return interval_; }

 private:
  using Key = std::array<double, 4>;  ///< what the goal minimises, in order
  struct Found {
    Heights heights;
    Key key{};
  };

  // tune_search.cpp: the search for one goal
  std::vector<Heights> uniform_choices() const;
  void set_targets();
  bool consider(const Heights& heights);
  void search(TuneGoal goal);
  void try_all();
  void improve_by_tables();
  std::vector<Heights> changes_of(const Heights& center) const;
  std::vector<Heights> neighbours_of(const Heights& center) const;
  OptionTable table_around(const Heights& center);
  std::optional<Heights> solve(const OptionTable& table, const OptionLimits& limits) const;
  Heights heights_of(const std::vector<int>& options) const;
  Heights propose(const Heights& center);
  void search_rates();
  bool try_what_bounds_allow();

  // tune_goals.cpp: what the goals mean, and what is proven of an answer
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

  const Network& network_;
  const Device& device_;
  const TuneOptions& options_;
  std::vector<TuneBlock> blocks_;
  TuneScores full_rate_;
  Cycles interval_ = 0;  ///< "full throughput": the best of all blocks full and of uniform heights
  TuneBound bound_;
  std::optional<TuneScores> rates_;   ///< within the budget, where it does not hold the full rate
  TuneGoal goal_ = TuneGoal::memory;  ///< of the search under way
  std::optional<Found> best_;         ///< of this search
  double combinations_ = 1;
  double loss_unit_ = 1;    ///< penalty that one unit of loss stands for
  bool all_tried_ = false;  ///< of this search: all combinations were simulated,
  bool closed_ = false;     ///< or all that the bounds do not rule out as better,
  bool settled_ = false;    ///< or no table and no single change improves it
};

}  // namespace rowflow
