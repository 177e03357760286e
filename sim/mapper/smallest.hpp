// The cheapest buffers that keep an interval, with a guarantee (after Stuijk, Geilen and Basten, IEEE Trans. Computers
// 57(10), 2008: only the buffers whose space is on a critical cycle are worth enlarging).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/graph/schedule_graph.hpp"
#include "sim/mapper/price.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

struct SmallestOptions {
  bool cuts = false;  ///< the cuts of memory count (Price::cuts), not bytes
  Bytes unit = 1;     ///< without cuts: so many bytes begun of a buffer count as one
  /// At most about so many looks at a step or a choice: a count, so that answers repeat. 0: what a schedule that holds
  /// occupies, no matter what it costs.
  std::int64_t effort = 100'000'000;
  std::vector<Rows> at_least = {};  ///< by buffer; empty: only what the stages need
  std::vector<Rows> at_most = {};   ///< by buffer (unlimited_rows: any); empty: any but for buffers from a memory level
  std::optional<Cycles> latency =
      {};                ///< of every frame in a schedule that repeats every interval (ScheduleGraph::bound_latency)
  bool on_chip = false;  ///< without cuts: bytes on the chip count, those in the host's memory do not
};

struct Smallest {
  std::vector<Rows> capacities;  ///< keep the interval; no buffer of them can be a row smaller alone
  std::int64_t price = 0;        ///< of these capacities
  std::int64_t lower_bound = 0;  ///< no capacities that keep the interval cost less
  std::vector<Rows>
      needed_alone;         ///< per buffer: the least it has in any capacities that keep the interval (and at_least)
  std::int64_t effort = 0;  ///< spent
  bool exact() const { return price == lower_bound; }
};

/// What the options say that buffers cost.
Price priced(const Plan& plan, const SmallestOptions& options);

/// The plan's own capacities do not matter, but for those of buffers from a memory level (Buffer::prefetch), which keep
/// them; of a plan with row forwarding found by trying (smallest_forwarded). Throws Defect when the largest capacities
/// allowed do not keep the interval (shortest_interval) or the latency.
Smallest smallest_capacities(const Plan& plan, const Ratio& interval, const SmallestOptions& options);

/// The same from a graph of the plan that holds the largest capacities allowed, at its interval.
Smallest smallest_capacities(const Plan& plan, const ScheduleGraph& held, const SmallestOptions& options);

/// Of all stages the longest time that one takes for a frame, in cycles: no interval is shorter. At least 1: a
/// pipeline without any cost still needs a schedule.
Cycles slowest_interval(const Plan& plan);

/// The shortest interval of whole cycles that any buffers reach: the slowest stage's, or a little more where buffers
/// from a memory level are too shallow for that.
Cycles shortest_interval(const Plan& plan);

/// The exact interval of these capacities (T11): the largest ratio of time to frames of all cycles of constraints.
/// Nothing in a deadlock.
std::optional<Ratio> interval_of(const Plan& plan, const std::vector<Rows>& capacities);

/// Unlimited, but for the buffers whose capacity is given.
std::vector<Rows> unlimited_capacities(const Plan& plan);

}  // namespace rowflow
