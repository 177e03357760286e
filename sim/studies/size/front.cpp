#include "sim/studies/size/front.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/base/json_text.hpp"
#include "sim/base/process_pool.hpp"
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
  bool middle_tried = false;  ///< of the gap to the slower neighbour, and nothing new was found there
};

std::int64_t in_fine_cycles(const Ratio& interval) {
  return interval.numerator * fine / interval.denominator + (interval.numerator * fine % interval.denominator != 0);
}

nlohmann::json packed(const FrontPoint& p) {
  return {p.capacities, p.price, p.lower_bound, p.bytes, p.interval.numerator, p.interval.denominator, p.fps};
}

FrontPoint unpacked(const nlohmann::json& json) {
  FrontPoint point;
  point.capacities = json[0].get<std::vector<Rows>>();
  point.price = json[1].get<std::int64_t>();
  point.lower_bound = json[2].get<std::int64_t>();
  point.bytes = json[3].get<Bytes>();
  point.interval = {json[4].get<std::int64_t>(), json[5].get<std::int64_t>()};
  point.fps = json[6].get<double>();
  return point;
}

class Front {
 public:
  Front(const Plan& plan, const SmallestOptions& options, int jobs) : plan_(plan), options_(options), jobs_(jobs) {}

  void start(const std::vector<std::int64_t>& asked) { steps_ = searched(asked); }

  /// Adds searches in the widest gaps between neighbours, at most `most`: in the middle, by throughput, or, once
  /// nothing new was found there, just below the slower one. How many there were; 0: there is nothing between any two.
  /// How many go on at once does not depend on the number of processes, nor does the answer.
  int refine(int most) {
    std::vector<std::size_t> gaps = widest_gaps(std::min(most, together));
    std::sort(gaps.begin(), gaps.end());
    std::vector<std::int64_t> asked;
    for (const std::size_t gap : gaps) asked.push_back(between(steps_[gap - 1], steps_[gap]));
    const std::vector<Step> found = searched(asked);
    for (std::size_t g = gaps.size(); g-- > 0;) take(gaps[g], found[g]);
    return static_cast<int>(gaps.size());
  }

  bool complete() const {
    return gaps().empty() && std::all_of(steps_.begin(), steps_.end(),
                                         [](const Step& s) { return s.point.price == s.point.lower_bound; });
  }

  const std::vector<Step>& steps() const { return steps_; }

 private:
  static constexpr int together = 4;

  Step search(std::int64_t asked) const {
    const Smallest smallest = smallest_capacities(plan_, {asked, fine}, options_);
    Plan sized = plan_;
    set_capacities(sized, smallest.capacities);
    const Measurement run = measure_interval(sized);
    FrontPoint point{smallest.capacities,       smallest.price, smallest.lower_bound,
                     total_buffer_bytes(sized), {asked, fine},  0};
    if (run.throughput.interval && run.throughput.proof != Proof::none) point.interval = *run.throughput.interval;
    point.fps = static_cast<double>(plan_.device.clock_hz) / point.interval.value();
    return step_of(asked, std::move(point));
  }

  static Step step_of(std::int64_t asked, FrontPoint point) {
    const std::int64_t reached = std::min(asked, in_fine_cycles(point.interval));
    return {reached, asked, std::move(point)};
  }

  std::vector<Step> searched(const std::vector<std::int64_t>& asked) const {
    std::vector<Step> steps;
    if (asked.size() < 2 || jobs_ < 2) {
      for (const std::int64_t interval : asked) steps.push_back(search(interval));
      return steps;
    }
    for_each_in_children(
        asked.size(), jobs_, [&](std::size_t i) { return json_text(packed(search(asked[i]).point)); },
        [&](std::size_t i, const ChildOutcome& child) {
          if (!child.answered) throw Defect("size: " + child.death);
          steps.push_back(step_of(asked[i], unpacked(nlohmann::json::parse(child.answer))));
        });
    return steps;
  }

  std::int64_t rise(std::size_t step) const { return steps_[step].point.price - steps_[step - 1].point.price; }

  /// Each as the index of its faster end.
  std::vector<std::size_t> gaps() const {
    std::vector<std::size_t> gaps;
    for (std::size_t s = 1; s < steps_.size(); ++s)
      if (steps_[s - 1].reached - 1 > steps_[s].asked && rise(s) > 0) gaps.push_back(s);
    return gaps;
  }

  /// Those whose faster end costs most more.
  std::vector<std::size_t> widest_gaps(int most) const {
    std::vector<std::size_t> widest = gaps();
    std::stable_sort(widest.begin(), widest.end(), [&](std::size_t a, std::size_t b) { return rise(a) > rise(b); });
    widest.resize(std::min(widest.size(), static_cast<std::size_t>(most)));
    return widest;
  }

  static std::int64_t between(const Step& slower, const Step& faster) {
    const double middle = 2.0 / (1.0 / static_cast<double>(slower.reached) + 1.0 / static_cast<double>(faster.asked));
    const std::int64_t asked = faster.middle_tried ? slower.reached - 1 : static_cast<std::int64_t>(middle);
    return std::clamp(asked, faster.asked + 1, slower.reached - 1);
  }

  void take(std::size_t gap, const Step& step) {
    Step &slower = steps_[gap - 1], &faster = steps_[gap];
    faster.middle_tried = false;
    if (step.point.price >= faster.point.price) {
      faster.asked = step.asked;
      faster.middle_tried = true;
    } else if (step.point.price <= slower.point.price) {
      slower.reached = step.reached;
      slower.point = step.point;
    } else {
      steps_.insert(steps_.begin() + static_cast<std::ptrdiff_t>(gap), step);
    }
  }

  const Plan& plan_;
  const SmallestOptions options_;
  const int jobs_;
  std::vector<Step> steps_;  ///< slow to fast
};

}  // namespace

void add_front(SizeResult& result, const Plan& full_rate, const SmallestOptions& options, int searches, int jobs) {
  const Cycles shortest = shortest_interval(full_rate);
  Front front(full_rate, options, jobs);
  front.start({any_interval * fine, shortest * fine});
  for (int done = 2, more = 1; done < searches && more > 0; done += more) more = front.refine(searches - done);
  result.front_complete = front.complete();
  for (const Step& step : front.steps()) {
    if (!result.front.empty() && step.point.price <= result.front.back().price) result.front.pop_back();
    result.front.push_back(step.point);
  }
}

}  // namespace rowflow
