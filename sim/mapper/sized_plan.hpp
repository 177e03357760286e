// The plan of a design point with its buffer depths and what they cost in memory levels: compile, size, and again where
// rows spill.
#pragma once

#include <optional>
#include <vector>

#include "sim/config/device.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/options.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

struct SizedPlan {
  Plan plan;
  std::optional<FullRate>
      sizing;  ///< the run that gave the depths, when they are T14's full-rate depths and nothing else
};

/// Throws InputError (compile, and names in the options that the plan does not have).
SizedPlan sized_plan(const Network& network, const Device& device, const EvaluateOptions& options);

/// How the point's pipeline is compiled before its buffers are sized: with unlimited ones.
CompileOptions unsized(const EvaluateOptions& options);

/// Writes over what the user gave of depths, by buffer name (options.capacities, options.fifo_rows).
void put_given_depths(const Plan& plan, const EvaluateOptions& options, std::vector<Rows>& capacities);

/// Whether a cluster, not the chip, lacks cuts of L3: then the placement has to know what the buffers take.
bool cluster_short_of_cuts(const Plan& plan);

}  // namespace rowflow
