// Which tile height to take, by one stated rule.
#include <fmt/format.h>

#include <algorithm>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
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

std::vector<std::size_t> fast_enough(const std::vector<ComparisonRow>& rows) {
  double best = 0;
  for (const auto& row : rows) best = runs(row) ? std::max(best, *frames_per_second(judged(row))) : best;
  std::vector<std::size_t> kept;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (runs(rows[r]) && *frames_per_second(judged(rows[r])) >= same_throughput * best) kept.push_back(r);
  }
  return kept;
}

Saving saving(const std::vector<ComparisonRow>& rows, const std::vector<std::size_t>& kept,
              double (*figure)(const ComparisonRow&)) {
  double best = figure(rows[kept.front()]);
  for (const std::size_t r : kept) best = std::min(best, figure(rows[r]));
  const ComparisonRow& first = rows.front().iso_throughput.status == RunStatus::ok ? rows.front() : rows[kept.front()];
  return {figure(first), best};
}

}  // namespace

Recommendation recommend(const std::vector<ComparisonRow>& rows) {
  if (!rows.empty() && rows.front().iso_throughput.plan.se_blocks.empty())
    return {std::nullopt, "the network has no squeeze-and-excite block, so the tile height has nothing to act on"};
  const auto kept = fast_enough(rows);
  if (kept.empty()) return {std::nullopt, "no tile height runs"};
  const Saving bytes = saving(rows, kept, memory);
  const Saving cycles = saving(rows, kept, latency);
  const std::string speed =
      fmt::format("of the tile heights within {:.0f} % of the best throughput", 100 * (1 - same_throughput));
  if (kept.size() == 1 && rows.size() > 1) {
    const bool budget = rows[kept.front()].iso_memory.has_value();
    return {kept.front(), fmt::format("the only one within {:.0f} % of the best throughput{}",
                                      100 * (1 - same_throughput), budget ? " that the same memory allows" : "")};
  }
  if (bytes.none() && cycles.none()) {
    return {kept.front(),
            fmt::format("{}, none saves buffers or latency worth naming: the largest tile does the least excite work",
                        speed)};
  }
  std::size_t chosen = kept.front();
  double chosen_share = -1;
  for (const std::size_t r : kept) {  // largest tiles first: the first that saves enough is the answer
    const double share = std::min(bytes.share(memory(rows[r])), cycles.share(latency(rows[r])));
    if (share > chosen_share) {
      chosen = r;
      chosen_share = share;
    }
    if (chosen_share >= enough_saving) break;
  }
  const ComparisonRow& row = rows[chosen];
  const std::string figures =
      fmt::format("buffers −{:.0f} %, {} −{:.0f} %", bytes.percent(memory(row)),
                  row.iso_throughput.several ? "latency" : "paced latency", cycles.percent(latency(row)));
  if (chosen_share >= enough_saving) {
    return {chosen, fmt::format("{}, the largest that reaches three quarters of the best savings in buffers and in "
                                "latency ({} against T = {})",
                                speed, figures, rows.front().label)};
  }
  return {chosen, fmt::format("{}, the best compromise of buffers and latency ({} against T = {})", speed, figures,
                              rows.front().label)};
}

}  // namespace rowflow
