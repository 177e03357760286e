#include "sim/mapper/plan_order.hpp"

#include <algorithm>
#include <cmath>

#include "sim/mapper/smallest.hpp"

namespace rowflow {

namespace {

constexpr double as_fast = 0.005;

/// Of each resource what is beyond its limit, as a share of it, added up.
double lacking(const Plan& plan) {
  double lacking = 0;
  for (const ResourceUse& use : plan.fit.resources)
    lacking += static_cast<double>(std::max<std::int64_t>(0, use.demand - use.limit)) /
               static_cast<double>(std::max<std::int64_t>(1, use.limit));
  return lacking;
}

}  // namespace

double time_of(const Plan& plan) {
  std::vector<Rows> capacities;
  for (const Buffer& buffer : plan.buffers) capacities.push_back(buffer.capacity_rows);
  const auto interval = interval_of(plan, capacities);
  return interval ? interval->value() : HUGE_VAL;
}

bool better_plan(const Plan& a, const Plan& b) {
  if (a.fit.fits != b.fit.fits) return a.fit.fits;
  const double time_a = time_of(a), time_b = time_of(b);
  if (std::min(time_a, time_b) < std::max(time_a, time_b) * (1 - as_fast)) return time_a < time_b;
  return lacking(a) < lacking(b);
}

}  // namespace rowflow
