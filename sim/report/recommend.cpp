// Which tile height to take, by one stated rule.
#include "sim/report/recommend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/metrics/combine.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/rows_enough.hpp"
#include "sim/report/comparison.hpp"

namespace rowflow {

namespace {

constexpr double same_throughput = 0.99;  ///< share of the best fps that counts as the same
constexpr double enough_saving = 0.75;    ///< share of the best saving that a recommended height reaches
constexpr double negligible = 0.01;       ///< a saving smaller than this share of the first row's figure is none

const RunResult& judged(const ComparisonRow& row) { return row.iso_memory ? *row.iso_memory : row.iso_throughput; }

bool runs(const ComparisonRow& row) {
  return row.iso_throughput.status == RunStatus::ok && judged(row).status == RunStatus::ok &&
         frames_per_second(judged(row)).has_value();
}

double memory(const ComparisonRow& row) { return static_cast<double>(largest(row.iso_throughput, total_buffer_bytes)); }

/// Of several contexts that of a batch of 1.
double latency(const ComparisonRow& row) {
  const RunResult& r = row.iso_throughput;
  return r.several ? static_cast<double>(r.latency.isolated.value_or(0)) : r.latency.paced.value_or(0);
}

/// How much of the best saving of a figure a row reaches, 0 … 1; 1 where there is nothing to save.
class Saving {
 public:
  Saving(double first, double best) : first_(first), best_(best) {}
  bool none() const { return first_ - best_ <= negligible * first_; }
  double share(double value) const { return none() ? 1 : (first_ - value) / (first_ - best_); }
  double percent(double value) const { return first_ > 0 ? 100 * (first_ - value) / first_ : 0; }

 private:
  double first_, best_;
};

/// Of the goal; larger is better.
double figure(const ComparisonRow& row, Goal goal) {
  const double cycles = latency(row);
  return goal == Goal::latency ? (cycles > 0 ? 1 / cycles : 0) : frames_per_second(judged(row)).value_or(0);
}

std::vector<std::size_t> running(const std::vector<ComparisonRow>& rows) {
  std::vector<std::size_t> kept;
  for (std::size_t r = 0; r < rows.size(); ++r)
    if (runs(rows[r])) kept.push_back(r);
  return kept;
}

template <class Holds>
std::vector<std::size_t> those(const std::vector<std::size_t>& from, Holds holds) {
  std::vector<std::size_t> kept;
  std::copy_if(from.begin(), from.end(), std::back_inserter(kept), holds);
  return kept;
}

class Choice {
 public:
  Choice(const std::vector<ComparisonRow>& rows, const Preferences& preferences)
      : rows_(rows),
        preferences_(preferences),
        goal_(preferences.goal.value_or(Goal::throughput)),
        all_(running(rows)) {}

  Recommendation choose() {
    if (all_.empty()) return {std::nullopt, "no tile height runs"};
    if (!narrow()) return {std::nullopt, too_costly()};
    double best = 0;
    for (const std::size_t r : allowed_) best = std::max(best, figure(rows_[r], goal_));
    kept_ = those(allowed_, [&](std::size_t r) { return figure(rows_[r], goal_) >= same_throughput * best; });
    Recommendation advice = kept_.size() == 1 && rows_.size() > 1 ? only() : of_several();
    advice.reason += penalty_words(*advice.row) + what_smaller_give(*advice.row);
    return advice;
  }

 private:
  /// Leaves out what costs too much accuracy. False: nothing is left.
  bool narrow() {
    allowed_ = all_;
    if (preferences_.penalties) {
      allowed_ = those(all_, [&](std::size_t r) {
        const auto& penalty = rows_[r].iso_throughput.penalty;
        return penalty && within_limit(*penalty, preferences_.most_penalty);
      });
    } else if (!preferences_.goal) {
      const auto large = those(all_, [&](std::size_t r) { return rows_of_label(rows_[r].label) >= rows_enough; });
      if (!large.empty()) allowed_ = large;
    }
    return !allowed_.empty();
  }

  std::string too_costly() const {
    return preferences_.most_penalty
               ? fmt::format("no tile height has a penalty of at most {}", *preferences_.most_penalty)
               : "no tile height has a penalty in the file";
  }

  /// Which heights are compared.
  std::string among() const {
    if (preferences_.penalties && preferences_.most_penalty)
      return fmt::format(" within a penalty of {}", *preferences_.most_penalty);
    return left_out_small() ? fmt::format(" of tiles of at least {} rows", rows_enough) : "";
  }

