#include "sim/mapper/smallest.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/graph/interval.hpp"
#include "sim/graph/schedule_graph.hpp"
#include "sim/mapper/demands.hpp"
#include "sim/mapper/smallest_forwarded.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t looks_a_round = 1'000'000;
constexpr std::int64_t looks_a_trial = 20'000;  // then it counts as failed where one that holds is looked for,
                                                // and as held where one that fails is

std::size_t at(int index) { return static_cast<std::size_t>(index); }

class Search {
 public:
  Search(const Plan& plan, const ScheduleGraph& graph, const SmallestOptions& options)
      : plan_(plan),
        effort_(options.effort),
        at_least_(options.at_least.empty() ? std::vector<Rows>(plan.buffers.size()) : options.at_least),
        price_(priced(plan, options)),
        open_(options.at_most.empty() ? unlimited_capacities(plan) : options.at_most),
        whole_(held(graph, options.latency, open_)),
        part_(whole_) {}

  Smallest run() {
    Smallest result;
    begin();
    if (effort_ == 0) {
      result.capacities = best_;
      result.price = price_of(best_);
      return result;
    }
    for (std::size_t b = 0; b < best_.size(); ++b) result.needed_alone.push_back(needed_alone(static_cast<int>(b)));
    Demands demands(price_, result.needed_alone);
    least_ = result.needed_alone;
    improve(best_);
    std::int64_t tried_at = 0;
    for (;;) {
      result.lower_bound = std::max(result.lower_bound, demands.lower_bound());
      if (result.lower_bound == price_of(best_) || spent() >= effort_) break;
      const std::vector<Rows> cheapest = filled(demands.capacities());
      const bool found = whole_.holds(cheapest);
      if (found) {
        improve(cheapest);
        if (demands.exact()) continue;  // and it is the lower bound
      } else {
        learn(demands, cheapest);
      }
      choices_ += demands.solve(looks_a_round);
      if (!found && demands.lower_bound() - tried_at > (price_of(best_) - demands.lower_bound()) / 8) {
        tried_at = demands.lower_bound();
        improve(joined(demands.capacities()));
      }
    }
    lower(best_);  // in units of several rows, some rows may be for nothing
    result.capacities = best_;
    result.price = price_of(best_);
    result.effort = spent();
    return result;
  }

 private:
  using Answer = ScheduleGraph::Answer;

  static ScheduleGraph held(ScheduleGraph graph, std::optional<Cycles> latency, const std::vector<Rows>& open) {
    if (latency) graph.bound_latency(*latency);
    if (!graph.holds(open)) throw Defect("no buffers keep the interval asked for");
    return graph;
  }

  /// With most buffers unlimited; false only when it is certain.
  bool may_hold(const std::vector<Rows>& capacities) { return part_.ask(capacities, looks_a_trial) != Answer::fails; }

  std::int64_t price_of(const std::vector<Rows>& capacities) const { return price_.of(capacities); }
  std::int64_t price_of(int buffer, Rows rows) const { return price_.of(buffer, rows); }
  std::int64_t spent() const { return whole_.looks() + part_.looks() + choices_; }

  /// Least value in (fails, holds] with which the trial holds, by steps of doubling size from one side, then bisection.
  template <typename Holds>
  static Rows least(Rows fails, Rows holds, Holds trial) {
    for (Rows step = 1; holds - fails > 1; step *= 2) {
      const Rows next = std::max(fails + 1, holds - step);
      if (!trial(next)) {
        fails = next;
        break;
      }
      holds = next;
    }
    while (holds - fails > 1) {
      const Rows middle = fails + (holds - fails) / 2;
      (trial(middle) ? holds : fails) = middle;
    }
    return holds;
  }

  /// Capacities that keep the interval: what a schedule with the largest allowed occupies.
  void begin() {
    best_ = part_.occupied();
    for (std::size_t b = 0; b < open_.size(); ++b)
      best_[b] = fixed(static_cast<int>(b))
                     ? open_[b]
                     : most(static_cast<int>(b),
                            std::max({best_[b], smallest_capacity(plan_, static_cast<int>(b)), at_least_[b]}));
    // Rows that come and go at the same instant take no place in it, but in a deadlock of steps without cost they do
    // (T12).
    while (!whole_.holds(best_))
      for (std::size_t b = 0; b < best_.size(); ++b)
        if (!fixed(static_cast<int>(b))) best_[b] = most(static_cast<int>(b), 2 * best_[b]);
  }

