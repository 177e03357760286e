// Rule T18: which stretches of the pipeline become contexts, so that a batch takes the least time.
#pragma once

#include <optional>
#include <string>

#include "sim/config/device.hpp"
#include "sim/mapper/options.hpp"
#include "sim/network/network.hpp"
#include "sim/plan/contexts.hpp"

namespace rowflow {

/// Contexts are intervals of the canonical topological order of the stages (cuttable_stages), cut behind any stage; of
/// more than 64 such places those are kept that fewest bytes cross, among them the best of every stretch of the order.
/// Each context must fit the chip and keep to the ceilings for several contexts. Time of a batch (T19) is a sum over
/// the intervals, hence a shortest path: intervals start with a lower bound; those on the present shortest path are
/// allocated and run with unlimited buffers, and only when all on it are, one after the other is mapped, given the best
/// depths and run for the batch (Stretches); other depths that the options ask for are put into the contexts found. Of
/// the places to cut none is better, as far as an interval's own mapping goes and is no faster than its first
/// allocation.
struct PartitionResult {
  std::optional<Contexts> contexts;  ///< nothing: some stage fits no context, or options.max_contexts are too few
  std::string why_not;
};

/// Throws InputError for names in the options (context_cuts among them) that the network does not have.
PartitionResult best_partition(const Network& network, const Device& device, const EvaluateOptions& options);

}  // namespace rowflow