  bool left_out_small() const { return !preferences_.penalties && allowed_.size() < all_.size(); }

  const char* what() const { return goal_ == Goal::latency ? "latency" : "throughput"; }

  Recommendation only() const {
    const std::size_t row = kept_.front();
    return {row, fmt::format("the only one within {:.0f} % of the best {}{}{}", 100 * (1 - same_throughput), what(),
                             among(), rows_[row].iso_memory ? " that the same memory allows" : "")};
  }

  Recommendation of_several() const {
    const std::string speed = fmt::format("of the tile heights within {:.0f} % of the best {}{}",
                                          100 * (1 - same_throughput), what(), among());
    if (preferences_.penalties)
      return by(speed, "the least penalty", [&](std::size_t r) { return *rows_[r].iso_throughput.penalty; });
    if (goal_ == Goal::memory) return by(speed, "the least buffers", [&](std::size_t r) { return memory(rows_[r]); });
    return by_savings(speed);
  }

  /// The first of the smallest: the largest tile.
  template <class Cost>
  Recommendation by(const std::string& speed, const char* why, Cost cost) const {
    const auto best =
        std::min_element(kept_.begin(), kept_.end(), [&](std::size_t a, std::size_t b) { return cost(a) < cost(b); });
    return {*best, fmt::format("{}, {}", speed, why)};
  }

  Saving saving(double (*of)(const ComparisonRow&)) const {
    double best = of(rows_[kept_.front()]);
    for (const std::size_t r : kept_) best = std::min(best, of(rows_[r]));
    const bool ran = rows_.front().iso_throughput.status == RunStatus::ok;
    return {of(ran ? rows_.front() : rows_[kept_.front()]), best};
  }

  Recommendation by_savings(const std::string& speed) const {
    const Saving bytes = saving(memory), cycles = saving(latency);
    if (bytes.none() && cycles.none())
      return {kept_.front(),
              speed + ", none saves buffers or latency worth naming: the largest tile does the least excite work"};
    std::size_t chosen = kept_.front();
    double chosen_share = -1;
    for (const std::size_t r : kept_) {  // largest tiles first: the first that saves enough is the answer
      const double share = std::min(bytes.share(memory(rows_[r])), cycles.share(latency(rows_[r])));
      if (share > chosen_share) {
        chosen = r;
        chosen_share = share;
      }
      if (chosen_share >= enough_saving) break;
    }
    const ComparisonRow& row = rows_[chosen];
    const std::string figures =
        fmt::format("buffers −{:.0f} %, {} −{:.0f} %", bytes.percent(memory(row)),
                    row.iso_throughput.several ? "latency" : "paced latency", cycles.percent(latency(row)));
    const char* why = chosen_share >= enough_saving
                          ? "the largest that reaches three quarters of the best savings in buffers and in latency"
                          : "the best compromise of buffers and latency";
    return {chosen, fmt::format("{}, {} ({} against T = {})", speed, why, figures, rows_.front().label)};
  }

  std::string penalty_words(std::size_t row) const {
    return preferences_.penalties ? fmt::format("; penalty {:.4g}", *rows_[row].iso_throughput.penalty) : "";
  }

  /// Why smaller tiles were left out, and the best that they give.
  std::string what_smaller_give(std::size_t row) const {
    if (!left_out_small()) return "";
    std::string text = std::string("; ") + rows_enough_source;
    std::size_t best = row;
    for (const std::size_t r : all_)
      if (figure(rows_[r], goal_) > figure(rows_[best], goal_)) best = r;
    const double now = figure(rows_[row], goal_), then = figure(rows_[best], goal_);
    if (then <= now / same_throughput) return text;
    return text + fmt::format(" (T = {}: {:.0f} fps, +{:.0f} %)", rows_[best].label, then, 100 * (then / now - 1));
  }

  const std::vector<ComparisonRow>& rows_;
  const Preferences& preferences_;
  const Goal goal_;
  const std::vector<std::size_t> all_;  ///< that run
  std::vector<std::size_t> allowed_, kept_;
};

}  // namespace

Recommendation recommend(const std::vector<ComparisonRow>& rows, const Preferences& preferences) {
  if (!rows.empty() && rows.front().iso_throughput.plan.se_blocks.empty())
    return {std::nullopt, "the network has no squeeze-and-excite block, so the tile height has nothing to act on"};
  return Choice(rows, preferences).choose();
}

}  // namespace rowflow
