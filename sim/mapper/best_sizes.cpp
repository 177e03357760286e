#include "sim/mapper/best_sizes.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/error.hpp"
#include "sim/mapper/best_depths.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/fit.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t effort_of_one = 100'000;  // looks for each interval tried
constexpr int most_steps = 14;
constexpr double worth_a_step = 0.002;  // of the interval

class BestSizes {
 public:
  BestSizes(Plan& plan, const SizeLimits& limits) : plan_(plan), limits_(limits) {}

  void run() {
    if (limits_.any && takes(depths(limits_.goal, 0).capacities, BufferPolicy::best) && plan_.fit.fits) return;
    const BestDepths best = depths(limits_.goal);
    take(best.capacities, BufferPolicy::best);
    if (meets_limits()) return;
    minimal_ = minimal_capacities(plan_);
    take(minimal_, limited());
    if (limits_.budget && on_chip_buffer_bytes(plan_) > *limits_.budget) return;
    may_fit_ = may_fit();
    if (!at_aim(best)) at_longer();
  }

 private:
  BestDepths depths(Goal goal, std::int64_t effort = BestDepthsOptions().effort) const {
    BestDepthsOptions wanted;
    wanted.effort = effort;
    wanted.at_most = limits_.rows;
    wanted.goal = goal;
    return best_depths(plan_, wanted);
  }

  void take(const std::vector<Rows>& capacities, BufferPolicy policy) {
    set_capacities(plan_, capacities);
    plan_.buffer_policy = policy;
    update_memory_fit(plan_);
  }

  bool meets_limits() const {
    if (limits_.budget && on_chip_buffer_bytes(plan_) > *limits_.budget) return false;
    return !may_fit_ || !short_of_memory(plan_, limits_.clusters);
  }

  /// Whether the least depths fit, but for single clusters where those do not count yet: slower ones for a plan that
  /// does not fit all the same would be for nothing.
  bool may_fit() const {
    return std::all_of(plan_.fit.resources.begin(), plan_.fit.resources.end(), [&](const ResourceUse& use) {
      return use.demand <= use.limit || (!limits_.clusters && use.scope != "chip" && use.name == "l3_cuts");
    });
  }

  bool takes(const std::vector<Rows>& capacities, BufferPolicy policy) {
    take(capacities, policy);
    return meets_limits();
  }

  /// Depths that the limits hold: of the goal's interval and latency, else of the shortest interval alone.
  bool at_aim(const BestDepths& best) {
    if (takes(best.capacities, BufferPolicy::best) && !short_of_memory(plan_, limits_.clusters)) return true;
    if (limits_.budget && limits_.goal != Goal::memory &&
        takes(fewest_bytes(best.interval, best.latency), BufferPolicy::budget))
      return true;
    const BestDepths alone = limits_.goal == Goal::memory ? best : depths(Goal::memory);
    if (takes(alone.capacities, BufferPolicy::best)) return true;
    return limits_.budget && takes(fewest_bytes(alone.interval, std::nullopt), BufferPolicy::budget);
  }

  std::vector<Rows> fewest_bytes(const Ratio& interval, std::optional<Cycles> latency) const {
    SmallestOptions search;
    search.effort = effort_of_one;
    search.at_most = limits_.rows;
    search.latency = latency;
    search.on_chip = true;
    return smallest_capacities(plan_, interval, search).capacities;
  }

  std::vector<Rows> fewest_cuts(const Ratio& interval) const {
    SmallestOptions search;
    search.effort = effort_of_one;
    search.at_most = limits_.rows;
    search.cuts = true;
    return smallest_capacities(plan_, interval, search).capacities;
  }

  double reached(const std::vector<Rows>& capacities) const {
    const auto interval = interval_of(plan_, capacities);
    if (!interval) throw Defect("depths found for an interval deadlock");
    return interval->value();
  }

  /// Candidates for an interval; which ones there are does not depend on the budget's size.
  std::vector<std::vector<Rows>> candidates(const Ratio& interval) {
    std::vector<std::vector<Rows>> found;
    if (limits_.budget) {
      found.push_back(fewest_bytes(interval, std::nullopt));
      take(found.back(), limited());
      if (!may_fit_ || !short_of_memory(plan_, limits_.clusters)) return found;
    }
    found.push_back(fewest_cuts(interval));
    return found;
  }

  /// Bisection between the shortest interval, which the limits do not hold, and that of the least depths. Where it goes
  /// depends only on which intervals failed, and what is shorter than one that failed is not taken: so whoever has a
  /// little more, and does not fail there, is not the slower one.
  void at_longer() {
    std::vector<Rows> best = minimal_;
    double shortest = reached(minimal_);
    double low = reached(limits_.rows), high = shortest;
    for (int step = 0; step < most_steps && high > low * (1 + worth_a_step); ++step) {
      const Ratio aim{static_cast<Cycles>(std::ceil(std::sqrt(low * high))), 1};
      bool held = false;
      for (std::vector<Rows>& found : candidates(aim)) {
        if (!takes(found, limited())) continue;
        const double interval = reached(found);
        if (interval < low) continue;
        held = true;
        if (interval >= shortest) continue;
        shortest = interval;
        best = std::move(found);
      }
      (held ? high : low) = aim.value();
    }
    take(best, limited());
  }

  BufferPolicy limited() const { return limits_.budget ? BufferPolicy::budget : BufferPolicy::best; }

  Plan& plan_;
  const SizeLimits& limits_;
  std::vector<Rows> minimal_;
  bool may_fit_ = true;
};

}  // namespace

void size_best(Plan& plan, const SizeLimits& limits) { BestSizes(plan, limits).run(); }

}  // namespace rowflow
