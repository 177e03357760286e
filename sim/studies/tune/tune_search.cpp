#include "sim/studies/tune/tune_search.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "sim/base/integer.hpp"
#include "sim/studies/tune/option_enumeration.hpp"

namespace rowflow {

namespace {

constexpr int most_rounds = 12;      // tables of one search
constexpr int most_corrections = 8;  // of a table's budget
constexpr int most_rates =
    60;  // choices after which no more changes are looked for within a budget: each takes many simulations

std::vector<std::vector<Rows>> candidates_of(const std::vector<TuneBlock>& blocks) {
  std::vector<std::vector<Rows>> candidates;
  for (const TuneBlock& block : blocks) candidates.push_back(block.candidates);
  return candidates;
}

}  // namespace

TuneSearch::TuneSearch(const Network& network, const Device& device, const TuneOptions& options,
                       std::vector<TuneBlock> blocks)
    : TuneGoals(device, options, std::move(blocks)),
      network_(network),
      full_rate_(network, device, options.evaluate, options.jobs) {
  set_targets();
}

/// All full first; then each height for all blocks, or the next smaller one that a block can have.
std::vector<Heights> TuneSearch::uniform_choices() const {
  std::set<Rows, std::greater<>> heights;
  for (const TuneBlock& block : blocks_) heights.insert(block.candidates.begin() + 1, block.candidates.end());
  std::vector<Heights> choices{Heights(blocks_.size(), 0)};
  for (const Rows height : heights) {
    Heights choice;
    for (const TuneBlock& block : blocks_) {
      const auto fits =
          std::find_if(block.candidates.begin() + 1, block.candidates.end(), [&](Rows t) { return t <= height; });
      choice.push_back(fits == block.candidates.end() ? 0 : *fits);
    }
    choices.push_back(std::move(choice));
  }
  return choices;
}

/// Where buffers spill to slow memory, all blocks full are not the fastest choice.
void TuneSearch::set_targets() {
  const auto choices = uniform_choices();
  full_rate_.want(choices);
  interval_ = full_rate_.of(choices.front()).stage_interval;
  for (const Heights& choice : choices) {
    const TuneScore& score = full_rate_.of(choice);
    if (!options_.max_penalty || total_penalty(blocks_, choice, options_.combine) <= *options_.max_penalty)
      interval_ = std::min(interval_, score.stage_interval);
  }
  CompileOptions compiled;
  compiled.buffer_policy = BufferPolicy::unlimited;
  compiled.costs = options_.evaluate.costs;
  compiled.mapping = options_.evaluate.mapping;
  compiled.extra_subclusters = options_.evaluate.extra_subclusters;
  const auto candidates = candidates_of(blocks_);
  bound_ = tune_bound(network_, device_, compiled, candidates, interval_);
}

bool TuneSearch::consider(const Heights& heights) {
  const auto key = key_of(heights, rates_ ? rates_->of(heights) : full_rate_.of(heights));
  if (!key || (best_ && best_->key <= *key)) return false;
  best_ = {heights, *key};
  return true;
}

void TuneSearch::search(TuneGoal goal) {
  goal_ = goal;
  settled_ = closed_ = false;
  all_tried_ = combinations_ <= options_.most_tried;
  if (all_tried_) {
    try_all();
  } else {
    improve_by_tables();
    closed_ = best_ && try_what_bounds_allow();
  }
}

/// Simulates every combination that could be better as far as the bounds tell, if they are few. Then what is best is
/// proven best in the first of what the goal minimises.
bool TuneSearch::try_what_bounds_allow() {
  const OptionTable table = bound_table();
  const bool memory = goal_ == TuneGoal::memory;
  const Bytes below = memory ? static_cast<Bytes>(best_->key[0]) - 1 : *options_.buffer_budget;
  const int counted = memory ? static_cast<int>(blocks_.size()) : static_cast<int>(best_->key[0]) - 1;
  const auto few = static_cast<std::size_t>(options_.most_tried);
  const auto choices =
      choices_within(table, {std::min(below - bound_base(), out_of_question - 1), loss_limit()}, counted, few);
  if (!choices) return false;
  std::vector<Heights> allowed;
  for (const auto& choice : *choices) allowed.push_back(heights_of(choice));
  full_rate_.want(allowed);
  for (const Heights& heights : allowed) consider(heights);
  return true;
}

Heights TuneSearch::heights_of(const std::vector<int>& options) const {
  Heights heights;
  for (std::size_t k = 0; k < blocks_.size(); ++k)
    heights.push_back(blocks_[k].candidates[static_cast<std::size_t>(options[k])]);
  return heights;
}

void TuneSearch::try_all() {
  std::vector<Heights> all{{}};
  for (const TuneBlock& block : blocks_) {
    std::vector<Heights> longer;
    for (const Heights& start : all) {
      for (const Rows height : block.candidates) {
        longer.push_back(start);
        longer.back().push_back(height);
      }
    }
    all = std::move(longer);
  }
  full_rate_.want(all);
  for (const Heights& heights : all) consider(heights);
}

/// Each round starts from something better than the one before, so it ends; settled when nothing better is in sight.
void TuneSearch::improve_by_tables() {
  for (const Heights& start : uniform_choices()) consider(start);
  Heights center = best_ ? best_->heights : Heights(blocks_.size(), 0);
  for (int round = 0; round < most_rounds && !settled_; ++round) {
    const auto changes = changes_of(center);
    full_rate_.want(changes);
    for (const Heights& change : changes) consider(change);
    const Heights proposed = propose(center);
    const Heights& next = best_ ? best_->heights : proposed;
    settled_ = next == center;
    center = next;
  }
}

/// Every change of a single block, and no change.
std::vector<Heights> TuneSearch::changes_of(const Heights& center) const {
  std::vector<Heights> changes;
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    for (const Rows height : blocks_[k].candidates) {
      changes.push_back(center);
      changes.back()[k] = height;
    }
  }
  return changes;
}

