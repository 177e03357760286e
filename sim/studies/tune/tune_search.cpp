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
constexpr Bytes out_of_question = Bytes{1} << 50;

std::vector<std::vector<Rows>> candidates_of(const std::vector<TuneBlock>& blocks) {
  std::vector<std::vector<Rows>> candidates;
  for (const TuneBlock& block : blocks) candidates.push_back(block.candidates);
  return candidates;
}

/// The unit in which all penalties are whole numbers, if that is a decimal of few digits; else a small share of the
/// largest sum.
double unit_of(const std::vector<TuneBlock>& blocks, const TuneOptions& options) {
  const auto weight = [&](double penalty) { return penalty_weight(options.combine, penalty); };
  const std::optional<double>& limit = options.max_penalty;
  double sum = limit ? weight(*limit) : 0;
  std::vector<double> values{sum};
  for (const TuneBlock& block : blocks) {
    for (const double penalty : block.penalties) values.push_back(weight(penalty));
    if (!limit) sum += weight(*std::max_element(block.penalties.begin(), block.penalties.end()));
  }
  for (double scale = 1; scale <= 1e6; scale *= 10) {
    const auto whole = [&](double value) { return std::abs(value * scale - std::round(value * scale)) < 1e-6; };
    if (sum * scale < 1e9 && std::all_of(values.begin(), values.end(), whole)) return 1 / scale;
  }
  return std::max(sum, 1e-9) / 1e5;
}

}  // namespace

TuneSearch::TuneSearch(const Network& network, const Device& device, const TuneOptions& options,
                       std::vector<TuneBlock> blocks)
    : network_(network),
      device_(device),
      options_(options),
      blocks_(std::move(blocks)),
      full_rate_(network, device, options.evaluate, options.jobs),
      loss_unit_(unit_of(blocks_, options)) {
  for (const TuneBlock& block : blocks_) combinations_ *= static_cast<double>(block.candidates.size());
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

namespace {

std::string kib_text(double bytes) { return fmt::format("{:.1f} KiB", bytes / 1024); }

}  // namespace

double TuneBlock::penalty(Rows tile_height) const {
  const auto found = std::find(candidates.begin(), candidates.end(), tile_height);
  return found == candidates.end() ? 0 : penalties[static_cast<std::size_t>(found - candidates.begin())];
}

double total_penalty(const std::vector<TuneBlock>& blocks, const Heights& heights, Combine combine) {
  std::vector<double> penalties;
  for (std::size_t k = 0; k < heights.size(); ++k) penalties.push_back(blocks[k].penalty(heights[k]));
  return combined_penalty(combine, penalties);
}

/// None: not allowed.
std::optional<TuneSearch::Key> TuneSearch::key_of(const Heights& heights, const TuneScore& score) const {
  const double total = total_penalty(blocks_, heights, options_.combine);
  if (!within_limit(total, options_.max_penalty)) return std::nullopt;
  double tiled = 0, places = 0, tiles = 0;
  for (std::size_t k = 0; k < heights.size(); ++k) {
    if (heights[k] == 0) continue;
    tiled += 1;
    places += static_cast<double>(k + 1);
    tiles += static_cast<double>(ceil_div(blocks_[k].height, heights[k]));
  }
  const auto bytes = static_cast<double>(weighed(score));
  if (goal_ == TuneGoal::throughput) {
    if (!score.interval) return std::nullopt;
    return Key{*score.interval, tiled, total, tiles};
  }
  if (score.stage_interval > interval_) return std::nullopt;
  if (goal_ == TuneGoal::memory) return Key{bytes, tiled, total, tiles};
  if (score.on_chip > *options_.buffer_budget) return std::nullopt;
  return Key{tiled, options_.penalties ? total : places, options_.penalties ? bytes : tiles, bytes};
}

/// Penalties where they are given; else the place of a tiled block, so that early blocks are preferred.
std::int64_t TuneSearch::loss_of(std::size_t block, std::size_t candidate, bool round_up) const {
  if (!options_.penalties) return candidate > 0 ? static_cast<std::int64_t>(block) + 1 : 0;
  constexpr double most_units = 1e15;
  const double weight = penalty_weight(options_.combine, blocks_[block].penalties[candidate]);
  const double units = std::min(weight / loss_unit_, most_units);
  const double nearest = std::round(units);
  if (std::abs(units - nearest) < 1e-6) return static_cast<std::int64_t>(nearest);
  return static_cast<std::int64_t>(round_up ? std::ceil(units) : std::floor(units));
}

std::optional<std::int64_t> TuneSearch::loss_limit() const {
  if (!options_.penalties || !options_.max_penalty) return std::nullopt;
  if (options_.combine == Combine::max) return std::nullopt;  // heights above it are no candidates
  return static_cast<std::int64_t>(
      std::floor(penalty_weight(options_.combine, *options_.max_penalty) / loss_unit_ + 1e-6));
}

OptionTable TuneSearch::bound_table() const {
  OptionTable table(blocks_.size());
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    for (std::size_t c = 0; c < blocks_[k].candidates.size(); ++c) {
      const HeightBound& bound = bound_.blocks[k][c];
      const Bytes bytes =
          c == 0 || bound.interval <= interval_ ? bound.least_bytes - bound_.blocks[k][0].least_bytes : out_of_question;
      table[k].push_back({bytes, loss_of(k, c, false), c > 0});
    }
  }
  return table;
}

