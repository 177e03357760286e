#include "sim/mapper/map_point.hpp"

#include <algorithm>

#include "sim/mapper/compile.hpp"
#include "sim/mapper/partition.hpp"

namespace rowflow {

namespace {

/// Whether one context is short of what neither depths nor placement change: then there is no need to size it.
bool hopeless(const Network& network, const Device& device, const EvaluateOptions& options) {
  CompileOptions compiling;
  compiling.fit = options.fit;
  compiling.costs = options.costs;
  compiling.mapping = options.mapping;
  const Plan plan = compile(network, device, compiling);
  return std::any_of(plan.fit.resources.begin(), plan.fit.resources.end(), [](const ResourceUse& use) {
    const bool sure = use.name == "controllers" || use.name == "subclusters" || use.name == "weight_bytes";
    return sure && use.scope == "chip" && use.demand > use.limit;
  });
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
