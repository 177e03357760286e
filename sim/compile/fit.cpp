#include "sim/compile/fit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/compile.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

[[noreturn]] void too_large(const Network& network, const Layer& layer, const std::string& what, Bytes found, Bytes limit) {
  throw InputError(network.file + ": " + layer.config.pointer,
                   fmt::format("layer {} is too large for the device: found {} of {} bytes, expected at most {}", layer.config.name, what,
                               found, limit));
}

/// Neither depth nor allocation helps a layer whose weights or whose smallest window alone exceed the memory.
void check_layers(const Lowered& lowered, const Network& network, Bytes weight_limit, Bytes buffer_limit) {
  const Plan& plan = lowered.plan;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    if (lowered.origin[s].layer == network_input) continue;
    const Layer& layer = network.layers[lowered.origin[s].layer];
    if (layer.weight_bytes > weight_limit) too_large(network, layer, "weights", layer.weight_bytes, weight_limit);
    Bytes windows = 0;
    for (const StageInput& input : plan.stages[s].inputs)
      windows += checked_multiply(smallest_capacity(plan, input.buffer), plan.buffers[input.buffer].row_bytes);
    if (windows > buffer_limit) too_large(network, layer, "its smallest window", windows, buffer_limit);
  }
}

ResourceUse* find_resource(Fit& fit, const std::string& name) {
  for (ResourceUse& use : fit.resources)
    if (use.name == name) return &use;
  return nullptr;
}

std::int64_t demand_of(const Plan& plan, const std::string& name, bool limit) {
  for (const ResourceUse& use : plan.fit.resources)
    if (use.name == name) return limit ? use.limit : use.demand;
  throw Defect("fit: the plan has no resource " + name);
}

void conclude(Fit& fit) {
  std::int64_t contexts = 1;
  for (const ResourceUse& use : fit.resources)
    if (use.demand > use.limit) contexts = std::max(contexts, ceil_div(use.demand, std::max<std::int64_t>(1, use.limit)));
  fit.contexts = static_cast<int>(contexts);
  fit.fits = contexts == 1;
}

}  // namespace

void assess_fit(Lowered& lowered, const Network& network, const Device& device, const std::string& mode, ParameterUse& use) {
  Plan& plan = lowered.plan;
  const std::int64_t clusters = use(device.clusters);
  const Bytes weight_limit = use(device.weight_memory_bytes), memory = use(device.buffer_memory_bytes);
  check_layers(lowered, network, weight_limit, memory);
  std::int64_t controllers = 0, subclusters = 0;
  Bytes weights = 0;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const std::string& kind = plan.stages[s].kind;
    controllers += kind == "source" || kind == "sink" ? 0 : 1;
    subclusters += plan.stages[s].subclusters;
    weights += lowered.origin[s].weight_bytes;
  }
  plan.fit.mode = mode;
  plan.fit.resources = {{"controllers", "chip", controllers, clusters * use(device.controllers_per_cluster)},
                        {"subclusters", "chip", subclusters, clusters * use(device.subclusters_per_cluster)},
                        {"weight_bytes", "chip", weights, weight_limit},
                        {"memory_bytes", "chip", 0, memory}};
  update_memory_fit(plan);
}

void update_memory_fit(Plan& plan) {
  ResourceUse* memory = find_resource(plan.fit, "memory_bytes");
  if (memory) memory->demand = demand_of(plan, "weight_bytes", false) + total_buffer_bytes(plan);
  conclude(plan.fit);
}

Bytes buffer_bytes_available(const Plan& plan) {
  return std::max<Bytes>(0, demand_of(plan, "memory_bytes", true) - demand_of(plan, "weight_bytes", false));
}

}  // namespace rowflow
