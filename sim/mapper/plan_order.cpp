#include "sim/mapper/plan_order.hpp"

#include <algorithm>
#include <cmath>

#include "sim/mapper/best_depths.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr double as_fast = 0.005;
constexpr double as_soon = 0.01;

/// Of each resource what is beyond its limit, as a share of it, added up.
double lacking(const Plan& plan) {
  double lacking = 0;
  for (const ResourceUse& use : plan.fit.resources)
    lacking += static_cast<double>(std::max<std::int64_t>(0, use.demand - use.limit)) /
               static_cast<double>(std::max<std::int64_t>(1, use.limit));
  return lacking;
}

double latency_of(const Plan& plan) {
  const double time = time_of(plan);
  if (time == HUGE_VAL) return time;
  return static_cast<double>(shortest_latency(plan, {static_cast<Cycles>(std::ceil(time)), 1}, capacities_of(plan)));
}

double cuts_of(const Plan& plan) {
  std::int64_t cuts = 0;
  for (const Buffer& buffer : plan.buffers) cuts += buffer.level == MemoryLevel::host ? 0 : buffer.cuts;
  return static_cast<double>(cuts + chip_use(plan.mapping).weight_cuts);
}

/// Which is less, by more than a share of the larger: −1, 1; 0: neither.
int by(double a, double b, double equal) {
  if (std::min(a, b) >= std::max(a, b) * (1 - equal)) return 0;
  return a < b ? -1 : 1;
}

}  // namespace

double time_of(const Plan& plan) {
  const auto interval = interval_of(plan, capacities_of(plan));
  return interval ? interval->value() : HUGE_VAL;
}

bool better_plan(const Plan& a, const Plan& b, Goal goal) {
  if (a.fit.fits != b.fit.fits) return a.fit.fits;
  const auto latency = [&] { return by(latency_of(a), latency_of(b), as_soon); };
  if (goal == Goal::latency)
    if (const int order = latency()) return order < 0;
  if (const int order = by(time_of(a), time_of(b), as_fast)) return order < 0;
  if (!a.fit.fits) return lacking(a) < lacking(b);
  for (const MemoryLevel level : {MemoryLevel::host, MemoryLevel::l4})
    if (const Bytes in_a = spilled_bytes(a, level), in_b = spilled_bytes(b, level); in_a != in_b) return in_a < in_b;
  if (goal == Goal::throughput)
    if (const int order = latency()) return order < 0;
  return cuts_of(a) < cuts_of(b);
}

}  // namespace rowflow
