#include "sim/sizing/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/base/integer.hpp"
#include "sim/compile/names.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/sizing/capacities.hpp"
#include "sim/sizing/diagnosis.hpp"

namespace rowflow {

namespace {

double mean_of(const Measurement& run, const std::vector<Cycles>& from) {
  const int first = run.steady_first_frame, last = run.steady_last_frame;
  Cycles sum = 0;
  for (int f = first + 1; f <= last; ++f) sum += run.frame_completion[static_cast<std::size_t>(f)] - from[static_cast<std::size_t>(f)];
  return static_cast<double>(sum) / (last - first);
}

/// The largest frame period of the paced run: --fps, or the steady interval, rounded up so that the pipeline keeps up.
Cycles pace(const Plan& plan, const Ratio& interval, double fps) {
  if (fps > 0) return static_cast<Cycles>(std::ceil(static_cast<double>(plan.device.clock_hz) / fps));
  return std::max<Cycles>(1, ceil_div(interval.numerator, interval.denominator));
}

Measurement simulate_paced(Plan& plan, Cycles period) {
  const SourcePacing before = plan.pacing;
  plan.pacing = even_pacing(period, static_cast<Rows>(plan.stages[static_cast<std::size_t>(plan.source)].steps()));
  auto measured = simulate(plan);
  plan.pacing = before;
  return measured;
}

/// The paced run that T14's run for the depths has been already, when it had the same source: the depths hold all that was ever there,
/// so with them nothing would have waited for space.
const Measurement* same_run(const Plan& plan, const std::optional<FullRate>& sizing, Cycles period) {
  if (!sizing || sizing->period != period || sizing->run.throughput.proof != "repeat") return nullptr;
  // Beats wait for space within a row (T16).
  const auto forwarded = [](const Buffer& buffer) { return buffer.forwarding.has_value(); };
  return std::any_of(plan.buffers.begin(), plan.buffers.end(), forwarded) ? nullptr : &sizing->run;
}

void measure_latencies(RunResult& result, const EvaluateOptions& options, const std::optional<FullRate>& sizing) {
  const auto& run = result.saturated;
  result.latency.isolated = run.frame_completion.front() - run.frame_start.front();
  if (run.steady_last_frame > run.steady_first_frame) result.latency.loaded = mean_of(run, run.frame_start);
  if (!run.throughput.interval) return;
  const Cycles period = pace(result.plan, *run.throughput.interval, options.fps);
  if (static_cast<double>(period) < run.throughput.interval->value()) {
    result.plan.warnings.push_back("the source is paced faster than the pipeline's interval: no steady paced latency");
    return;
  }
  Measurement simulated;
  const Measurement* done = same_run(result.plan, sizing, period);
  if (done == nullptr) simulated = simulate_paced(result.plan, period);
  const Measurement& measured = done != nullptr ? *done : simulated;
  if (measured.steady_last_frame <= measured.steady_first_frame) return;
  result.latency.paced = mean_of(measured, measured.frame_start);
  result.latency.after_last_row = mean_of(measured, measured.frame_source_end);
}

double steady_stall(const Measurement& run, int stage, int buffer) {
  if (stage < 0) return 0;
  for (const auto& stall : run.stages[static_cast<std::size_t>(stage)].stalls) {
    if (stall.buffer == buffer) return stall.steady_cycles;
  }
  return 0;
}

SeActivity se_activity(const Plan& plan, const Measurement& run, const SeBlock& block) {
  SeActivity activity;
  for (const auto& port : plan.stages[static_cast<std::size_t>(block.scale)].inputs) {
    if (plan.buffers[static_cast<std::size_t>(port.buffer)].role == BufferRole::vector)
      activity.wait_for_vector_cycles += steady_stall(run, block.scale, port.buffer);
  }
  const int entrance = bypass_buffers(plan, block).front();
  activity.producer_blocked_cycles = steady_stall(run, plan.buffers[static_cast<std::size_t>(entrance)].from, entrance);
  for (const int stage : block.excite) {
    activity.excite_busy_cycles = std::max(activity.excite_busy_cycles, run.stages[static_cast<std::size_t>(stage)].steady_busy);
  }
  return activity;
}

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
  plan.buffer_policy = options.capacities.empty() && options.fifo_rows.empty() ? options.buffers : "file";
  if (options.buffer_budget && bytes_of(plan, capacities) > *options.buffer_budget) {
    const auto minimal = minimal_capacities(plan);
    auto within = capacities_within(plan, minimal, capacities, *options.buffer_budget);
    const Bytes least = bytes_of(plan, minimal);
    if (within.empty()) {
      short_of_budget = least;
      within = minimal;
    }
    capacities = std::move(within);
    plan.buffer_policy = "budget";
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

void check_names(const Plan& plan, const std::map<std::string, Rows>& capacities, const std::string& where) {
  std::vector<std::string> names;
  for (const Buffer& buffer : plan.buffers) names.push_back(buffer.name);
  for (const auto& entry : capacities) require_known_name(where, "buffer", entry.first, names);
}

bool within_budget(const Plan& plan) {
  return std::none_of(plan.fit.resources.begin(), plan.fit.resources.end(),
                      [](const ResourceUse& use) { return use.name == "buffer_budget_bytes"; });
}

}  // namespace

namespace {

struct SizedPlan {
  Plan plan;
  std::optional<FullRate> sizing;
};

SizedPlan sized_plan(const Network& network, const Device& device, const EvaluateOptions& options) {
  CompileOptions compile_options;
  compile_options.buffer_policy = "unlimited";
  compile_options.fit = options.fit;
  compile_options.costs = options.costs;
  compile_options.mapping = options.mapping;
  compile_options.extra_subclusters = options.extra_subclusters;
  SizedPlan sized{compile(network, device, compile_options), std::nullopt};
  sized.sizing = size_buffers(sized.plan, options);
  for (int round = 0; round < most_rounds && learn_memory(sized.plan, compile_options); ++round) {
    sized.plan = compile(network, device, compile_options);
    sized.sizing = size_buffers(sized.plan, options);
  }
  check_names(sized.plan, options.capacities, "buffer capacities");
  check_names(sized.plan, options.fifo_rows, "--mapping: /fifo_rows");
  return sized;
}

RunResult evaluate_sized(SizedPlan sized, const EvaluateOptions& options) {
  RunResult result;
  result.plan = std::move(sized.plan);
  result.timing = options.timing == Timing::decoupled ? "decoupled" : "synchronous";
  if ((options.fit == "require" && !result.plan.fit.fits) || !within_budget(result.plan)) {
    result.status = RunStatus::does_not_fit;
    return result;
  }
  result.saturated = simulate(result.plan, {options.timing, options.frames});
  if (!result.saturated.completed) {
    result.status = RunStatus::deadlock;
    result.deadlock = diagnose(result.plan);
    return result;
  }
  measure_latencies(result, options, sized.sizing);
  for (const auto& block : result.plan.se_blocks) result.se.push_back(se_activity(result.plan, result.saturated, block));
  return result;
}

}  // namespace

Plan plan_point(const Network& network, const Device& device, const EvaluateOptions& options) {
  return sized_plan(network, device, options).plan;
}

RunResult evaluate_plan(Plan plan, const EvaluateOptions& options) { return evaluate_sized({std::move(plan), std::nullopt}, options); }

RunResult evaluate(const Network& network, const Device& device, const EvaluateOptions& options) {
  return evaluate_sized(sized_plan(network, device, options), options);
}

}  // namespace rowflow
