// How tune finds its heights. Effects of several blocks on the bytes nearly add up: tables of single changes are solved
// exactly, what comes out is simulated, and the tables are made anew around it until neither they nor any change of a
// single block improve it.
#pragma once

#include <optional>
#include <vector>

#include "sim/studies/tune/option_table.hpp"
#include "sim/studies/tune/tune_goals.hpp"

namespace rowflow {

class TuneSearch : private TuneGoals {
 public:
  TuneSearch(const Network& network, const Device& device, const TuneOptions& options, std::vector<TuneBlock> blocks);

  /// All of the result but its description of blocks and the final run.
  TuneResult run();

  const std::vector<TuneBlock>& blocks() const { return blocks_; }
  TuneScores& scores() { return full_rate_; }
  int simulated() const { return full_rate_.simulated() + (rates_ ? rates_->simulated() : 0); }
  Cycles interval() const { return interval_; }

 private:
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

  const Network& network_;
  TuneScores full_rate_;
  std::optional<TuneScores> rates_;  ///< within the budget, where it does not hold the full rate
};

}  // namespace rowflow
