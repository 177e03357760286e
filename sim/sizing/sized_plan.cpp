#include "sim/sizing/sized_plan.hpp"

#include <algorithm>

#include "sim/compile/names.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/sizing/best_plan.hpp"

namespace rowflow {

namespace {

/// Depths of the policy; those of `options.capacities` stay as they are. The run that gave them, when they are T14's full-rate depths and
/// nothing else.
std::optional<FullRate> size_buffers(Plan& plan, const EvaluateOptions& options) {
  std::optional<FullRate> sizing;
  if (options.buffers != "minimal") sizing = full_rate(plan);
  std::vector<Rows> capacities = sizing ? sizing->capacities : minimal_capacities(plan);
  const auto override_single = [&] {
    for (std::size_t b = 0; b < capacities.size(); ++b) {
      // Window − 1 rows that stay, the row being written, and the FIFO's own.
      const auto fifo = options.fifo_rows.find(plan.buffers[b].name);
      if (fifo != options.fifo_rows.end()) capacities[b] = smallest_capacity(plan, static_cast<int>(b)) + fifo->second;
      const auto given = options.capacities.find(plan.buffers[b].name);
      if (given != options.capacities.end()) capacities[b] = given->second;
    }
  };
  override_single();
  std::optional<Bytes> short_of_budget;
  const bool given = !options.capacities.empty() || !options.fifo_rows.empty();
  plan.buffer_policy = given ? BufferPolicy::file : enum_of<BufferPolicy>(options.buffers).value_or(BufferPolicy::file);
  if (options.buffer_budget && bytes_of(plan, capacities) > *options.buffer_budget) {
    const auto minimal = minimal_capacities(plan);
    auto within = capacities_within(plan, minimal, capacities, *options.buffer_budget);
    const Bytes least = bytes_of(plan, minimal);
    if (within.empty()) {
      short_of_budget = least;
      within = minimal;
    }
    capacities = std::move(within);
    plan.buffer_policy = BufferPolicy::budget;
    override_single();
  }
  if (sizing && sizing->capacities != capacities) sizing.reset();
  set_capacities(plan, capacities);
  update_memory_fit(plan);
  if (short_of_budget) {
    plan.fit.fits = false;
    plan.fit.resources.push_back({"buffer_budget_bytes", "chip", *short_of_budget, *options.buffer_budget});
  }
  return sizing;
}

constexpr int most_rounds = 6;

/// Depths decide where buffers lie (T15), and that decides depths. What has been found to spill stays so, hence this ends; cuts of the
/// others matter to the placement only where a cluster is short of them. False when nothing new was learnt.
bool learn_memory(const Plan& plan, CompileOptions& options) {
  bool learnt = false;
  const auto spilled = spilled_levels(plan);
  // Rows that waited in a bypass come out of it at once and pile up behind it; from a memory level they come at its pace. So bypasses go
  // first.
  for (const bool bypasses : {true, false}) {
    for (const auto& [name, level] : spilled) {
      const BufferRole role = plan.buffers[static_cast<std::size_t>(find_buffer(plan, name))].role;
      if ((role == BufferRole::se_bypass || role == BufferRole::skip) == bypasses)
        learnt = options.levels.emplace(name, level).second || learnt;
    }
    if (learnt) break;
  }
  const bool cluster_short = std::any_of(plan.fit.resources.begin(), plan.fit.resources.end(), [](const ResourceUse& use) {
    return use.name == "l3_cuts" && use.scope != "chip" && use.demand > use.limit;
  });
  if (cluster_short && options.buffer_cuts.empty()) {
    for (const Buffer& buffer : plan.buffers) options.buffer_cuts[buffer.name] = cuts_of(plan, buffer);
    learnt = true;
  }
  return learnt;
}

}  // namespace

namespace {

CompileOptions compile_options_of(const EvaluateOptions& options) {
  CompileOptions compile_options;
  compile_options.buffer_policy = BufferPolicy::unlimited;
  compile_options.fit = options.fit;
  compile_options.costs = options.costs;
  compile_options.mapping = options.mapping;
  compile_options.extra_subclusters = options.extra_subclusters;
  return compile_options;
}

}  // namespace

SizedPlan sized_plan(const Network& network, const Device& device, const EvaluateOptions& options) {
  if (options.buffers == "best" && !device.row_forwarding) {
    SizedPlan best{best_plan(network, device, compile_options_of(options), options), std::nullopt};
    return best;
  }
  CompileOptions compile_options = compile_options_of(options);
  SizedPlan sized{compile(network, device, compile_options), std::nullopt};
  sized.sizing = size_buffers(sized.plan, options);
  for (int round = 0; round < most_rounds && learn_memory(sized.plan, compile_options); ++round) {
    sized.plan = compile(network, device, compile_options);
    sized.sizing = size_buffers(sized.plan, options);
  }
  require_known_buffers("buffer capacities", sized.plan, options.capacities);
  require_known_buffers("--mapping: /fifo_rows", sized.plan, options.fifo_rows);
  return sized;
}

}  // namespace rowflow
