#include "sim/mapper/partition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/cost.hpp"
#include "sim/compile/names.hpp"
#include "sim/graph/evaluate_events.hpp"
#include "sim/mapper/ceilings.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/context_time.hpp"
#include "sim/mapper/partition_bounds.hpp"
#include "sim/mapper/partition_memo.hpp"
#include "sim/mapper/sized_plan.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr std::size_t most_places = 64;  // between which contexts lie
constexpr std::size_t stretches = 32;    // of the order, each of which keeps its best place
constexpr int most_frames = 64;          // simulated one by one
constexpr Rows large_part = 10'000;      // steps a frame: more are sized at full rate while searching
constexpr Rows large_pipeline = 20'000;  // steps a frame: stretches of a larger one are mapped with less search
constexpr Rows most_steps = 1'500'000;   // of all stretches mapped; then those not mapped yet count for more
constexpr double wariness = 1.25;        // so much more
constexpr Cycles never = std::numeric_limits<Cycles>::max() / 4;

using Interval = std::pair<int, int>;  // stages first … last − 1

/// Where contexts may begin, 0 and the number of stages included.
std::vector<int> places_of(const std::vector<Bytes>& crossing) {
  const auto count = static_cast<int>(crossing.size());
  std::vector<int> by_bytes;
  for (int p = 1; p < count; ++p) by_bytes.push_back(p);
  std::stable_sort(by_bytes.begin(), by_bytes.end(), [&](int a, int b) {
    return crossing[static_cast<std::size_t>(a)] < crossing[static_cast<std::size_t>(b)];
  });
  std::set<int> places{0, count};
  if (by_bytes.size() > most_places) {
    std::set<std::size_t> served;
    for (const int p : by_bytes)
      if (served.insert(static_cast<std::size_t>(p) * stretches / crossing.size()).second) places.insert(p);
  }
  for (const int p : by_bytes) {
    if (places.size() >= most_places + 2) break;
    places.insert(p);
  }
  return {places.begin(), places.end()};
}

/// Places that the user names: the first stage of a layer, or a stage.
std::vector<int> given_places(const Plan& plan, const std::vector<std::string>& names) {
  const std::vector<int> stages = cuttable_stages(plan);
  std::set<int> places{0, static_cast<int>(stages.size())};
  for (const std::string& name : names) {
    require_known_name("--contexts", "stage or layer", name, stage_and_layer_names(plan));
    const auto found = std::find_if(stages.begin(), stages.end(),
                                    [&](int s) { return plan.stage(s).name == name || plan.stage(s).layer == name; });
    if (found == stages.end())
      throw InputError("--contexts", fmt::format("found \"{}\", expected a layer that is computed", name));
    places.insert(static_cast<int>(found - stages.begin()));
  }
  return {places.begin(), places.end()};
}

class Partitioner {
 public:
  Partitioner(const Network& network, const Device& device, const EvaluateOptions& options)
      : network_(network),
        device_(device),
        options_(options),
        memo_(options.memo ? options.memo : std::make_shared<PartitionMemo>()),
        whole_(std::make_shared<const Lowered>(lower(network, device))),
        stages_(cuttable_stages(whole_->plan)),
        timed_(*whole_) {
    ParameterUse use;
    models_ = cost_models(timed_, device, options.costs, use);
    bounds_.emplace(timed_, models_, device);
    given_ = !options.context_cuts.empty();
    places_ = given_ ? given_places(whole_->plan, options.context_cuts) : places_of(crossing_bytes(whole_->plan));
  }

  PartitionResult best() {
    for (;;) {
      const double factor = steps_ > most_steps ? wariness : 1;
      const std::vector<Interval> path = given_ ? all_given() : shortest_path(factor);
      if (path.empty() && !given_ && add_places()) continue;
      if (path.empty()) return {std::nullopt, why_not()};
      if (!allocate_all(path)) continue;
      const auto open = std::find_if(path.begin(), path.end(), [&](const Interval& i) { return !known_[i].exact; });
      if (open == path.end()) return result(path, gap_of(path));
      evaluate(*open);
      if (given_ && std::any_of(path.begin(), path.end(), [&](const Interval& i) { return known_[i].cycles >= never; }))
        return {std::nullopt, why_not()};
    }
  }

