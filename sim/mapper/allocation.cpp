#include "sim/mapper/allocation.hpp"

#include <algorithm>

namespace rowflow {

namespace {

bool within(std::int64_t demand, std::int64_t limit) { return limit == 0 || demand <= limit; }

}  // namespace

std::optional<StageDemand> least_demand(const CostModel& model, const PhysicalStage& stage, Cycles interval) {
  if (model.interval(stage.counted ? stage.most : 1) > interval) return std::nullopt;
  if (!stage.counted) return StageDemand{};
  const std::int64_t n = std::max(model.fewest_subclusters(interval, stage.most), stage.parts_for_weights);
  const std::int64_t parts = physical_layers(stage, n);
  const bool split = parts > 1;
  return StageDemand{n + (split ? stage.split_subclusters : 0), parts + (split ? stage.split_controllers : 0)};
}

Allocator::Allocator(const Plan& plan, const std::vector<CostModel>& models, const std::vector<PhysicalStage>& stages,
                     const PhysicalRules& rules, FixedSubclusters fixed)
    : plan_(plan), models_(models), stages_(stages), rules_(rules), fixed_(std::move(fixed)) {
  for (std::size_t s = 0; s < models_.size(); ++s) {
    const auto given = fixed_.find(s);
    fastest_ = std::max(fastest_, models_[s].interval(given == fixed_.end() ? stages_[s].most : given->second));
    slowest_ = std::max(slowest_, models_[s].interval(given == fixed_.end() ? 1 : given->second));
  }
}

Allocation Allocator::at(Cycles interval, bool weights_in_l2) const {
  Allocation allocation;
  allocation.interval = interval;
  allocation.subclusters.assign(stages_.size(), 0);
  allocation.parts.assign(stages_.size(), 0);
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    const PhysicalStage& stage = stages_[s];
    if (!stage.counted) {
      allocation.reached = std::max(allocation.reached, models_[s].interval(1));
      continue;
    }
    std::int64_t& n = allocation.subclusters[s];
    const auto given = fixed_.find(s);
    if (given != fixed_.end()) {
      n = given->second;
    } else {
      n = std::max(models_[s].fewest_subclusters(interval, stage.most), stage.parts_for_weights);
      if (weights_in_l2) n = for_weights_in_l2(stage, rules_, n);
    }
    allocation.reached = std::max(allocation.reached, models_[s].interval(n));
    allocation.parts[s] = physical_layers(stage, n);
    const bool split = allocation.parts[s] > 1;
    allocation.total_subclusters += n + (split ? stage.split_subclusters : 0);
    allocation.total_controllers += allocation.parts[s] + (split ? stage.split_controllers : 0);
  }
  allocation.copies = fan_out_copies(plan_, rules_, allocation.parts);
  for (const std::int64_t copies : allocation.copies) {
    allocation.total_subclusters += copies;
    allocation.total_controllers += copies;
  }
  return allocation;
}

bool Allocator::balance(const Budget& budget, bool weights_in_l2, Cycles at_least, Allocation& best,
                        bool beyond) const {
  const auto fits = [&](const Allocation& allocation) {
    return within(allocation.total_subclusters, budget.subclusters) &&
           within(allocation.total_controllers, budget.controllers);
  };
  Cycles low = std::max(beyond ? Cycles{1} : fastest_, at_least), high = std::max(slowest_, low);
  best = at(high, weights_in_l2);
  if (!fits(best)) return false;
  while (low < high) {
    const Cycles middle = low + (high - low) / 2;
    Allocation allocation = at(middle, weights_in_l2);
    if (fits(allocation)) {
      high = middle;
      best = std::move(allocation);
    } else {
      low = middle + 1;
    }
  }
  return true;
}

}  // namespace rowflow
