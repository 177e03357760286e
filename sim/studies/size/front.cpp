#include "sim/studies/size/front.hpp"

#include <algorithm>

#include "sim/mapper/capacities.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t fine = 1000;  // intervals are told apart to 1/fine of a cycle
constexpr Cycles any_interval = 1'000'000'000'000;

/// The cheapest buffers cost the same for every interval from `reached` to `asked`; both in 1/fine cycles.
struct Step {
  std::int64_t reached, asked;
  FrontPoint point;
};

std::int64_t in_fine_cycles(const Ratio& interval) {
  return interval.numerator * fine / interval.denominator + (interval.numerator * fine % interval.denominator != 0);
}

class Front {
 public:
  Front(const Plan& plan, const SmallestOptions& options) : plan_(plan), options_(options) {}

  Step search(std::int64_t asked) const {
    Step step{asked, asked, {}};
    const Smallest smallest = smallest_capacities(plan_, {asked, fine}, options_);
    Plan sized = plan_;
    set_capacities(sized, smallest.capacities);
    const Measurement run = measure_interval(sized);
    step.point = {smallest.capacities,       smallest.price, smallest.lower_bound,
                  total_buffer_bytes(sized), {asked, fine},  0};
    if (run.throughput.interval && run.throughput.proof != Proof::none) step.point.interval = *run.throughput.interval;
    step.reached = std::min(asked, in_fine_cycles(step.point.interval));
    step.point.fps = static_cast<double>(plan_.device.clock_hz) / step.point.interval.value();
    return step;
  }

  /// Adds a search between two neighbours: in the middle, by throughput, or, once nothing new was found there, just
  /// below the slower one. False: there is nothing between any two.
  bool refine() {
    std::size_t widest = 0;
    std::int64_t rise = 0;
    for (std::size_t s = 1; s < steps_.size(); ++s) {
      const std::int64_t here = steps_[s].point.price - steps_[s - 1].point.price;
      if (steps_[s - 1].reached - 1 <= steps_[s].asked || here <= rise) continue;
      widest = s;
      rise = here;
    }
    if (widest == 0) return false;
    Step &slower = steps_[widest - 1], &faster = steps_[widest];
    const double middle = 2.0 / (1.0 / static_cast<double>(slower.reached) + 1.0 / static_cast<double>(faster.asked));
    const std::int64_t asked =
        tried_middle_of_ == faster.asked ? slower.reached - 1 : static_cast<std::int64_t>(middle);
    Step step = search(std::clamp(asked, faster.asked + 1, slower.reached - 1));
    tried_middle_of_ = 0;
    if (step.point.price >= faster.point.price) {
      faster.asked = step.asked;
      tried_middle_of_ = faster.asked;
    } else if (step.point.price <= slower.point.price) {
      slower.reached = step.reached;
      slower.point = step.point;
    } else {
      steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(widest), step);
    }
    return true;
  }

  bool complete() const {
    for (std::size_t s = 1; s < steps_.size(); ++s)
      if (steps_[s - 1].reached - 1 > steps_[s].asked && steps_[s].point.price > steps_[s - 1].point.price)
        return false;
    return std::all_of(steps_.begin(), steps_.end(),
                       [](const Step& s) { return s.point.price == s.point.lower_bound; });
  }

  std::vector<Step>& steps() { return steps_; }

 private:
  const Plan& plan_;
  const SmallestOptions options_;
  std::vector<Step> steps_;  ///< slow to fast
  std::int64_t tried_middle_of_ = 0;
};

}  // namespace

void add_front(SizeResult& result, const Plan& full_rate, const SmallestOptions& options, int searches) {
  const Cycles shortest = shortest_interval(full_rate);
  Front front(full_rate, options);
  front.steps().push_back(front.search(any_interval * fine));
  front.steps().push_back(front.search(shortest * fine));
  for (int search = 2; search < searches && front.refine();) ++search;
  result.front_complete = front.complete();
  for (const Step& step : front.steps()) {
    if (!result.front.empty() && step.point.price <= result.front.back().price) result.front.pop_back();
    result.front.push_back(step.point);
  }
}

}  // namespace rowflow