 private:
  struct Known {
    bool allocated = false;  // its time is that with unlimited buffers
    bool exact = false;      // … with those that it has
    Cycles cycles = 0;       // of the batch: switch, reload, frames; at least, until that is exact
    std::shared_ptr<const Plan> plan;
  };

  /// Positions of an SE block's first and last stage.
  struct BlockSpan {
    int first = 0, last = 0;
    Rows height = 0;
  };

  std::vector<BlockSpan> block_spans() const {
    const auto position = [&](int stage) {
      return static_cast<int>(std::lower_bound(stages_.begin(), stages_.end(), stage) - stages_.begin());
    };
    std::vector<BlockSpan> spans;
    for (const SeBlock& block : whole_->plan.se_blocks) {
      BlockSpan span{position(block.squeeze), position(block.squeeze), block.tile_height_effective};
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

  std::vector<Interval> all_given() const {
    std::vector<Interval> path;
    for (std::size_t p = 1; p < places_.size(); ++p) path.emplace_back(places_[p - 1], places_[p]);
    return path;
  }

  Cycles lower_bound(const Interval& interval) {
    const auto [entry, is_new] = memo_->bounded.try_emplace(stretch(interval));
    if (is_new) entry->second = bounded(interval);
    return entry->second;
  }

  Cycles bounded(const Interval& interval) {
    if (!bounds_->possible(interval.first, interval.second)) return never;
    ParameterUse use;
    const ContextOverhead o = context_overhead(bounds_->weight_bytes(interval.first, interval.second), device_, use);
    return with_overhead(o, bounds_->time_of_frames(interval.first, interval.second, options_.batch));
  }

  Cycles with_overhead(const ContextOverhead& o, Cycles compute) const {
    return o.context_switch + (device_.contexts.reload_overlap ? std::max(o.reload, compute) : o.reload + compute);
  }

  Cycles cost(const Interval& interval) {
    auto found = known_.find(interval);
    if (found == known_.end()) {
      found = known_.emplace(interval, Known()).first;
      found->second.cycles = lower_bound(interval);
    }
    return found->second.cycles;
  }

  /// Where no context holds what lies between two neighbouring places: one more between them. False: there is none.
  bool add_places() {
    const std::vector<Bytes> crossing = crossing_bytes(whole_->plan);
    std::vector<int> more;
    for (std::size_t p = 1; p < places_.size(); ++p) {
      const int first = places_[p - 1], last = places_[p];
      if (last - first < 2 || cost({first, last}) < never) continue;
      const auto begin = crossing.begin() + first + 1, end = crossing.begin() + last;
      more.push_back(static_cast<int>(std::min_element(begin, end) - crossing.begin()));
    }
    places_.insert(places_.end(), more.begin(), more.end());
    std::sort(places_.begin(), places_.end());
    return !more.empty();
  }

  /// Over the places, with at most so many contexts; empty: there is none.
  std::vector<Interval> shortest_path(double factor) {
    const std::size_t count = places_.size();
    const std::size_t most = options_.max_contexts > 0
                                 ? std::min<std::size_t>(static_cast<std::size_t>(options_.max_contexts), count - 1)
                                 : 1;
    const bool limited = options_.max_contexts > 0;
    // best[k][p]: to place p in k contexts; without a limit one row is enough.
    std::vector<std::vector<Cycles>> best(most + 1, std::vector<Cycles>(count, never));
    std::vector<std::vector<std::size_t>> from(most + 1, std::vector<std::size_t>(count));
    best[0][0] = 0;
    if (!limited) best[1][0] = 0;
    for (std::size_t k = 1; k <= most; ++k) {
      const std::vector<Cycles>& before = limited ? best[k - 1] : best[k];
      for (std::size_t q = 1; q < count; ++q) {
        for (std::size_t p = q; p-- > 0;) {
          if (before[p] >= never) continue;
          Cycles edge = cost({places_[p], places_[q]});
          if (edge < never && factor > 1 && !known_[{places_[p], places_[q]}].exact)
            edge = static_cast<Cycles>(factor * static_cast<double>(edge));
          if (edge >= never) {
            if (!bounds_->possible(places_[p], places_[q])) break;  // nor does a longer one fit
            continue;
          }
          if (before[p] + edge < best[k][q]) {
            best[k][q] = before[p] + edge;
            from[k][q] = p;
          }
        }
      }
    }
    std::size_t k = 1;
    for (std::size_t j = 1; j <= most; ++j)
      if (best[j][count - 1] < best[k][count - 1]) k = j;
    if (best[k][count - 1] >= never) return {};
    std::vector<Interval> path;
    for (std::size_t q = count - 1; q > 0; q = from[k][q], k -= limited ? 1 : 0)
      path.emplace_back(places_[from[k][q]], places_[q]);
    std::reverse(path.begin(), path.end());
    return path;
  }

  /// What the mapper's first allocation takes with unlimited buffers, of those that were only bounded: hundred times
  /// sooner known than the best buffers, and hardly less. True when all were known before.
  bool allocate_all(const std::vector<Interval>& path) {
    bool known_before = true;
    for (const Interval& interval : path) {
      cost(interval);
      Known& known = known_[interval];
      if (known.allocated || known.exact) continue;
      known.allocated = true;
      known_before = false;
      if (known.cycles < never) known.cycles = std::max(known.cycles, time_when_allocated(interval));
    }
    return known_before;
  }

  PartitionMemo::Stretch stretch(const Interval& interval) const {
    std::vector<Rows> heights;
    for (const BlockSpan& block : blocks_)
      heights.push_back(block.first < interval.second && block.last >= interval.first ? block.height : -1);
    return {interval.first, interval.second, std::move(heights)};
  }

  Cycles time_when_allocated(const Interval& interval) {
    const auto [entry, is_new] = memo_->allocated.try_emplace(stretch(interval));
    if (is_new) entry->second = allocated(interval);
    return entry->second;
  }

  Cycles allocated(const Interval& interval) const {
    const Plan plan = compile(network_, device_, unsized(options_of(interval)));
    ParameterUse use;
    const auto compute = time_of_frames(plan, options_.batch);
    return compute ? with_overhead(context_overhead(weights_of(plan), device_, use), *compute) : 0;
  }

  void evaluate(const Interval& interval) {
    cost(interval);
    Known& known = known_[interval];
    if (known.exact) return;
    ++evaluated_;
    known.exact = true;
    known.cycles = never;
    if (!bounds_->possible(interval.first, interval.second)) return;
    const auto [entry, is_new] = memo_->sized.try_emplace(stretch(interval));
    if (is_new) entry->second = sized(interval);
    known.cycles = entry->second.cycles;
    known.plan = entry->second.plan;
    steps_ += rowflow::steps_of(*known.plan);
  }

  PartitionMemo::Sized sized(const Interval& interval) const {
    PartitionMemo::Sized sized{
        never, std::make_shared<const Plan>(sized_plan(network_, device_, search_options(interval)).plan)};
    const Plan& plan = *sized.plan;
    ParameterUse use;
    const CeilingShares shares = context_ceilings(device_, bounds_->single_layer(interval.first, interval.second), use);
    if (!plan.fit.fits || !keeps_to(shares, plan.mapping)) return sized;
    const auto compute = time_of_frames(plan, options_.batch);
    if (compute) sized.cycles = with_overhead(context_overhead(weights_of(plan), device_, use), *compute);
    return sized;
  }

  EvaluateOptions options_of(const Interval& interval) const {
    EvaluateOptions options = options_;
    options.part = PipelinePart{interval.first, interval.second, whole_};
    return options;
  }

  /// The partition does not depend on what depths are asked for, nor on the goal, which each context's depths have:
  /// those that are best make it, of large stretches those of the full rate, which take less time to find.
  EvaluateOptions search_options(const Interval& interval) const {
    EvaluateOptions options = options_of(interval);
    options.buffers = is_large(interval) ? "full-rate" : "best";
    options.goal = Goal::throughput;
    options.capacities.clear();
    options.fifo_rows.clear();
    if (brief_) options.effort = SearchEffort::stretch;
    return options;
  }

  /// Of the stages that parts are made of.
  const Stage& stage_at(int position) const { return whole_->plan.stage(stages_[static_cast<std::size_t>(position)]); }

  Rows steps_of(const Interval& interval) const {
    Rows steps = 0;
    for (int s = interval.first; s < interval.second; ++s) steps += static_cast<Rows>(stage_at(s).steps());
    return steps;
  }

  bool is_large(const Interval& interval) const { return steps_of(interval) > large_part; }

  bool has_asked_depths(const Interval& interval) const {
    return !brief_ && options_.buffers == search_options(interval).buffers && options_.goal == Goal::throughput &&
           options_.capacities.empty() && options_.fifo_rows.empty();
  }

  /// How far above the least that any partition could take, as far as is known, the path is.
  double gap_of(const std::vector<Interval>& path) {
    if (given_ || steps_ <= most_steps) return 0;
    const auto sum = [&](const std::vector<Interval>& intervals) {
      Cycles cycles = 0;
      for (const Interval& interval : intervals) cycles += cost(interval);
      return static_cast<double>(cycles);
    };
    return sum(path) / sum(shortest_path(1)) - 1;
  }

  static Bytes weights_of(const Plan& plan) { return plan.mapping.weight_bytes; }

  PartitionResult result(const std::vector<Interval>& path, double gap) {
    Contexts contexts;
    contexts.batch = options_.batch;
    contexts.reload_overlap = device_.contexts.reload_overlap;
    contexts.host_overhead = cycles_of(device_.contexts.host_overhead.value, device_);
    contexts.evaluated = evaluated_;
    contexts.gap = gap;
    contexts.given = given_;
    contexts.whole = described(*whole_, network_, device_);
    contexts.whole.goal = options_.goal;
    PartitionResult result;
    for (const Interval& interval : path) {
      Known& known = known_[interval];
      if (known.cycles >= never) return {std::nullopt, why_not()};
      ContextPlan context;
      ParameterUse use;
      context.plan =
          has_asked_depths(interval) ? *known.plan : sized_plan(network_, device_, options_of(interval)).plan;
      context.weight_bytes = weights_of(context.plan);
      context.overhead = context_overhead(context.weight_bytes, device_, use);
      context.range = context_overhead_range(context.weight_bytes, device_);
      add_assumed(context.plan, use.assumed());  // figures of contexts, which the plan did not need when it was made
      context.cut_blocks = blocks_cut_at(whole_->plan, interval.first);
      contexts.list.push_back(std::move(context));
    }
    result.contexts = std::move(contexts);
    return result;
  }

  /// The stretch between two neighbouring places that fits no context, or the limit.
  std::string why_not() {
    for (std::size_t p = 1; p < places_.size(); ++p) {
      const Interval interval{places_[p - 1], places_[p]};
      evaluate(interval);
      if (known_[interval].cycles < never) continue;
      const std::string what = interval.second - interval.first == 1
                                   ? stage_at(interval.first).name
                                   : stage_at(interval.first).name + " … " + stage_at(interval.second - 1).name;
      return fmt::format("{} fits no context of its own", what);
    }
    return options_.max_contexts > 0 ? fmt::format("no partition into at most {} contexts fits", options_.max_contexts)
                                     : "no partition into contexts fits";
  }

  const Network& network_;
  const Device& device_;
  const EvaluateOptions& options_;
  const std::shared_ptr<PartitionMemo> memo_;
  std::shared_ptr<const Lowered> whole_;
  std::vector<int> stages_;
  std::vector<BlockSpan> blocks_ = block_spans();
  Lowered timed_;  // with the latencies of its stages
  std::vector<CostModel> models_;
  std::optional<PartitionBounds> bounds_;
  std::vector<int> places_;
  bool given_ = false;
  const bool brief_ = steps_of({0, static_cast<int>(stages_.size())}) > large_pipeline;
  std::map<Interval, Known> known_;
  int evaluated_ = 0;
  Rows steps_ = 0;  // of all stretches mapped
};

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

PartitionResult best_partition(const Network& network, const Device& device, const EvaluateOptions& options) {
  return Partitioner(network, device, options).best();
}

}  // namespace rowflow
