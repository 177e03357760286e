// Network + Device → Plan: rules T1–T8 turned into numbers. Pure: no simulation, no output, no state.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/config/device.hpp"
#include "sim/config/mapping_file.hpp"
#include "sim/network/network.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// A user's own figures in place of rule T8 (--costs).
struct UserCost {
  Cycles cycles = 0;              ///< of every step
  std::optional<Cycles> latency;  ///< T3; without it the device's
};

struct CompileOptions {
  BufferPolicy buffer_policy = BufferPolicy::minimal;  ///< or unlimited (capacity 0: for sizing runs)
  std::string fit = "assume";                          ///< assume | require | contexts; recorded in Plan::fit
  std::map<std::string, Rows> capacities;              ///< by buffer name; override the policy
  std::map<std::string, UserCost> costs;               ///< by stage or layer name; the stage's own entry wins
  std::map<std::string, MappedLayer> mapping = {};     ///< by stage or layer name; the stage's own entry wins
  std::map<std::string, MemoryLevel> levels = {};      ///< by buffer name: L4 or host, for buffers outside L3 (T15)
  std::map<std::string, Bytes> buffer_bytes =
      {};  ///< by buffer name: what it is known to take of L3, for the placement
  std::map<std::string, int> extra_subclusters =
      {};  ///< by stage name, beyond the balanced allocation and its ceilings
};

/// Throws InputError for names in the options that the plan does not have. That it does not fit is a value: Plan::fit.
Plan compile(const Network& network, const Device& device, const CompileOptions& options = {});

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

/// Reads --costs FILE.csv: "name,cycles[,latency]" a line; empty lines, lines with # and a header line are skipped.
/// Throws InputError with file and line.
std::map<std::string, UserCost> read_user_costs(const std::string& path);

}  // namespace rowflow