/// Bytes more than with the heights of `center`, of which one is changed.
OptionTable TuneSearch::table_around(const Heights& center) {
  OptionTable table(blocks_.size());
  const Bytes at_center = weighed(full_rate_.of(center));
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    for (std::size_t c = 0; c < blocks_[k].candidates.size(); ++c) {
      Heights change = center;
      change[k] = blocks_[k].candidates[c];
      const TuneScore& score = full_rate_.of(change);
      const bool possible = score.stage_interval <= interval_;
      table[k].push_back({possible ? weighed(score) - at_center : out_of_question, loss_of(k, c, true), c > 0});
    }
  }
  return table;
}

std::optional<Heights> TuneSearch::solve(const OptionTable& table, const OptionLimits& limits) const {
  auto choice = goal_ == TuneGoal::memory ? fewest_bytes(table, limits) : fewest_counted(table, limits);
  if (!choice || choice->bytes >= out_of_question) return std::nullopt;
  if (goal_ != TuneGoal::memory && !options_.penalties) {  // the same blocks, tiles as large as the budget allows
    OptionTable refined = table;
    for (std::size_t k = 0; k < table.size(); ++k) {
      for (std::size_t c = 0; c < table[k].size(); ++c) {
        if ((choice->options[k] > 0) != (c > 0)) refined[k][c].bytes = out_of_question;
        refined[k][c].loss = c == 0 ? 0 : ceil_div(blocks_[k].height, blocks_[k].candidates[c]);
      }
    }
    if (const auto finer = fewest_counted(refined, limits)) choice = finer;
  }
  return heights_of(choice->options);
}

/// Solves the table around `center`; what it left out (effects do not quite add up) is taken off its budget until the
/// answer holds. Without any answer, the least memory is where to look next.
Heights TuneSearch::propose(const Heights& center) {
  const OptionTable table = table_around(center);
  OptionLimits limits;
  limits.most_loss = loss_limit();
  if (goal_ != TuneGoal::memory) limits.most_bytes = *options_.buffer_budget - weighed(full_rate_.of(center));
  for (int correction = 0; correction < most_corrections; ++correction) {
    const auto heights = solve(table, limits);
    if (!heights) break;
    consider(*heights);
    const Bytes bytes = weighed(full_rate_.of(*heights));
    if (!limits.most_bytes || bytes <= *options_.buffer_budget) return *heights;
    *limits.most_bytes -= bytes - *options_.buffer_budget;
  }
  limits.most_bytes.reset();
  const auto least = fewest_bytes(table, limits);
  const Heights heights = least ? heights_of(least->options) : center;
  consider(heights);
  return heights;
}

TuneResult TuneSearch::run() {
  const bool limited = options_.goal != TuneGoal::memory;
  search(TuneGoal::memory);
  const Heights least = best_->heights;
  TuneResult result;
  result.combinations = combinations_;
  result.found = true;
  if (!limited) {
    result.heights = least;
    prove_memory(result);
    return result;
  }
  if (weighed(full_rate_.of(least)) <= *options_.buffer_budget) {
    best_.reset();
    goal_ = TuneGoal::fewest_tiled;
    consider(least);
    search(TuneGoal::fewest_tiled);
    result.heights = best_->heights;
    prove_fewest(result);
    return result;
  }
  if (options_.goal == TuneGoal::fewest_tiled) return not_found(least);
  goal_ = TuneGoal::throughput;
  search_rates();
  if (!best_) return not_found(least);
  result.heights = best_->heights;
  prove_rate(result);
  return result;
}

/// The budget does not hold the full rate: uniform heights and the least memory, then changes of single blocks.
void TuneSearch::search_rates() {
  const Heights least = best_->heights;
  EvaluateOptions within = options_.evaluate;
  within.buffer_budget = options_.buffer_budget;
  rates_.emplace(network_, device_, within, options_.jobs);
  best_.reset();
  std::vector<Heights> starts = uniform_choices();
  starts.push_back(least);
  rates_->want(starts);
  for (const Heights& start : starts) consider(start);
  for (bool better = best_.has_value(); better;) {
    const auto changes = neighbours_of(best_->heights);
    rates_->want(changes);
    better = false;
    for (const Heights& change : changes) better = consider(change) || better;
    better = better && rates_->simulated() < most_rates;
  }
}

/// One block a candidate larger or smaller.
std::vector<Heights> TuneSearch::neighbours_of(const Heights& center) const {
  std::vector<Heights> neighbours;
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    const auto& candidates = blocks_[k].candidates;
    const auto here = std::find(candidates.begin(), candidates.end(), center[k]);
    Heights change = center;
    if (here != candidates.begin()) {
      change[k] = *(here - 1);
      neighbours.push_back(change);
    }
    if (here + 1 != candidates.end()) {
      change[k] = *(here + 1);
      neighbours.push_back(change);
    }
  }
  return neighbours;
}

}  // namespace rowflow
