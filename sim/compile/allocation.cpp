#include "sim/compile/allocation.hpp"

#include <algorithm>
#include <numeric>

namespace rowflow {

namespace {

/// Fewest subclusters in [1, most] with which the stage's interval is ≤ `interval`, which `most` reaches. The interval never grows with n.
std::int64_t fewest(const CostModel& model, Cycles interval, std::int64_t most) {
  std::int64_t low = 1, high = most;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (model.interval(middle) <= interval)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

std::vector<std::int64_t> fewest_of_all(const std::vector<CostModel>& models, const std::vector<bool>& counted, Cycles interval,
                                        std::int64_t most) {
  std::vector<std::int64_t> subclusters(models.size());
  for (std::size_t s = 0; s < models.size(); ++s)
    if (counted[s]) subclusters[s] = models[s].macs_per_step == 0 ? 1 : fewest(models[s], interval, most);
  return subclusters;
}

std::int64_t sum(const std::vector<std::int64_t>& values) { return std::accumulate(values.begin(), values.end(), std::int64_t{0}); }

}  // namespace

Allocation balance(const std::vector<CostModel>& models, const std::vector<bool>& counted, std::int64_t budget,
                   std::int64_t max_per_stage) {
  Cycles low = 0, high = 0;  // no allocation is faster than low; with high one each is enough
  for (const CostModel& model : models) {
    low = std::max(low, model.interval(max_per_stage));
    high = std::max(high, model.interval(1));
  }
  Allocation allocation;
  allocation.within_budget = sum(fewest_of_all(models, counted, high, max_per_stage)) <= budget;
  while (allocation.within_budget && low < high) {
    const Cycles middle = low + (high - low) / 2;
    if (sum(fewest_of_all(models, counted, middle, max_per_stage)) <= budget)
      high = middle;
    else
      low = middle + 1;
  }
  allocation.subclusters = fewest_of_all(models, counted, high, max_per_stage);
  return allocation;
}

}  // namespace rowflow
