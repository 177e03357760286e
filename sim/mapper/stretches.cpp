#include "sim/mapper/stretches.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/threads.hpp"
#include "sim/compile/cost.hpp"
#include "sim/graph/evaluate_events.hpp"
#include "sim/mapper/ceilings.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/context_time.hpp"
#include "sim/mapper/sized_plan.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr int most_frames = 64;          // simulated one by one
constexpr Rows large_part = 10'000;      // steps a frame: more are sized at full rate while searching
constexpr Rows large_pipeline = 20'000;  // steps a frame: stretches of a larger one are mapped with less search

}  // namespace

std::optional<Cycles> time_of_frames(const Plan& plan, int frames) {
  EventOptions options;
  options.accounts = false;
  options.frames = frames <= most_frames ? frames : 0;
  options.until_proven = true;
  const auto run = evaluate_events(plan, options);
  if (!run || !run->completed) return std::nullopt;
  if (frames > static_cast<int>(run->frame_completion.size()) && !run->throughput.interval) return std::nullopt;
  return time_of_frames(*run, frames);
}

Stretches::Stretches(const Network& network, const Device& device, const EvaluateOptions& options)
    : network_(network),
      device_(device),
      options_(options),
      memo_(options.memo ? options.memo : std::make_shared<PartitionMemo>()),
      whole_(std::make_shared<const Lowered>(lower(network, device))),
      stages_(cuttable_stages(whole_->plan)),
      blocks_(block_spans()),
      timed_(*whole_),
      brief_(steps_of({0, static_cast<int>(stages_.size())}) > large_pipeline) {
  ParameterUse use;
  models_ = cost_models(timed_, device, options.costs, use);
  bounds_.emplace(timed_, models_, device);
}

std::vector<Stretches::BlockSpan> Stretches::block_spans() const {
  const auto position = [&](int stage) {
    return static_cast<int>(std::lower_bound(stages_.begin(), stages_.end(), stage) - stages_.begin());
  };
  std::vector<BlockSpan> spans;
  for (const SeBlock& block : whole_->plan.se_blocks) {
    BlockSpan span{position(block.squeeze), position(block.squeeze), block.tile_height};
    std::vector<int> others = block.excite;
    others.push_back(block.scale);
    for (const int stage : others) {
      span.first = std::min(span.first, position(stage));
      span.last = std::max(span.last, position(stage));
    }
    spans.push_back(span);
  }
  return spans;
}

PartitionMemo::Stretch Stretches::key_of(const Interval& interval) const {
  std::vector<Rows> heights;
  for (const BlockSpan& block : blocks_)
    heights.push_back(block.first < interval.second && block.last >= interval.first ? block.tile_height : -1);
  return {interval.first, interval.second, std::move(heights)};
}

Cycles Stretches::with_overhead(Bytes weights, Cycles compute) const {
  ParameterUse use;
  const ContextOverhead o = context_overhead(weights, device_, use);
  return o.context_switch + (device_.contexts.reload_overlap ? std::max(o.reload, compute) : o.reload + compute);
}

Cycles Stretches::bounded(const Interval& interval) {
  const auto [entry, is_new] = memo_->bounded.try_emplace(key_of(interval));
  if (!is_new) return entry->second;
  const auto [first, last] = interval;
  entry->second = possible(interval) ? with_overhead(bounds_->weight_bytes(first, last),
                                                     bounds_->time_of_frames(first, last, options_.batch))
                                     : fits_no_context;
  return entry->second;
}

Cycles Stretches::allocate(const Interval& interval) const {
  return time_of(compile(network_, device_, unsized(search_options(interval)))).value_or(0);
}

Cycles Stretches::allocated(const Interval& interval) {
  prepare_allocated({interval});
  return memo_->allocated.at(key_of(interval));
}

PartitionMemo::Sized Stretches::sized(const Interval& interval) {
  prepare_sized({interval});
  return memo_->sized.at(key_of(interval));
}

template <typename Value>
void Stretches::prepare(std::map<PartitionMemo::Stretch, Value>& known, const std::vector<Interval>& intervals,
                        Value (Stretches::*find)(const Interval&) const) {
  std::vector<Interval> unknown;
  for (const Interval& interval : intervals)
    if (known.count(key_of(interval)) == 0) unknown.push_back(interval);
  std::vector<Value> values = values_in_threads<Value>(
      unknown.size(), options_.threads, [&](std::size_t index) { return (this->*find)(unknown[index]); });
  for (std::size_t u = 0; u < unknown.size(); ++u) known.emplace(key_of(unknown[u]), std::move(values[u]));
}

void Stretches::prepare_allocated(const std::vector<Interval>& intervals) {
  prepare(memo_->allocated, intervals, &Stretches::allocate);
}

void Stretches::prepare_sized(const std::vector<Interval>& intervals) {
  prepare(memo_->sized, intervals, &Stretches::size);
}

PartitionMemo::Sized Stretches::size(const Interval& interval) const {
  Plan plan = sized_plan(network_, device_, search_options(interval)).plan;
  ParameterUse use;
  const CeilingShares shares = context_ceilings(device_, bounds_->single_layer(interval.first, interval.second), use);
  const bool holds = plan.fit.fits && keeps_to(shares, plan.mapping);
  PartitionMemo::Sized sized;
  sized.cycles = holds ? time_of(plan).value_or(fits_no_context) : fits_no_context;
  sized.plan = std::make_shared<const Plan>(std::move(plan));
  return sized;
}

std::optional<Cycles> Stretches::time_of(const Plan& plan) const {
  const auto compute = time_of_frames(plan, options_.batch);
  if (!compute) return std::nullopt;
  return with_overhead(plan.mapping.weight_bytes, *compute);
}

Plan Stretches::planned(const Interval& interval, const PartitionMemo::Sized& sized) const {
  const bool as_asked = !brief_ && options_.buffers == search_options(interval).buffers &&
                        options_.goal == Goal::throughput && options_.capacities.empty() &&
                        options_.fifo_rows.empty() && options_.levels.empty();
  return as_asked ? *sized.plan : sized_plan(network_, device_, options_of(interval)).plan;
}

EvaluateOptions Stretches::options_of(const Interval& interval) const {
  EvaluateOptions options = options_;
  options.part = PipelinePart{interval.first, interval.second, whole_};
  options.threads = 1;  // stretches are tried side by side
  return options;
}

/// The partition does not depend on what depths are asked for and where they lie, nor on the goal, which each context's
/// depths have: those that are best make it, of large stretches those of the full rate, which take less time to find.
EvaluateOptions Stretches::search_options(const Interval& interval) const {
  EvaluateOptions options = options_of(interval);
  options.buffers = steps_of(interval) > large_part ? "full-rate" : "best";
  options.goal = Goal::throughput;
  options.capacities.clear();
  options.fifo_rows.clear();
  options.levels.clear();
  if (brief_) options.effort = SearchEffort::stretch;
  return options;
}

Rows Stretches::steps_of(const Interval& interval) const {
  Rows steps = 0;
  for (int s = interval.first; s < interval.second; ++s) steps += static_cast<Rows>(stage_at(s).steps());
  return steps;
}

}  // namespace rowflow
