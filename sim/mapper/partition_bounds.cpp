#include "sim/mapper/partition_bounds.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"
#include "sim/compile/cut_pipeline.hpp"

namespace rowflow {

namespace {

constexpr double grid_step = 1.02;  // of intervals

/// The first step by whose end so many rows are there.
std::size_t step_of(const std::vector<Rows>& emits, Rows row) {
  return static_cast<std::size_t>(std::lower_bound(emits.begin(), emits.end(), row) - emits.begin());
}

}  // namespace

PartitionBounds::PartitionBounds(const Lowered& lowered, const std::vector<CostModel>& models, const Device& device)
    : plan_(lowered.plan), models_(models) {
  ParameterUse use;
  chip_subclusters_ = device.clusters.value * device.subclusters_per_cluster.value;
  chip_controllers_ = device.clusters.value * device.controllers_per_cluster.value;
  shares_ = context_ceilings(device, false, use);
  rules_ = physical_rules(device, use);
  physical_ = physical_stages(lowered, rules_, chip_subclusters_);
  stages_ = cuttable_stages(plan_);
  sums_.assign(plan_.stages.size(), nullptr);
  head_.assign(plan_.stages.size(), 0);
  tail_.assign(plan_.stages.size(), 0);
  weights_.push_back(0);
  Cycles low = 0, high = 1;
  for (const int stage : stages_) {
    const PhysicalStage& p = physical_[at(stage)];
    weights_.push_back(weights_.back() + p.weight_bytes);
    layers_.push_back(lowered.origin[at(stage)].layer);
    high = std::max(high, models[at(stage)].interval(1));
    const Cycles fastest = std::max<Cycles>(1, models[at(stage)].interval(p.counted ? p.most : 1));
    low = low == 0 ? fastest : std::min(low, fastest);
  }
  for (auto value = static_cast<double>(low);; value *= grid_step) {
    Level level;
    level.interval = std::min(high, static_cast<Cycles>(value));
    level.subclusters = level.controllers = level.too_slow = {0};
    for (const int stage : stages_) {
      const auto demand = least_demand(models[at(stage)], physical_[at(stage)], level.interval);
      level.subclusters.push_back(level.subclusters.back() + (demand ? demand->subclusters : 0));
      level.controllers.push_back(level.controllers.back() + (demand ? demand->controllers : 0));
      level.too_slow.push_back(level.too_slow.back() + (demand ? 0 : 1));
    }
    levels_.push_back(std::move(level));
    if (levels_.back().interval == high) break;
  }
}

bool PartitionBounds::single_layer(int first, int last) const {
  return std::all_of(layers_.begin() + first, layers_.begin() + last,
                     [&](int layer) { return layer == layers_[at(first)]; });
}

bool PartitionBounds::fits(const Level& level, int first, int last) const {
  const auto sum = [&](const std::vector<std::int64_t>& sums) { return sums[at(last)] - sums[at(first)]; };
  const CeilingShares shares = single_layer(first, last) ? CeilingShares{} : shares_;
  return sum(level.too_slow) == 0 &&
         sum(level.subclusters) <= std::max<std::int64_t>(1, chip_subclusters_ * shares.compute / 100) &&
         sum(level.controllers) <= std::max<std::int64_t>(1, chip_controllers_ * shares.control / 100);
}

std::optional<std::size_t> PartitionBounds::level_of(int first, int last) const {
  const auto level =
      std::partition_point(levels_.begin(), levels_.end(), [&](const Level& l) { return !fits(l, first, last); });
  if (level == levels_.end()) return std::nullopt;
  return static_cast<std::size_t>(level - levels_.begin());
}

/// With the most subclusters that the stage gets where the interval is no shorter than this: the fewest that reach it,
/// or those that hold its weights in L2.
const PartitionBounds::Sums& PartitionBounds::sums_of(int stage, Cycles interval) {
  const CostModel& model = models_[at(stage)];
  const PhysicalStage& physical = physical_[at(stage)];
  std::int64_t n = 1;
  if (physical.counted) {
    const auto demand = least_demand(model, physical, interval);
    n = demand ? for_weights_in_l2(physical, rules_, std::min(demand->subclusters, physical.most)) : physical.most;
  }
  const auto [entry, is_new] = known_sums_.try_emplace({stage, n});
  if (is_new) {
    entry->second.push_back(0);
    for (std::size_t i = 0; i < plan_.stage(stage).steps(); ++i)
      entry->second.push_back(entry->second.back() + model.step(i, n));
  }
  return entry->second;
}

/// When row `row` of a stage's output can be there in the first frame, at the earliest.
Cycles PartitionBounds::row_at(int stage, Rows row) {
  const Stage& producer = plan_.stage(stage);
  const std::size_t step = step_of(producer.outputs.front().emits, row);
  if (sums_[at(stage)] == nullptr) return 0;  // in the host's memory, or on its way from it
  const auto known = known_rows_.find({stage, step});
  if (known != known_rows_.end()) return known->second;
  const Sums& sums = *sums_[at(stage)];
  const Cycles cost = sums[step + 1] - sums[step];
  Cycles end = head_[at(stage)] + sums[step + 1];
  for (const StageInput& input : producer.inputs) {
    // Of its first rows the head knows already.
    if (input.needs[step] <= input.needs[0]) continue;
    end = std::max(end, row_at(plan_.buffer(input.buffer).from, input.needs[step]) + cost);
  }
  known_rows_[{stage, step}] = end + producer.latency;  // skips lead to the same rows on many paths
  return end + producer.latency;
}

void PartitionBounds::set_heads() {
  for (int p = first_; p < last_; ++p) {
    const int stage = stages_[at(p)];
    Cycles head = 0;
    for (const StageInput& input : plan_.stage(stage).inputs)
      if (input.needs[0] > 0) head = std::max(head, row_at(plan_.buffer(input.buffer).from, input.needs[0]));
    head_[at(stage)] = head;
  }
}

/// A reader cannot take the step that needs the last row before it is there, and the steps after it follow.
void PartitionBounds::set_tails() {
  for (int p = last_ - 1; p >= first_; --p) {
    const int stage = stages_[at(p)];
    Cycles tail = 0;
    for (const StageOutput& output : plan_.stage(stage).outputs) {
      const int to = plan_.buffer(output.buffer).to;
      if (sums_[at(to)] == nullptr) continue;
      for (const StageInput& input : plan_.stage(to).inputs) {
        if (input.buffer != output.buffer) continue;
        const std::size_t step = step_of(input.needs, input.needs.back());
        tail = std::max(tail, sums_[at(to)]->back() - (*sums_[at(to)])[step] + tail_[at(to)]);
      }
    }
    tail_[at(stage)] = tail + plan_.stage(stage).latency;
  }
}

Cycles PartitionBounds::time_of_frames(int first, int last, int frames) {
  const std::size_t level = *level_of(first, last);
  // Faster than the level before no allocation is.
  const Cycles interval = level == 0 ? 1 : levels_[level - 1].interval + 1;
  std::fill(sums_.begin(), sums_.end(), nullptr);
  known_rows_.clear();
  first_ = first;
  last_ = last;
  for (int p = first; p < last; ++p) sums_[at(stages_[at(p)])] = &sums_of(stages_[at(p)], interval);
  set_heads();
  set_tails();
  Cycles time = checked_multiply(frames, interval);
  for (int p = first; p < last; ++p) {
    const std::size_t stage = at(stages_[at(p)]);
    time = std::max(time, head_[stage] + checked_multiply(frames, sums_[stage]->back()) + tail_[stage]);
  }
  return time;
}

}  // namespace rowflow
