// Figures derived from a finished run. Pure: every report format reads the same ones.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// Cycles as milliseconds of the device's clock.
double milliseconds(const Plan& plan, double cycles);
std::optional<double> milliseconds(const Plan& plan, const std::optional<double>& cycles);

/// Steady cycles a frame, and frames per second; none in a deadlock, for a single frame, or when nothing was simulated.
std::optional<double> interval_cycles(const RunResult& result);
std::optional<double> frames_per_second(const RunResult& result);

/// Frames per second of an interval of so many cycles; 0 for one of none.
double frames_per_second(const Plan& plan, double interval);

/// "ok", "deadlock" or "does_not_fit".
const char* status_name(RunStatus status);

/// Σ capacity_rows·row_bytes of the buffers of one role.
Bytes buffer_bytes(const Plan& plan, BufferRole role);

/// Σ of each buffer's own peak (T10), in bytes; none when nothing was simulated.
std::optional<Bytes> peak_bytes(const RunResult& result);

/// Cuts of memory that all buffers take, at all their ends together.
std::int64_t buffer_cuts(const Plan& plan);

/// What the network asks of a resource of the chip; none when the device has no limit for it.
std::optional<std::int64_t> chip_demand(const Plan& plan, const std::string& resource);

/// Cuts of L3 and L4 together.
std::int64_t chip_cuts(const Plan& plan);

struct LevelUse {
  Bytes capacity = 0, peak = 0;
  std::int64_t cuts = 0;  ///< of the capacity, at all ends together
};
/// Capacity and peak by memory level; of several contexts the most that any takes.
std::map<MemoryLevel, LevelUse> use_by_level(const RunResult& result);

/// The published metric: Σ over SE blocks of t·W·(C + C_skip).
Elements pipeline_buffering_elements(const Plan& plan);

/// Share of the network's MACs that the FCs of SE blocks do, 0 … 1.
double excite_share(const Plan& plan);

/// Controllers of one block: a stage each (squeeze, FCs, broadcast, scale).
int controllers(const SeBlock& block);

/// Of all its blocks.
std::int64_t se_controllers(const Plan& plan);

/// No block of the plan is tiled (T ≥ H counts as plain SE).
bool is_full_se(const Plan& plan);

/// "needs 163 of 128 controllers[, …]: would take at least 2 contexts", or empty when everything fits.
std::string shortage(const Plan& plan);

/// "controllers", "weight memory", …
std::string resource_word(const std::string& name);

/// Names for messages that are safe with index -1.
std::string stage_name(const Plan& plan, int stage);
std::string buffer_name(const Plan& plan, int buffer);

/// Bytes a frame that go out to a memory level and come back (T15).
Bytes spilled_bytes(const Plan& plan, MemoryLevel level);

/// The buffers that an SE block's feature map waits in, together; rows of the parts around a memory level included
/// (T15).
struct BypassUse {
  Rows capacity = 0, peak = 0;  ///< peak: the sum of each buffer's own
  Bytes bytes = 0;
  MemoryLevel level = MemoryLevel::l3;
};
BypassUse bypass_use(const RunResult& result, const SeBlock& block);

}  // namespace rowflow
