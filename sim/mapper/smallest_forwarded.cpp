#include "sim/mapper/smallest_forwarded.hpp"

#include <algorithm>
#include <numeric>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/price.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

namespace {

/// The interval with these capacities; none in a deadlock, or where it is not proven.
std::optional<Ratio> interval_with(Plan& plan, const std::vector<Rows>& capacities) {
  set_capacities(plan, capacities);
  const Measurement run = measure_interval(plan);
  return run.completed && run.throughput.proof != Proof::none ? run.throughput.interval : std::nullopt;
}

class Trying {
 public:
  Trying(const Plan& plan, const Ratio& interval, const SmallestOptions& options)
      : plan_(plan), interval_(interval), options_(options), price_(priced(plan, options)), steps_(steps_of(plan)) {
    deep_ = full_rate_capacities(plan);
    for (std::size_t b = 0; b < deep_.size(); ++b) {
      const Rows least = plan.buffers[b].forwarding ? 1 : smallest_capacity(plan, static_cast<int>(b));
      least_.push_back(std::max(least, options.at_least.empty() ? 0 : options.at_least[b]));
      if (plan.buffers[b].prefetch) least_[b] = deep_[b];
      deep_[b] = std::max(deep_[b], least_[b]);
    }
    if (!holds(deep_)) throw Defect("no buffers keep the interval asked for");
  }

  Smallest run() {
    Smallest result;
    for (std::size_t b = 0; b < deep_.size(); ++b) {
      std::vector<Rows> others = deep_;
      result.needed_alone.push_back(lowered(others, b, least_[b]));
    }
    const bool known = spent_ < options_.effort;
    result.lower_bound = price_.of(least_);
    result.capacities =
        holds(result.needed_alone) ? result.needed_alone : one_after_another(known ? result.needed_alone : least_);
    result.price = price_.of(result.capacities);
    result.effort = spent_;
    return result;
  }

 private:
  bool holds(const std::vector<Rows>& capacities) {
    spent_ += 2 * steps_;  // a run takes some frames
    const auto found = interval_with(plan_, capacities);
    return found && found->numerator * interval_.denominator <= interval_.numerator * found->denominator;
  }

  /// Lowers one buffer as far as the others let it, not below `floor`; its rows then. Beyond the effort it stays.
  Rows lowered(std::vector<Rows>& capacities, std::size_t buffer, Rows floor) {
    Rows fails = floor - 1, enough = capacities[buffer];
    while (enough - fails > 1 && spent_ < options_.effort) {
      // From below: most buffers need next to nothing.
      const Rows middle = fails < floor ? floor : fails + (enough - fails) / 2;
      capacities[buffer] = middle;
      (holds(capacities) ? enough : fails) = middle;
    }
    return capacities[buffer] = enough;
  }

  /// Once more with each lowered for good, the dearest first: those before stay as low as they can be, as later ones
  /// only get smaller.
  std::vector<Rows> one_after_another(const std::vector<Rows>& needed) {
    std::vector<std::size_t> order(deep_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto saves = [&](std::size_t b) {
      return price_.of(static_cast<int>(b), deep_[b]) - price_.of(static_cast<int>(b), needed[b]);
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return saves(a) > saves(b); });
    std::vector<Rows> capacities = deep_;
    for (const std::size_t b : order) lowered(capacities, b, needed[b]);
    return capacities;
  }

  Plan plan_;
  const Ratio interval_;
  const SmallestOptions& options_;
  const Price price_;
  std::vector<Rows> deep_, least_;  ///< as deep as any needs be; as a stage's own rows need
  const std::int64_t steps_;
  std::int64_t spent_ = 0;
};

}  // namespace

Smallest smallest_forwarded(const Plan& plan, const Ratio& interval, const SmallestOptions& options) {
  return Trying(plan, interval, options).run();
}

Cycles shortest_forwarded_interval(const Plan& plan) {
  Plan deep = plan;
  const auto found = interval_with(deep, full_rate_capacities(plan));
  if (!found) throw Defect("unlimited buffers deadlock");
  return ceil_div(found->numerator, found->denominator);
}

}  // namespace rowflow
