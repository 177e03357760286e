// Network + Device → Plan: rules T1–T8 turned into numbers. Pure: no simulation, no output, no state.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "sim/config/device.hpp"
#include "sim/network/network.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// A user's own figures in place of rule T8 (--costs).
struct UserCost {
  Cycles cycles = 0;              ///< of every step
  std::optional<Cycles> latency;  ///< T3; without it the device's
};

struct CompileOptions {
  std::string buffer_policy = "minimal";              ///< minimal (T14) | unlimited (capacity 0: for sizing runs)
  std::string fit = "assume";                         ///< assume | require | contexts; recorded in Plan::fit
  std::map<std::string, Rows> capacities;             ///< by buffer name; override the policy
  std::map<std::string, UserCost> costs;              ///< by stage or layer name; the stage's own entry wins
  std::map<std::string, int> extra_subclusters = {};  ///< by stage name, beyond the balanced allocation and its ceilings
};

/// Throws InputError for names in the options that the plan does not have, and for a layer too large for the device.
/// That the whole does not fit is a value: Plan::fit.
Plan compile(const Network& network, const Device& device, const CompileOptions& options = {});

/// Recomputes what Plan::fit says of memory after capacities have changed.
void update_memory_fit(Plan& plan);

/// Bytes that the device leaves for row buffers after the weights; never negative.
Bytes buffer_bytes_available(const Plan& plan);

/// Reads --costs FILE.csv: "name,cycles[,latency]" a line; empty lines, lines with # and a header line are skipped.
/// Throws InputError with file and line.
std::map<std::string, UserCost> read_user_costs(const std::string& path);

}  // namespace rowflow
