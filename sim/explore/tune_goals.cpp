#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/base/integer.hpp"
#include "sim/explore/tune_search.hpp"

namespace rowflow {

namespace {

constexpr double rounding = 1e-9;  // of sums of penalties
constexpr Bytes out_of_question = Bytes{1} << 50;

std::string kib_text(double bytes) { return fmt::format("{:.1f} KiB", bytes / 1024); }

}  // namespace

double TuneSearch::penalty(std::size_t block, Rows height) const {
  const auto& candidates = blocks_[block].candidates;
  const auto found = std::find(candidates.begin(), candidates.end(), height);
  return found == candidates.end() ? 0 : blocks_[block].penalties[static_cast<std::size_t>(found - candidates.begin())];
}

double TuneSearch::total_penalty(const Heights& heights) const {
  double sum = 0;
  for (std::size_t k = 0; k < heights.size(); ++k) sum += penalty(k, heights[k]);
  return sum;
}

/// None: not allowed.
std::optional<TuneSearch::Key> TuneSearch::key_of(const Heights& heights, const TuneScore& score) const {
  const double total = total_penalty(heights);
  if (options_.max_penalty && total > *options_.max_penalty * (1 + rounding)) return std::nullopt;
  double tiled = 0, places = 0, tiles = 0;
  for (std::size_t k = 0; k < heights.size(); ++k) {
    if (heights[k] == 0) continue;
    tiled += 1;
    places += static_cast<double>(k + 1);
    tiles += static_cast<double>(ceil_div(blocks_[k].height, heights[k]));
  }
  const auto bytes = static_cast<double>(score.bytes);
  if (goal_ == TuneGoal::throughput) {
    if (!score.interval) return std::nullopt;
    return Key{*score.interval, tiled, total, tiles};
  }
  if (score.stage_interval > bound_.interval) return std::nullopt;
  if (goal_ == TuneGoal::memory) return Key{bytes, tiled, total, tiles};
  if (score.bytes > *options_.buffer_budget) return std::nullopt;
  return Key{tiled, options_.penalties ? total : places, options_.penalties ? bytes : tiles, bytes};
}

/// Penalties where they are given; else the place of a tiled block, so that early blocks are preferred.
std::int64_t TuneSearch::loss_of(std::size_t block, std::size_t candidate, bool round_up) const {
  if (!options_.penalties) return candidate > 0 ? static_cast<std::int64_t>(block) + 1 : 0;
  const double units = blocks_[block].penalties[candidate] / loss_unit_;
  const double nearest = std::round(units);
  if (std::abs(units - nearest) < 1e-6) return static_cast<std::int64_t>(nearest);
  return static_cast<std::int64_t>(round_up ? std::ceil(units) : std::floor(units));
}

std::optional<std::int64_t> TuneSearch::loss_limit() const {
  if (!options_.penalties || !options_.max_penalty) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(*options_.max_penalty / loss_unit_ + 1e-6));
}

OptionTable TuneSearch::bound_table() const {
  OptionTable table(blocks_.size());
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    for (std::size_t c = 0; c < blocks_[k].candidates.size(); ++c) {
      const HeightBound& bound = bound_.blocks[k][c];
      const Bytes bytes = c == 0 || bound.full_rate ? bound.least_bytes - bound_.blocks[k][0].least_bytes : out_of_question;
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
  const bool proven = full_rate && (all_tried_ || closed_ || !bound || bound_base() + bound->bytes > *options_.buffer_budget);
  result.exact = proven;
  const std::string limit = kib_text(static_cast<double>(*options_.buffer_budget));
  result.reason =
      options_.goal == TuneGoal::throughput
          ? fmt::format("no choice of heights was found that runs within {}", limit)
          : fmt::format("the full throughput within {}: {}; the choice shown needs the least memory that was found", limit,
                        proven ? "no choice of heights gives that, which is proven" : "no choice of heights was found that gives it");
  return result;
}

std::string TuneSearch::tried_text() const {
  if (all_tried_) return fmt::format("exact: all {:.0f} combinations of heights were simulated", combinations_);
  return fmt::format("exact: of {:.3g} combinations of heights all that bounds do not rule out were simulated", combinations_);
}

void TuneSearch::prove_memory(TuneResult& result) const {
  const auto bound = fewest_bytes(bound_table(), {std::nullopt, loss_limit()});
  result.reached = best_->key[0];
  result.least =
      all_tried_ || closed_ || !bound ? result.reached : std::min(result.reached, static_cast<double>(bound_base() + bound->bytes));
  result.exact = result.least == result.reached;
  if (all_tried_ || closed_) {
    result.guarantee = tried_text();
    return;
  }
  result.guarantee =
      fmt::format("of {:.3g} combinations; no choice takes less than {} (proven), so this one is at most {:.1f} % from the least",
                  combinations_, kib_text(result.least), (result.reached / result.least - 1) * 100);
  if (settled_) result.guarantee += "; no other height of a single block would take less (simulated)";
}

void TuneSearch::prove_fewest(TuneResult& result) const {
  const auto bound = fewest_counted(bound_table(), {*options_.buffer_budget - bound_base(), loss_limit()});
  result.reached = best_->key[0];
  result.least = all_tried_ || closed_ || !bound ? result.reached : std::min(result.reached, static_cast<double>(bound->count));
  result.exact = result.least == result.reached;
  if (result.reached == 0) {
    result.guarantee = "exact: no block needs tiles";
  } else if (all_tried_) {
    result.guarantee = tried_text();
  } else if (closed_) {
    result.guarantee =
        fmt::format("{}; that fewer than {:.0f} tiled blocks are not enough is proven, which ones and their heights: by search",
                    tried_text(), result.reached);
  } else if (result.exact) {
    result.guarantee =
        fmt::format("fewer than {:.0f} tiled blocks cannot be enough (proven); which ones and their heights: by search", result.least);
  } else {
    result.guarantee = fmt::format("fewer than {:.0f} tiled blocks cannot be enough (proven); {:.0f} are the fewest that were found",
                                   result.least, result.reached);
  }
  if (options_.goal == TuneGoal::throughput) {
    result.exact = true;
    result.least = result.reached = static_cast<double>(bound_.interval);
    result.guarantee = "the full throughput, which no heights exceed, with the fewest tiled blocks: " + result.guarantee;
  }
}

void TuneSearch::prove_rate(TuneResult& result) const {
  result.reached = best_->key[0];
  result.least = static_cast<double>(bound_.interval);
  result.exact = result.least == result.reached;
  result.guarantee = fmt::format(
      "the slowest stage alone takes {:.0f} cycles a frame, so no heights give more than {:.1f} % more throughput; depths within the limit "
      "are chosen by a heuristic",
      result.least, (result.reached / result.least - 1) * 100);
}

}  // namespace rowflow
