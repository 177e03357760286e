#include "sim/mapper/spill_levels.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"

namespace rowflow {

std::int64_t cuts_for(const Plan& plan, int buffer, Rows rows) {
  return ceil_div(checked_multiply(rows, plan.buffer(buffer).row_bytes), plan.mapping.cut_bytes);
}

Rows rows_in(const Plan& plan, int buffer, std::int64_t cuts) {
  return std::max<Rows>(1, cuts * plan.mapping.cut_bytes / std::max<Bytes>(1, plan.buffer(buffer).row_bytes));
}

std::int64_t l4_left(const SpilledPlan& now) {
  std::int64_t left = now.plan.mapping.l4_cuts;
  for (const auto& [name, cuts] : now.l4_cuts) left -= cuts;
  return left;
}

std::int64_t at_most_in_l4(const SpilledPlan& now, std::int64_t left) {
  return now.plan.mapping.l4_limit_cuts > 0 ? std::min(left, now.plan.mapping.l4_limit_cuts) : left;
}

bool l4_takes(const SpilledPlan& now, int buffer, Rows rows) {
  if (now.plan.buffer(buffer).level != MemoryLevel::l3) return false;
  return cuts_for(now.plan, buffer, rows) <= at_most_in_l4(now, l4_left(now));
}

void put_outside(SpilledPlan& now, int buffer, Rows rows) {
  const std::string& name = now.plan.buffer(buffer).name;
  const bool l4 = l4_takes(now, buffer, rows);
  now.levels[name] = l4 ? MemoryLevel::l4 : MemoryLevel::host;
  now.l4_cuts.erase(name);
  if (l4) now.l4_cuts[name] = cuts_for(now.plan, buffer, rows);
}

}  // namespace rowflow
