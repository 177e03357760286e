#include "sim/mapper/compile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/height_text.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/cost.hpp"
#include "sim/compile/forwarding.hpp"
#include "sim/compile/lowering.hpp"
#include "sim/compile/names.hpp"
#include "sim/compile/transport.hpp"
#include "sim/mapper/bounds.hpp"
#include "sim/mapper/mapping.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/placement.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/time_bound.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

std::string tile_height_of(const Plan& plan) {
  std::string height = "full";
  for (std::size_t i = 0; i < plan.se_blocks.size(); ++i) {
    const Rows tile = plan.se_blocks[i].tile_height;
    const std::string text = height_text(tile);
    if (i > 0 && text != height) return "mixed";
    height = text;
  }
  return height;
}

EnergyFigure figure_of(const Parameter& parameter) { return {parameter.value, parameter.low, parameter.high}; }

std::optional<EnergyFigures> energy_figures(const Device& device) {
  if (!device.energy) return std::nullopt;
  const EnergyCosts& costs = *device.energy;
  return EnergyFigures{figure_of(costs.static_milliwatts),
                       figure_of(costs.femtojoules_per_mac),
                       costs.mac.value,
                       costs.l2_byte.value,
                       costs.l3_byte.value,
                       costs.l4_byte.value,
                       costs.link_byte.value};
}

void summarise(Plan& plan, const Network& network, const Device& device, ParameterUse& use) {
  plan.network = {network.name,
                  network.input.height,
                  network.input.width,
                  network.input.channels,
                  network.macs,
                  network.parameters,
                  static_cast<int>(network.layers.size())};
  for (const NetworkInput& input : network.further_inputs)
    plan.network.further_inputs.push_back({input.name, input.shape.height, input.shape.width, input.shape.channels});
  plan.device = {device.name, use(device.clock_hz), energy_figures(device)};
  for (const std::string& node : network.assumed_free)
    plan.warnings.push_back("assumed to cost nothing and left out: " + node);
}

/// The published metric, which is the network's own (it knows nothing of stages).
void add_buffering_metric(Plan& plan, const Lowered& lowered, const Network& network) {
  for (SeBlock& block : plan.se_blocks) {
    const SeBuffering buffering = pipeline_buffering(network, lowered.origin[block.squeeze].layer);
    block.skip_channels = buffering.skip_channels;
    block.buffering_elements = buffering.elements;
  }
}

/// Buffers that the spill rules send out of L3 become stores (T15).
void insert_stores(Lowered& lowered, const CompileOptions& options) {
  if (!options.part) require_known_buffers("buffer levels", lowered.plan, options.levels);
  for (const auto& [name, level] : options.levels) {
    const int buffer = find_buffer(lowered.plan, name);
    if (buffer >= 0) insert_store(lowered, buffer, level);  // the others are another part's
  }
}

/// A finite width between clusters costs time there (T5). The stages are inserted where the mapping, which they do not
/// change, put the edge.
void insert_transfers(Lowered& lowered, const Device& device, ParameterUse& use) {
  Plan& plan = lowered.plan;
  const std::int64_t width = use(device.transfer_width);
  if (width == 0) return;
  const std::size_t buffers = plan.buffers.size();
  for (std::size_t b = 0; b < buffers; ++b) {
    if (!crosses_clusters(plan, plan.buffers[b])) continue;
    const Cycles cycles = ceil_div(plan.buffers[b].row_elements, width);
    insert_transfer(lowered, static_cast<int>(b));
    std::vector<Cycles>& cost = plan.stages[static_cast<std::size_t>(plan.buffers[b].from)].cost;
    std::fill(cost.begin(), cost.end(), cycles);
    plan.buffers.back().transfer_latency = 0;
  }
}

/// Rows that pass at the full rate while one row arrives and its slot comes back; latencies below a row's time hide
/// behind the next step.
Rows rows_under_way(const Plan& plan, const Buffer& buffer, Cycles interval) {
  const Cycles latency =
      plan.stages[static_cast<std::size_t>(buffer.from)].latency + buffer.transfer_latency + buffer.credit_latency;
  if (interval == 0 || latency < interval / buffer.rows_per_frame) return 0;
  return ceil_multiply_divide(latency, buffer.rows_per_frame, interval) + 1;
}

/// The consumer's window, and the rows of its next step: they arrive while it works on this one.
void set_prefetch_capacities(Plan& plan) {
  Cycles interval = 0;
  for (const Stage& stage : plan.stages) interval = std::max(interval, stage_interval(stage));
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    if (!plan.buffers[b].prefetch) continue;
    Rows next = 1;
    for (const StageInput& input : plan.stages[static_cast<std::size_t>(plan.buffers[b].to)].inputs) {
      if (input.buffer != static_cast<int>(b)) continue;
      for (std::size_t i = 1; i < input.releases.size(); ++i)
        next = std::max(next, input.releases[i] - input.releases[i - 1]);
    }
    plan.buffers[b].capacity_rows =
        smallest_capacity(plan, static_cast<int>(b)) + next + rows_under_way(plan, plan.buffers[b], interval);
  }
}