Bytes TuneSearch::bound_base() const {
  Bytes bytes = bound_.least_bytes;
  for (const auto& block : bound_.blocks) bytes += block.front().least_bytes;
  return bytes;
}

TuneResult TuneSearch::not_found(const Heights& least) const {
  TuneResult result;
  result.combinations = combinations_;
  result.heights = least;
  const auto bound = fewest_bytes(bound_table(), {std::nullopt, loss_limit()});
  const bool full_rate = options_.goal != TuneGoal::throughput;  // below it, depths within a budget are a heuristic's
  const bool proven =
      full_rate && (all_tried_ || closed_ || !bound || bound_base() + bound->bytes > *options_.buffer_budget);
  result.exact = proven;
  const std::string limit = kib_text(static_cast<double>(*options_.buffer_budget));
  result.reason =
      options_.goal == TuneGoal::throughput
          ? fmt::format("no choice of heights was found that runs within {}", limit)
          : fmt::format("the full throughput within {}: {}; the choice shown needs the least memory that was found",
                        limit,
                        proven ? "no choice of heights gives that, which is proven for " + assumption()
                               : "no choice of heights was found that gives it");
  return result;
}

std::string TuneSearch::tried_text() const {
  if (all_tried_)
    return fmt::format("exact for {}: all {:.0f} combinations of heights were simulated", assumption(), combinations_);
  return fmt::format("exact for {}: of {:.3g} combinations of heights all that bounds do not rule out were simulated",
                     assumption(), combinations_);
}

/// What everything proven here rests on. The bounds take rows to be on the chip, where a budget counts them; all
/// combinations tried rest on nothing but the depths.
std::string TuneSearch::assumption() const {
  const bool may_spill = device_.memory.l3_limit_cuts.value > 0 && options_.buffer_budget && !all_tried_;
  return std::string("buffers at their full-rate depths") + (may_spill ? " that all stay on the chip" : "");
}

void TuneSearch::prove_memory(TuneResult& result) const {
  const auto bound = fewest_bytes(bound_table(), {std::nullopt, loss_limit()});
  result.reached = best_->key[0];
  result.least = all_tried_ || closed_ || !bound
                     ? result.reached
                     : std::min(result.reached, static_cast<double>(bound_base() + bound->bytes));
  result.exact = result.least == result.reached;
  if (all_tried_ || closed_) {
    result.guarantee = tried_text();
    return;
  }
  result.guarantee = fmt::format(
      "of {:.3g} combinations; with {} no choice takes less than {} (proven), so this one is at most {:.1f} % from the "
      "least",
      combinations_, assumption(), kib_text(result.least), (result.reached / result.least - 1) * 100);
  if (settled_) result.guarantee += "; no other height of a single block would take less (simulated)";
}

void TuneSearch::prove_fewest(TuneResult& result) const {
  const auto bound = fewest_counted(bound_table(), {*options_.buffer_budget - bound_base(), loss_limit()});
  result.reached = best_->key[0];
  result.least =
      all_tried_ || closed_ || !bound ? result.reached : std::min(result.reached, static_cast<double>(bound->count));
  result.exact = result.least == result.reached;
  if (result.reached == 0) {
    result.guarantee = "exact: no block needs tiles";
  } else if (all_tried_) {
    result.guarantee = tried_text();
  } else if (closed_) {
    result.guarantee = fmt::format(
        "{}; that fewer than {:.0f} tiled blocks are not enough is proven, which ones and their heights: by search",
        tried_text(), result.reached);
  } else if (result.exact) {
    result.guarantee = fmt::format(
        "fewer than {:.0f} tiled blocks cannot be enough (proven for {}); which ones and their heights: by search",
        result.least, assumption());
  } else {
    result.guarantee = fmt::format(
        "fewer than {:.0f} tiled blocks cannot be enough (proven for {}); {:.0f} are the fewest that were found",
        result.least, assumption(), result.reached);
  }
  if (options_.goal == TuneGoal::throughput) {
    result.least = static_cast<double>(bound_.interval);
    result.reached = static_cast<double>(interval_);
    result.exact = interval_ == bound_.interval;
    const char* which = result.exact ? "which no heights exceed with this allocation"
                                     : "the highest of all full and of uniform heights";
    result.guarantee =
        fmt::format("the full throughput, {}, with the fewest tiled blocks: {}", which, result.guarantee);
  }
}

void TuneSearch::prove_rate(TuneResult& result) const {
  result.reached = best_->key[0];
  result.least = static_cast<double>(bound_.interval);
  result.exact = result.least == result.reached;
  result.guarantee = fmt::format(
      "the slowest stage alone takes {:.0f} cycles a frame, so with this allocation no heights give more than {:.1f} % "
      "more throughput; "
      "depths within the limit are chosen by a heuristic",
      result.least, (result.reached / result.least - 1) * 100);
}

namespace {

constexpr int most_rates =
    60;  // choices after which no more changes are looked for within a budget: each takes many simulations

}  // namespace

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
