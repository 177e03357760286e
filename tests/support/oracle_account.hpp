// The accounts of one stage and one buffer. Private to the oracle.
#pragma once

#include <map>

#include "tests/support/oracle_schedule.hpp"

namespace rowflow::oracle {

inline constexpr int schedule_port = -1;

/// Cycles waited, by port: the schedule, then inputs, then outputs.
using StageCharges = std::map<int, Int>;

/// Adds what the stage waits (T9) between the end of its previous step and `until`, the start of `step` (or the end of
/// the run).
void charge_wait(const Schedule& schedule, std::size_t stage, std::size_t step, Int until, StageCharges& charges);

StageAccount account_stage(const Schedule& schedule, std::size_t stage, Int elapsed);

/// T10 over [from, to].
BufferAccount account_buffer(const Schedule& schedule, std::size_t buffer, Int from, Int to);

}  // namespace rowflow::oracle