void set_capacities(Plan& plan, const CompileOptions& options) {
  plan.buffer_policy = options.buffer_policy;
  if (options.buffer_policy == BufferPolicy::minimal) {
    const std::vector<Rows> capacities = minimal_capacities(plan);
    for (std::size_t b = 0; b < capacities.size(); ++b) plan.buffers[b].capacity_rows = capacities[b];
  } else if (options.buffer_policy != BufferPolicy::unlimited) {
    throw Defect("compile: a buffer policy that is sizing's");
  }
  set_prefetch_capacities(plan);
  require_known_buffers("buffer capacities", plan, options.capacities);
  for (const auto& [name, rows] : options.capacities) {
    if (rows < 1)
      throw InputError("buffer capacities", fmt::format("found {} rows for \"{}\", expected at least 1", rows, name));
    plan.buffers[find_buffer(plan, name)].capacity_rows = rows;
  }
}

/// Names of the whole pipeline are known; those of other parts mean nothing here.
CompileOptions options_of_part(const Plan& whole, const CompileOptions& asked) {
  require_known_stages("--costs", whole, asked.costs);
  require_known_stages("--mapping", whole, asked.mapping);
  CompileOptions options = asked;
  const std::vector<int> stages = cuttable_stages(whole);
  std::set<std::string> known;
  for (int s = asked.part->first; s < asked.part->last; ++s) {
    const Stage& stage = whole.stage(stages[static_cast<std::size_t>(s)]);
    known.insert(stage.name);
    known.insert(stage.layer);
  }
  const auto keep_known = [&](auto& by_name) {
    for (auto entry = by_name.begin(); entry != by_name.end();)
      entry = known.count(entry->first) > 0 ? std::next(entry) : by_name.erase(entry);
  };
  keep_known(options.costs);
  keep_known(options.mapping);
  keep_known(options.extra_subclusters);
  options.capacities.clear();
  return options;
}

}  // namespace

Plan described(const Lowered& whole, const Network& network, const Device& device) {
  ParameterUse use;
  Plan plan = whole.plan;
  summarise(plan, network, device, use);
  plan.tile_height = tile_height_of(plan);
  plan.assumed = use.assumed();
  add_buffering_metric(plan, whole, network);
  return plan;
}

namespace {

/// A pipeline lowered for the device, or a part of one; `tile_height`: of the whole.
Plan compile_lowered(Lowered lowered, const std::string& tile_height, const Network& network, const Device& device,
                     const CompileOptions& options) {
  ParameterUse use;
  Plan& plan = lowered.plan;
  for (Buffer& buffer : plan.buffers) buffer.credit_latency = use(device.credit_latency);
  summarise(plan, network, device, use);
  plan.tile_height = tile_height;
  add_buffering_metric(plan, lowered, network);
  const Cycles ends = traffic_interval(level_traffic(plan, device, use));  // nothing spilled yet: of source and sinks
  insert_stores(lowered, options);
  const std::vector<CostModel> models = cost_models(lowered, device, options.costs, use);
  map_stages(lowered, models, device, options, use);
  if (device.row_forwarding) forward_rows(lowered, network, models);
  insert_transfers(lowered, device, use);
  set_capacities(plan, options);
  require_bounded_times(plan);
  plan.fit.mode = options.fit;
  update_memory_fit(plan);
  const Cycles layers = plan.bounds.device_interval;
  plan.bounds = lower_bounds(plan);
  if (layers > 0) plan.bounds.device_interval = std::max(layers, ends);
  plan.bounds.link_interval = traffic_interval(level_traffic(plan, device, use));
  plan.assumed = use.assumed();
  check_plan(plan);
  return std::move(plan);
}

}  // namespace

Plan compile(const Network& network, const Device& device, const CompileOptions& options) {
  if (!options.part) {
    Lowered lowered = lower(network, device);
    const std::string tile_height = tile_height_of(lowered.plan);
    return compile_lowered(std::move(lowered), tile_height, network, device, options);
  }
  const PipelinePart& part = *options.part;
  const auto whole = part.whole ? part.whole : std::make_shared<const Lowered>(lower(network, device));
  return compile_lowered(cut_pipeline(*whole, part), tile_height_of(whole->plan), network, device,
                         options_of_part(whole->plan, options));
}

}  // namespace rowflow