  bool fixed(int buffer) const { return plan_.buffers[at(buffer)].prefetch; }
  Rows most(int buffer, Rows rows) const {
    return open_[at(buffer)] == unlimited_rows ? rows : std::min(rows, open_[at(buffer)]);
  }

  Rows needed_alone(int buffer) {
    if (fixed(buffer)) return open_[at(buffer)];
    std::vector<Rows> capacities = open_;
    const auto holds = [&](Rows rows) {
      capacities[at(buffer)] = rows;
      return may_hold(capacities);
    };
    const Rows smallest = std::max(smallest_capacity(plan_, buffer), at_least_[at(buffer)]);
    if (holds(smallest)) return smallest;
    return least(smallest, best_[at(buffer)], holds);
  }

  /// Bytes of a row, as far as they cost anything.
  Bytes width(int buffer) const { return price_.is_free(buffer) ? 0 : plan_.buffers[at(buffer)].row_bytes; }

  /// Lowers one buffer after the other, the widest first, as far as the interval is kept.
  void lower(std::vector<Rows>& capacities) {
    std::vector<int> order(capacities.size());
    std::iota(order.begin(), order.end(), 0);
    const auto dearer = [&](int a, int b) { return width(a) > width(b); };
    std::stable_sort(order.begin(), order.end(), dearer);
    for (const int b : order) {
      if (capacities[at(b)] == least_[at(b)]) continue;
      const Rows now = capacities[at(b)];
      const Rows found = least(least_[at(b)] - 1, now, [&](Rows rows) {
        capacities[at(b)] = rows;
        return whole_.ask(capacities, looks_a_trial) == Answer::holds;
      });
      capacities[at(b)] = found;
    }
  }

  /// Capacities that keep the interval; remembered, lowered, if they are the cheapest yet.
  void improve(std::vector<Rows> capacities) {
    lower(capacities);
    if (price_of(capacities) <= price_of(best_)) best_ = std::move(capacities);
  }

  /// All rows that the same price buys.
  std::vector<Rows> filled(std::vector<Rows> capacities) const {
    for (std::size_t b = 0; b < capacities.size(); ++b) {
      const int buffer = static_cast<int>(b);
      if (!fixed(buffer)) capacities[b] = most(buffer, price_.raised(buffer, capacities[b], 0));
    }
    return capacities;
  }

  std::vector<Rows> joined(const std::vector<Rows>& capacities) const {
    std::vector<Rows> result = capacities;
    for (std::size_t b = 0; b < result.size(); ++b) result[b] = std::max(result[b], best_[b]);
    return result;
  }

  /// Why the cheapest capacities that meet all demands do not suffice: a new demand for each cycle that is too long, of
  /// those apart.
  void learn(Demands& demands, const std::vector<Rows>& cheapest) {
    std::vector<Rows> capacities = cheapest;
    while (!whole_.holds(capacities)) {
      std::vector<int> conflict = whole_.conflict();
      // What is as deep as it may be already does not resolve the conflict.
      const auto open = [&](int b) { return capacities[at(b)] == open_[at(b)]; };
      conflict.erase(std::remove_if(conflict.begin(), conflict.end(), open), conflict.end());
      const Demand demand = demand_of(necessary(std::move(conflict), cheapest), cheapest);
      demands.add(demand);
      for (const auto& literal : demand) capacities[at(literal.first)] = open_[at(literal.first)];
    }
  }

  /// Those of the buffers without which the others would suffice; the cheap ones go first, for the dear ones make the
  /// stronger demand.
  std::vector<int> necessary(std::vector<int> buffers, const std::vector<Rows>& from) {
    const auto cheaper = [&](int a, int b) { return width(a) < width(b); };
    std::stable_sort(buffers.begin(), buffers.end(), cheaper);
    std::vector<Rows> capacities = open_;
    for (const int b : buffers) capacities[at(b)] = from[at(b)];
    std::vector<int> kept;
    for (const int b : buffers) {
      if (fixed(b)) continue;
      capacities[at(b)] = open_[at(b)];
      if (!may_hold(capacities)) continue;
      capacities[at(b)] = from[at(b)];
      kept.push_back(b);
    }
    return kept;
  }

