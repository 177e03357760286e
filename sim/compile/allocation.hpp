// How many subclusters each stage gets.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/compile/cost.hpp"

namespace rowflow {

struct Allocation {
  std::vector<std::int64_t> subclusters;  ///< by stage; 0 for source and sinks
  bool within_budget = true;              ///< false: not even one for each stage
};

/// The balanced allocation: the smallest interval B for which every stage, with the fewest subclusters (1 … max_per_stage) that
/// reach B, together take no more than `budget`. Stages without MACs take one. When even one each exceeds the budget, all get one.
/// `counted[s]`: whether stage s takes subclusters at all.
Allocation balance(const std::vector<CostModel>& models, const std::vector<bool>& counted, std::int64_t budget, std::int64_t max_per_stage);

}  // namespace rowflow
