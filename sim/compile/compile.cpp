#include "sim/compile/compile.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/compile/allocation.hpp"
#include "sim/compile/bounds.hpp"
#include "sim/compile/cost.hpp"
#include "sim/compile/fit.hpp"
#include "sim/compile/forwarding.hpp"
#include "sim/compile/lowering.hpp"
#include "sim/compile/names.hpp"
#include "sim/compile/placement.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

void summarise(Plan& plan, const Network& network, const Device& device, ParameterUse& use) {
  plan.network = {network.name,
                  network.input.height,
                  network.input.width,
                  network.input.channels,
                  network.macs,
                  network.parameters,
                  static_cast<int>(network.layers.size())};
  plan.device = {device.name, use(device.clock_hz)};
  plan.tile_height = "full";
  for (std::size_t i = 0; i < plan.se_blocks.size(); ++i) {
    const Rows tile = plan.se_blocks[i].tile_height;
    const std::string text = tile == 0 ? "full" : std::to_string(tile);
    if (i > 0 && text != plan.tile_height) {
      plan.tile_height = "mixed";
      break;
    }
    plan.tile_height = text;
  }
}

/// The published metric, which is the network's own (it knows nothing of stages).
void add_buffering_metric(Plan& plan, const Lowered& lowered, const Network& network) {
  for (SeBlock& block : plan.se_blocks) {
    const SeBuffering buffering = pipeline_buffering(network, lowered.origin[block.squeeze].layer);
    block.skip_channels = buffering.skip_channels;
    block.buffering_elements = buffering.elements;
  }
}

void allocate(Plan& plan, const std::vector<CostModel>& models, const Device& device, ParameterUse& use) {
  std::vector<bool> counted;
  for (const Stage& stage : plan.stages) counted.push_back(stage.kind != "source" && stage.kind != "sink");
  const std::int64_t total = use(device.clusters) * use(device.subclusters_per_cluster);
  const std::int64_t budget = total * use(device.compute_ceiling_percent) / 100;
  const Allocation allocation = balance(models, counted, budget, use(device.max_subclusters_per_layer));
  if (!allocation.within_budget)
    plan.warnings.push_back(fmt::format("one subcluster a stage is more than the budget of {}: every stage has one", budget));
  apply_costs(plan, models, allocation.subclusters);
}

void set_capacities(Plan& plan, const CompileOptions& options) {
  plan.buffer_policy = options.buffer_policy;
  if (options.buffer_policy == "minimal") {
    const std::vector<Rows> capacities = minimal_capacities(plan);
    for (std::size_t b = 0; b < capacities.size(); ++b) plan.buffers[b].capacity_rows = capacities[b];
  } else if (options.buffer_policy != "unlimited") {
    throw Defect("compile: unknown buffer policy " + options.buffer_policy);
  }
  std::vector<std::string> names;
  for (const Buffer& buffer : plan.buffers) names.push_back(buffer.name);
  for (const auto& [name, rows] : options.capacities) {
    require_known_name("buffer capacities", "buffer", name, names);
    if (rows < 1) throw InputError("buffer capacities", fmt::format("found {} rows for \"{}\", expected at least 1", rows, name));
    plan.buffers[find_buffer(plan, name)].capacity_rows = rows;
  }
}

}  // namespace

Plan compile(const Network& network, const Device& device, const CompileOptions& options) {
  ParameterUse use;
  Lowered lowered = lower(network, device);
  Plan& plan = lowered.plan;
  for (Buffer& buffer : plan.buffers) buffer.credit_latency = use(device.credit_latency);
  summarise(plan, network, device, use);
  for (const std::string& node : network.assumed_free) plan.warnings.push_back("assumed to cost nothing and left out: " + node);
  add_buffering_metric(plan, lowered, network);
  const std::vector<CostModel> models = cost_models(plan, device, options.costs, use);
  allocate(plan, models, device, use);
  place(plan, device, use);
  if (device.row_forwarding) forward_rows(lowered, network, models);
  set_capacities(plan, options);
  assess_fit(lowered, network, device, options.fit, use);
  plan.bounds = lower_bounds(plan);
  plan.assumed = use.assumed();
  check_plan(plan);
  return std::move(plan);
}

}  // namespace rowflow
