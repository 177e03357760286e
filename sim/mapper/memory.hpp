// What row buffers and weights take of the memory levels, and which buffers the spill rules send out of L3 (T15).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// Recomputes what Plan::mapping and Plan::fit say of memory after capacities have changed.
void update_memory_fit(Plan& plan);

/// Cuts that a row buffer takes where it is: of L3, whole ones at both ends of an edge between clusters, and for every
/// physical layer that reads it; 0 when its capacity is not known. Buffers of the host take none.
std::int64_t cuts_of(const Plan& plan, const Buffer& buffer);

/// Bytes of each buffer that lies in L3, by name.
std::map<std::string, Bytes> bytes_in_l3(const Plan& plan);

/// The spill rules applied to the capacities of the plan: buffers too large for L3, by name, with their level. In plan
/// order while L4 has room.
std::map<std::string, MemoryLevel> spilled_levels(const Plan& plan);

/// Bytes of L3 and L4 that the weights leave for row buffers (L2 has no room for rows); never negative. None: L3 has no
/// limit.
std::optional<Bytes> buffer_bytes_available(const Plan& plan);

}  // namespace rowflow
