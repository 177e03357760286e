#include "sim/mapper/fit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/integer.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/placement_items.hpp"

namespace rowflow {

namespace {

/// A limit of 0 = none: such a resource is not listed.
void add_resource(Fit& fit, const std::string& name, const std::string& scope, std::int64_t demand,
                  std::int64_t limit) {
  if (limit > 0) fit.resources.push_back({name, scope, demand, limit});
}

void add_cluster_shortages(Fit& fit, const Mapping& mapping) {
  for (int c = 0; c < std::min(mapping.device_clusters, static_cast<int>(mapping.clusters.size())); ++c) {
    const ClusterUse& use = mapping.clusters[static_cast<std::size_t>(c)];
    const auto short_of = [&](const std::string& name, std::int64_t demand, std::int64_t limit) {
      if (limit > 0 && demand > limit) fit.resources.push_back({name, fmt::format("cluster {}", c), demand, limit});
    };
    short_of("controllers", use.controllers, mapping.limit.controllers);
    short_of("subclusters", use.subclusters, mapping.limit.subclusters);
    short_of("activation_units", use.activation_units, mapping.limit.activation_units);
    short_of("input_aligners", use.input_aligners, mapping.limit.input_aligners);
    short_of("l3_cuts", use.weight_cuts + use.buffer_cuts, mapping.limit.weight_cuts);
  }
}

void conclude(Fit& fit) {
  fit.contexts = least_contexts(fit.resources);
  fit.fits = std::none_of(fit.resources.begin(), fit.resources.end(),
                          [](const ResourceUse& use) { return use.demand > use.limit; });
}

/// What no allocation and no placement escapes: the least of each resource, and the bytes of all weights.
std::vector<ResourceUse> impossible_demands(const Mapping& m, const std::vector<ResourceUse>& resources) {
  std::vector<ResourceUse> demands;
  const auto add = [&](const char* name, std::int64_t demand, std::int64_t limit) {
    if (limit > 0 && demand > m.device_clusters * limit)
      demands.push_back({name, "chip", demand, m.device_clusters * limit});
  };
  add("controllers", m.least.controllers, m.limit.controllers);
  add("subclusters", m.least.subclusters, m.limit.subclusters);
  add("activation_units", m.least.activation_units, m.limit.activation_units);
  add("input_aligners", m.least.input_aligners, m.limit.input_aligners);
  for (const ResourceUse& use : resources)
    if (use.name == "weight_bytes" && use.demand > use.limit) demands.push_back(use);
  return demands;
}

constexpr const char* budget_resource = "buffer_budget_bytes";

std::int64_t chip_l3_cuts(const Mapping& m) { return m.device_clusters * m.limit.weight_cuts; }

}  // namespace

void assess_fit(Plan& plan, const std::string& mode) {
  const Mapping& m = plan.mapping;
  plan.fit = {};
  plan.fit.mode = mode;
  const ClusterUse use = chip_use(m);
  add_resource(plan.fit, "controllers", "chip", use.controllers, m.device_clusters * m.limit.controllers);
  add_resource(plan.fit, "subclusters", "chip", use.subclusters, m.device_clusters * m.limit.subclusters);
  add_resource(plan.fit, "activation_units", "chip", use.activation_units,
               m.device_clusters * m.limit.activation_units);
  add_resource(plan.fit, "input_aligners", "chip", use.input_aligners, m.device_clusters * m.limit.input_aligners);
  add_resource(plan.fit, "l3_cuts", "chip", use.weight_cuts + use.buffer_cuts, chip_l3_cuts(m));
  std::int64_t l4 = 0;
  for (const Buffer& buffer : plan.buffers) l4 += buffer.level == MemoryLevel::l4 ? buffer.cuts : 0;
  add_resource(plan.fit, "l4_cuts", "chip", l4, m.l4_cuts);
  const Bytes l3 = chip_l3_cuts(m) * m.cut_bytes;
  if (m.limit.weight_cuts > 0) {  // else L3 holds anything
    add_resource(plan.fit, "weight_bytes", "chip", m.weight_bytes, m.l2_bytes + l3);
    // L2 holds weights of its subclusters' layers and nothing else.
    add_resource(plan.fit, "memory_bytes", "chip", m.weight_bytes - m.l2_weight_bytes + on_chip_buffer_bytes(plan),
                 l3 + m.l4_cuts * m.cut_bytes);
  }
  add_cluster_shortages(plan.fit, m);
  conclude(plan.fit);
  plan.fit.impossible = impossible_demands(m, plan.fit.resources);
  if (!plan.fit.fits || static_cast<int>(m.clusters.size()) <= m.device_clusters) return;
  // Enough of everything, but no way found to divide it among the clusters.
  add_resource(plan.fit, "clusters", "chip", static_cast<std::int64_t>(m.clusters.size()), m.device_clusters);
  conclude(plan.fit);
}

void hold_to_budget(Plan& plan, Bytes budget) {
  const Bytes bytes = on_chip_buffer_bytes(plan);
  if (bytes <= budget) return;
  plan.fit.fits = false;
  plan.fit.resources.push_back({budget_resource, "chip", bytes, budget});
}

bool meets_budget(const Plan& plan) {
  return std::none_of(plan.fit.resources.begin(), plan.fit.resources.end(),
                      [](const ResourceUse& use) { return use.name == budget_resource; });
}

bool short_of_memory(const Plan& plan, bool clusters) {
  return std::any_of(plan.fit.resources.begin(), plan.fit.resources.end(), [&](const ResourceUse& use) {
    const bool memory = use.name == "l3_cuts" || use.name == "l4_cuts" || use.name == "memory_bytes";
    return memory && use.demand > use.limit && (clusters || use.scope == "chip");
  });
}

std::optional<Bytes> buffer_bytes_available(const Plan& plan) {
  const Mapping& m = plan.mapping;
  if (m.limit.weight_cuts == 0) return std::nullopt;
  return std::max<std::int64_t>(0, chip_l3_cuts(m) + m.l4_cuts - chip_use(m).weight_cuts) * m.cut_bytes;
}

}  // namespace rowflow
