// What of a spilled pipeline lies in L4, and what still has room there. Private to spill_search.
#pragma once

#include "sim/mapper/spill_search.hpp"

namespace rowflow {

/// Cuts of so many rows of a buffer.
std::int64_t cuts_for(const Plan& plan, int buffer, Rows rows);

/// Rows of a buffer that so many cuts hold, at least one.
Rows rows_in(const Plan& plan, int buffer, std::int64_t cuts);

/// Cuts of L4 that nothing of `now` takes.
std::int64_t l4_left(const SpilledPlan& now);

/// Of so many cuts those that one buffer may have.
std::int64_t at_most_in_l4(const SpilledPlan& now, std::int64_t left);

/// Whether L4 has room for so many rows, beside those that are there; a buffer that is there already goes on to the
/// host.
bool l4_takes(const SpilledPlan& now, int buffer, Rows rows);

/// Into L4 where it takes so many rows, else to the host.
void put_outside(SpilledPlan& now, int buffer, Rows rows);

}  // namespace rowflow
