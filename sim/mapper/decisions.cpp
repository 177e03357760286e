#include "sim/mapper/decisions.hpp"

#include "sim/mapper/memory.hpp"

namespace rowflow {

Decisions decisions_of(const Plan& plan) {
  Decisions decisions;
  for (const Stage& stage : plan.stages) {
    if (stage.part_clusters.empty()) continue;  // source, sinks, memory levels
    MappedLayer layer;
    layer.subclusters = stage.subclusters;
    layer.physical_layers = stage.physical_layers;
    layer.clusters = stage.part_clusters;
    layer.clusters.push_back(stage.cluster);
    decisions.layers[stage.name] = std::move(layer);
  }
  for (const Buffer& buffer : plan.buffers) {
    if (outside_l3(buffer.level)) decisions.levels[buffer.name] = buffer.level;
    decisions.capacities[buffer.name] = buffer.capacity_rows;
  }
  return decisions;
}

Plan plan_of(const Network& network, const Device& device, const CompileOptions& base, const Decisions& decisions) {
  CompileOptions options = base;
  options.mapping = decisions.layers;
  options.levels = decisions.levels;
  options.extra_subclusters.clear();
  Plan plan = compile(network, device, options);
  for (Buffer& buffer : plan.buffers) {
    const auto given = decisions.capacities.find(buffer.name);
    if (given == decisions.capacities.end()) continue;
    buffer.capacity_rows = given->second;
    buffer.prefetch = false;
  }
  update_memory_fit(plan);
  return plan;
}

}  // namespace rowflow
