#include "sim/mapper/map_point.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/partition.hpp"

namespace rowflow {

namespace {

/// Whether no plan of one context fits, whatever its allocation, placement and depths: then there is none to size.
bool hopeless(const Network& network, const Device& device, const EvaluateOptions& options) {
  CompileOptions compiling;
  compiling.fit = options.fit;
  compiling.costs = options.costs;
  compiling.mapping = options.mapping;
  return verdict(compile(network, device, compiling).fit) == FitVerdict::impossible;
}

}  // namespace

PointPlan map_point(const Network& network, const Device& device, const EvaluateOptions& options) {
  if (options.fit != "contexts") return {sized_plan(network, device, options), std::nullopt, ""};
  PointPlan point;
  const bool may_be_one = options.context_cuts.empty() && !hopeless(network, device, options);
  if (may_be_one) {
    point.one = sized_plan(network, device, options);
    if (point.one.plan.fit.fits) return point;
  }
  if (options.target_fps > 0)
    throw InputError("--target-fps", fmt::format("found {:g}, expected most: one context does not hold this, and how "
                                                 "several divide the time of a frame is the mapper's choice",
                                                 options.target_fps));
  PartitionResult partition = best_partition(network, device, options);
  if (partition.contexts) {
    point.several = std::move(partition.contexts);
    point.one = {};
    return point;
  }
  point.no_contexts = partition.why_not;
  if (!may_be_one) point.one = sized_plan(network, device, options);
  return point;
}

}  // namespace rowflow
