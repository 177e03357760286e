#include "sim/studies/tune/tune_goals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/base/integer.hpp"

namespace rowflow {

namespace {

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

std::string kib_text(double bytes) { return fmt::format("{:.1f} KiB", bytes / 1024); }

}  // namespace

TuneGoals::TuneGoals(const Device& device, const TuneOptions& options, std::vector<TuneBlock> blocks)
    : device_(device), options_(options), blocks_(std::move(blocks)), loss_unit_(unit_of(blocks_, options)) {
  for (const TuneBlock& block : blocks_) combinations_ *= static_cast<double>(block.candidates.size());
}

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
std::optional<TuneGoals::Key> TuneGoals::key_of(const Heights& heights, const TuneScore& score) const {
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
std::int64_t TuneGoals::loss_of(std::size_t block, std::size_t candidate, bool round_up) const {
  if (!options_.penalties) return candidate > 0 ? static_cast<std::int64_t>(block) + 1 : 0;
  constexpr double most_units = 1e15;
  const double weight = penalty_weight(options_.combine, blocks_[block].penalties[candidate]);
  const double units = std::min(weight / loss_unit_, most_units);
  const double nearest = std::round(units);
  if (std::abs(units - nearest) < 1e-6) return static_cast<std::int64_t>(nearest);
  return static_cast<std::int64_t>(round_up ? std::ceil(units) : std::floor(units));
}

std::optional<std::int64_t> TuneGoals::loss_limit() const {
  if (!options_.penalties || !options_.max_penalty) return std::nullopt;
  if (options_.combine == Combine::max) return std::nullopt;  // heights above it are no candidates
  return static_cast<std::int64_t>(
      std::floor(penalty_weight(options_.combine, *options_.max_penalty) / loss_unit_ + 1e-6));
}

OptionTable TuneGoals::bound_table() const {
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

Bytes TuneGoals::bound_base() const {
  Bytes bytes = bound_.least_bytes;
  for (const auto& block : bound_.blocks) bytes += block.front().least_bytes;
  return bytes;
}

TuneResult TuneGoals::not_found(const Heights& least) const {
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

std::string TuneGoals::tried_text() const {
  if (all_tried_)
    return fmt::format("exact for {}: all {:.0f} combinations of heights were simulated", assumption(), combinations_);
  return fmt::format("exact for {}: of {:.3g} combinations of heights all that bounds do not rule out were simulated",
                     assumption(), combinations_);
}

/// What everything proven here rests on. The bounds take rows to be on the chip, where a budget counts them; all
/// combinations tried rest on nothing but the depths.
std::string TuneGoals::assumption() const {
  const bool may_spill = device_.memory.l3_limit_cuts.value > 0 && options_.buffer_budget && !all_tried_;
  return std::string("buffers at their full-rate depths") + (may_spill ? " that all stay on the chip" : "");
}

void TuneGoals::prove_memory(TuneResult& result) const {
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

void TuneGoals::prove_fewest(TuneResult& result) const {
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

void TuneGoals::prove_rate(TuneResult& result) const {
  result.reached = best_->key[0];
  result.least = static_cast<double>(bound_.interval);
  result.exact = result.least == result.reached;
  result.guarantee = fmt::format(
      "the slowest stage alone takes {:.0f} cycles a frame, so with this allocation no heights give more than {:.1f} % "
      "more throughput; "
      "depths within the limit are chosen by a heuristic",
      result.least, (result.reached / result.least - 1) * 100);
}

}  // namespace rowflow
