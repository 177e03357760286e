// Goal `throughput` where the limit is too tight for the full rate.
#include <algorithm>

#include "sim/explore/tune_search.hpp"

namespace rowflow {

namespace {

constexpr int most_rates = 60;  // choices after which no more changes are looked for within a budget: each takes many simulations

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
