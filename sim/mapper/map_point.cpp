#include "sim/mapper/map_point.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/fit.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/partition.hpp"
#include "sim/mapper/partition_memo.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

Plan with_short_buffers(const Network& network, const Device& device, const EvaluateOptions& options) {
  CompileOptions compiling;
  compiling.fit = options.fit;
  compiling.costs = options.costs;
  compiling.mapping = options.mapping;
  return compile(network, device, compiling);
}

/// Whether no plan of one context fits, whatever its allocation, placement and depths: then there is none to size.
bool hopeless(const Plan& plan) { return verdict(plan.fit) == FitVerdict::impossible; }

OneContext demands(const Plan& plan) {
  OneContext one;
  for (const ResourceUse& use : plan.fit.resources)
    if (use.scope == "chip") one.resources.push_back(use);
  one.se_controllers = se_controllers(plan);
  return one;
}

bool short_of_memory_at_full_rate(Plan plan) {
  set_capacities(plan, full_rate_capacities(plan));
  update_memory_fit(plan);
  return short_of_memory(plan, false);
}

/// Depths of tensors between contexts: whoever gives them has several in mind.
bool has_depths_of_parts(const EvaluateOptions& options) {
  return std::any_of(options.capacities.begin(), options.capacities.end(), [](const auto& depth) {
    const std::string& name = depth.first;
    const std::string end = ".write";
    return name.find(".read->") != std::string::npos ||
           (name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0);
  });
}

}  // namespace

PointPlan map_point(const Network& network, const Device& device, const EvaluateOptions& options) {
  if (options.fit != "contexts") return {sized_plan(network, device, options), std::nullopt, ""};
  PointPlan point;
  OneContext one;
  bool may_be_one = false;
  const bool known_hopeless = options.memo && options.memo->hopeless.value_or(false);
  if (options.context_cuts.empty() && !known_hopeless) {
    const Plan plan = with_short_buffers(network, device, options);
    const bool as_given = !hopeless(plan) && has_depths_of_parts(options);  // nobody asks whether one would do
    may_be_one = !hopeless(plan) && !as_given;
    if (!as_given) one = demands(plan);
    one.memory_open = !may_be_one && !short_of_memory(plan, false) && short_of_memory_at_full_rate(plan);
    if (options.memo) options.memo->hopeless = !may_be_one;
  }
  if (may_be_one) {
    point.one = sized_plan(network, device, options);
    if (point.one.plan.fit.fits) return point;
    one = demands(point.one.plan);
  }
  if (options.target_fps > 0)
    throw InputError("--target-fps", fmt::format("found {:g}, expected most: one context does not hold this, and how "
                                                 "several divide the time of a frame is the mapper's choice",
                                                 options.target_fps));
  PartitionResult partition = best_partition(network, device, options);
  if (partition.contexts) {
    point.several = std::move(partition.contexts);
    point.several->one = std::move(one);
    point.one = {};
    return point;
  }
  point.no_contexts = partition.why_not;
  if (!may_be_one) point.one = sized_plan(network, device, options);
  return point;
}

}  // namespace rowflow
