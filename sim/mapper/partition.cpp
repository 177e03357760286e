#include "sim/mapper/partition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "sim/base/threads.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/context_places.hpp"
#include "sim/mapper/context_time.hpp"
#include "sim/mapper/stretches.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr Rows most_steps = 1'500'000;  // of all stretches mapped; then those not mapped yet count for more
constexpr double wariness = 1.25;       // so much more
constexpr Cycles never = fits_no_context;

using Interval = Stretches::Interval;

class Partitioner {
 public:
  Partitioner(const Network& network, const Device& device, const EvaluateOptions& options)
      : network_(network),
        device_(device),
        options_(options),
        stretches_(network, device, options),
        given_(!options.context_cuts.empty()),
        places_(given_ ? given_places(whole(), options.context_cuts) : places_of(crossing_bytes(whole()))) {}

  PartitionResult best() {
    for (;;) {
      const double factor = steps_ > most_steps ? wariness : 1;
      const std::vector<Interval> path = given_ ? all_given() : shortest_path(factor);
      if (path.empty() && !given_ && add_places()) continue;
      if (path.empty()) return {std::nullopt, why_not()};
      if (!allocate_all(path)) continue;
      if (size_all(path)) return result(path, gap_of(path));
      if (given_ && std::any_of(path.begin(), path.end(), [&](const Interval& i) { return known_[i].cycles >= never; }))
        return {std::nullopt, why_not()};
    }
  }

 private:
  struct Known {
    bool allocated = false;  // its time is that with unlimited buffers
    bool exact = false;      // … with those that it has
    Cycles cycles = 0;       // of the batch: switch, reload, frames; at least, until that is exact
    PartitionMemo::Sized sized;
  };

  const Plan& whole() const { return stretches_.whole(); }

  std::vector<Interval> all_given() const {
    std::vector<Interval> path;
    for (std::size_t p = 1; p < places_.size(); ++p) path.emplace_back(places_[p - 1], places_[p]);
    return path;
  }

  Cycles cost(const Interval& interval) {
    auto found = known_.find(interval);
    if (found == known_.end()) {
      found = known_.emplace(interval, Known()).first;
      found->second.cycles = stretches_.bounded(interval);
    }
    return found->second.cycles;
  }

  /// Where no context holds what lies between two neighbouring places: some more between them. False: there are none.
  bool add_places() {
    const std::vector<Bytes> crossing = crossing_bytes(whole());
    std::vector<int> more;
    for (std::size_t p = 1; p < places_.size(); ++p) {
      const int first = places_[p - 1], last = places_[p];
      if (last - first < 2 || cost({first, last}) < never) continue;
      const std::set<int> within = places_within(crossing, first, last);
      more.insert(more.end(), within.begin(), within.end());
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
            if (!stretches_.possible({places_[p], places_[q]})) break;  // nor does a longer one fit
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

  /// A first allocation of those that were only bounded. True when all had one before.
  bool allocate_all(const std::vector<Interval>& path) {
    const std::vector<Interval> bounded = those(path, [&](const Interval& interval) {
      return cost(interval) < never && !known_[interval].allocated && !known_[interval].exact;
    });
    stretches_.prepare_allocated(bounded);
    for (const Interval& interval : bounded) {
      Known& known = known_[interval];
      known.allocated = true;
      known.cycles = std::max(known.cycles, stretches_.allocated(interval));
    }
    return bounded.empty();
  }

  /// True when all have their best buffers and take no longer than they were thought to: the path is the shortest.
  bool size_all(const std::vector<Interval>& path) {
    for (const Interval& interval : path) {
      if (!known_[interval].exact) prepare_from(path, interval);
      const Cycles before = known_[interval].cycles;
      evaluate(interval);
      as_thought_ = known_[interval].cycles == before ? as_thought_ + 1 : 0;
      if (as_thought_ == 0) return false;
    }
    return true;
  }

  template <typename Holds>
  static std::vector<Interval> those(const std::vector<Interval>& path, Holds holds) {
    std::vector<Interval> chosen;
    std::copy_if(path.begin(), path.end(), std::back_inserter(chosen), holds);
    return chosen;
  }

  /// The next ones of the path, for all threads: they are wanted if none takes longer than thought, which is likely
  /// where those before did not.
  void prepare_from(const std::vector<Interval>& path, const Interval& first) {
    std::vector<Interval> next = those(path, [&](const Interval& interval) {
      return interval >= first && !known_[interval].exact && stretches_.possible(interval);
    });
    const std::size_t likely = std::min(as_thought_ + 1, static_cast<std::size_t>(std::max(1, options_.threads)));
    next.resize(std::min(next.size(), likely));
    stretches_.prepare_sized(next);
  }

  void evaluate(const Interval& interval) {
    cost(interval);
    Known& known = known_[interval];
    if (known.exact) return;
    ++evaluated_;
    known.exact = true;
    known.cycles = never;
    if (!stretches_.possible(interval)) return;
    known.sized = stretches_.sized(interval);
    known.cycles = known.sized.cycles;
    steps_ += steps_of(*known.sized.plan);
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

  PartitionResult result(const std::vector<Interval>& path, double gap) {
    Contexts contexts;
    contexts.batch = options_.batch;
    contexts.reload_overlap = device_.contexts.reload_overlap;
    contexts.host_overhead = cycles_of(device_.contexts.host_overhead.value, device_);
    contexts.evaluated = evaluated_;
    contexts.gap = gap;
    contexts.given = given_;
    contexts.whole = described(stretches_.lowered(), network_, device_);
    contexts.whole.goal = options_.goal;
    PartitionResult result;
    for (const Interval& interval : path)
      if (known_[interval].cycles >= never) return {std::nullopt, why_not()};
    std::vector<Plan> plans = values_in_threads<Plan>(path.size(), options_.threads, [&](std::size_t p) {
      return stretches_.planned(path[p], known_.at(path[p]).sized);
    });
    for (std::size_t p = 0; p < path.size(); ++p) {
      const Interval& interval = path[p];
      ContextPlan context;
      ParameterUse use;
      context.plan = std::move(plans[p]);
      context.first = interval.first;
      context.last = interval.second;
      context.plan.tile_height = contexts.whole.tile_height;  // it may be from a network of other heights elsewhere
      put_overhead(context, device_, use);
      add_assumed(context.plan, use.assumed());  // figures of contexts, which the plan did not need when it was made
      context.cut_blocks = blocks_cut_at(whole(), interval.first);
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
      const std::string what =
          interval.second - interval.first == 1
              ? stretches_.stage_at(interval.first).name
              : stretches_.stage_at(interval.first).name + " … " + stretches_.stage_at(interval.second - 1).name;
      return fmt::format("{} fits no context of its own", what);
    }
    return options_.max_contexts > 0 ? fmt::format("no partition into at most {} contexts fits", options_.max_contexts)
                                     : "no partition into contexts fits";
  }

  const Network& network_;
  const Device& device_;
  const EvaluateOptions& options_;
  Stretches stretches_;
  const bool given_;
  std::vector<int> places_;
  std::map<Interval, Known> known_;
  int evaluated_ = 0;
  std::size_t as_thought_ = 0;  // of the last ones, one after the other
  Rows steps_ = 0;              // of all stretches mapped
};

}  // namespace

PartitionResult best_partition(const Network& network, const Device& device, const EvaluateOptions& options) {
  return Partitioner(network, device, options).best();
}

}  // namespace rowflow
