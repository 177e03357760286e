// All that the mapper decides for a plan, as what can be given to it: to try changes of it, or to take it to another
// device.
#pragma once

#include <map>
#include <string>

#include "sim/mapper/compile.hpp"
#include "sim/mapper/spill_search.hpp"

namespace rowflow {

struct Decisions {
  std::map<std::string, MappedLayer> layers;  ///< by stage: subclusters, physical layers and their clusters
  BufferLevels levels;                        ///< of the buffers outside L3
  std::map<std::string, Rows> capacities;     ///< by buffer
};

Decisions decisions_of(const Plan& plan);

/// The plan that has these, unchanged, on any device that has the clusters they name; `base` says the rest. Capacities
/// of buffers that the plan does not have, because edges between clusters are wide or narrow there (T5), are left out.
/// Throws InputError for what the device cannot have.
Plan plan_of(const Network& network, const Device& device, const CompileOptions& base, const Decisions& decisions);

}  // namespace rowflow