  /// The buffers raised for the same price each as far as they still do not suffice, then one after the other: in any
  /// capacities that suffice at least one of them is deeper.
  Demand demand_of(const std::vector<int>& buffers, const std::vector<Rows>& from) {
    std::vector<Rows> capacities = open_;
    std::int64_t unit = std::numeric_limits<std::int64_t>::max();
    for (const int b : buffers) unit = std::min(unit, std::max<std::int64_t>(1, price_of(b, 1)));
    const auto raise = [&](std::int64_t units) {
      for (const int b : buffers) capacities[at(b)] = most(b, price_.raised(b, from[at(b)], units * unit));
    };
    const auto together = [&](std::int64_t units) {
      raise(units);
      return may_hold(capacities);
    };
    raise(most_that_fails(0, together));
    Demand demand;
    for (const int b : buffers) {
      const auto alone = [&](Rows rows) {
        capacities[at(b)] = most(b, rows);
        return may_hold(capacities);
      };
      // Who was kept for want of a quick answer need not help.
      const Rows from_here = capacities[at(b)];
      capacities[at(b)] = open_[at(b)];
      if (!may_hold(capacities)) continue;
      const Rows fails = most_that_fails(from_here, alone);
      capacities[at(b)] = fails;
      demand.emplace_back(b, fails + 1);
    }
    return demand;
  }

  /// The largest value that fails; `fails` does, and some larger one does not.
  template <typename Holds>
  static Rows most_that_fails(Rows fails, Holds trial) {
    Rows holds = fails + 1;
    for (Rows step = 1; !trial(holds); step *= 2) {
      fails = holds;
      holds += step;
    }
    return least(fails, holds, trial) - 1;
  }

  const Plan& plan_;
  const std::int64_t effort_;
  const std::vector<Rows> at_least_;
  const Price price_;
  const std::vector<Rows> open_;  ///< the largest allowed
  ScheduleGraph whole_, part_;    ///< the second for trials with most buffers unlimited
  std::vector<Rows> least_, best_;
  std::int64_t choices_ = 0;
};

}  // namespace

Price priced(const Plan& plan, const SmallestOptions& options) {
  if (options.cuts) return Price::cuts(plan);
  return options.on_chip ? Price::bytes_on_chip(plan) : Price(plan, options.unit);
}

std::vector<Rows> unlimited_capacities(const Plan& plan) {
  std::vector<Rows> capacities;
  for (const Buffer& buffer : plan.buffers)
    capacities.push_back(buffer.prefetch ? buffer.capacity_rows : unlimited_rows);
  return capacities;
}

/// From the slowest stage's on, up to what one cycle that is too long after the other needs.
Cycles shortest_interval(const Plan& plan) {
  if (is_forwarded(plan)) return shortest_forwarded_interval(plan);
  for (Cycles interval = slowest_interval(plan);;) {
    ScheduleGraph graph(plan, {interval, 1});
    if (graph.holds(unlimited_capacities(plan))) return interval;
    const auto cycle = graph.long_cycle();
    if (!cycle || cycle->frames == 0) throw Defect("unlimited buffers deadlock");
    interval = ceil_div(cycle->cycles, static_cast<Cycles>(cycle->frames));
  }
}

Cycles slowest_interval(const Plan& plan) {
  Cycles slowest = 1;
  for (const Stage& stage : plan.stages) slowest = std::max(slowest, stage_interval(stage));
  return slowest;
}

std::optional<Ratio> interval_of(const Plan& plan, const std::vector<Rows>& capacities) {
  const auto proven = proven_interval(plan, capacities, slowest_interval(plan));
  if (!proven) return std::nullopt;
  return proven->interval;
}

Smallest smallest_capacities(const Plan& plan, const Ratio& interval, const SmallestOptions& options) {
  if (is_forwarded(plan)) return smallest_forwarded(plan, interval, options);
  return Search(plan, ScheduleGraph(plan, interval), options).run();
}

Smallest smallest_capacities(const Plan& plan, const ScheduleGraph& held, const SmallestOptions& options) {
  return Search(plan, held, options).run();
}

}  // namespace rowflow
