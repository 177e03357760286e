#include "sim/evaluate/contexts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "sim/base/error.hpp"
#include "sim/evaluate/diagnosis.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

namespace {

double steady_stall(const Measurement& run, int stage, int buffer) {
  if (stage < 0) return 0;
  for (const auto& stall : run.stages[static_cast<std::size_t>(stage)].stalls) {
    if (stall.buffer == buffer) return stall.steady_cycles;
  }
  return 0;
}

ContextResult measured(const ContextPlan& context, const EvaluateOptions& options) {
  RunOptions run_options;
  run_options.timing = options.timing;
  run_options.frames = options.frames;  // those of a batch beyond them go on with the interval
  run_options.until_proven = options.until_proven;
  run_options.engine = options.engine;
  ContextResult result;
  result.context = context;
  result.run = measure(context.plan, run_options);
  const bool given_depths = !options.capacities.empty() || !options.fifo_rows.empty();
  if (!result.run.completed && given_depths) return result;
  if (!result.run.completed || !result.run.throughput.interval)
    throw Defect(fmt::format("a context that the mapper chose does not run: {} …", context.plan.stages.front().name));
  for (const SeBlock& block : context.plan.se_blocks) result.se.push_back(se_activity(context.plan, result.run, block));
  return result;
}

/// Stages and buffers of one context behind those of the contexts before it.
void append(Plan& plan, const Plan& part) {
  const auto first_stage = static_cast<int>(plan.stages.size()), first_buffer = static_cast<int>(plan.buffers.size());
  for (Stage stage : part.stages) {
    for (StageInput& input : stage.inputs) input.buffer += first_buffer;
    for (StageOutput& output : stage.outputs) output.buffer += first_buffer;
    plan.stages.push_back(std::move(stage));
  }
  for (Buffer buffer : part.buffers) {
    buffer.from += first_stage;
    buffer.to += first_stage;
    plan.buffers.push_back(std::move(buffer));
  }
}

/// By the name of the scale stage of a block that one context holds: its bypass.
using Bypasses = std::map<std::string, int>;

/// A block's stages, found by name, and its bypass; of one that a cut goes through what its scale reads the map from.
SeBlock placed_block(const Plan& plan, const Plan& whole, const SeBlock& block, const Bypasses& bypasses) {
  const auto index = [&](int stage) { return find_stage(plan, whole.stage(stage).name); };
  SeBlock placed = block;
  placed.squeeze = index(block.squeeze);
  placed.scale = index(block.scale);
  for (int& stage : placed.excite) stage = index(stage);
  const auto held = bypasses.find(plan.stage(placed.scale).name);
  if (held != bypasses.end()) {
    placed.bypass = held->second;
    return placed;
  }
  const std::vector<StageInput>& before = whole.stage(block.scale).inputs;
  const auto port =
      std::find_if(before.begin(), before.end(), [&](const StageInput& input) { return input.buffer == block.bypass; });
  placed.bypass = plan.stage(placed.scale).inputs[static_cast<std::size_t>(port - before.begin())].buffer;
  return placed;
}

void add_resources(Fit& fit, const Fit& part) {
  for (const ResourceUse& use : part.resources) {
    if (use.scope != "chip") continue;
    const auto same = std::find_if(fit.resources.begin(), fit.resources.end(),
                                   [&](const ResourceUse& known) { return known.name == use.name; });
    if (same == fit.resources.end())
      fit.resources.push_back(use);
    else
      same->demand = std::max(same->demand, use.demand);
  }
}

Plan together(const Contexts& contexts, const ContextsResult& result) {
  Plan plan;
  static_cast<Provenance&>(plan) = contexts.whole;
  Bypasses bypasses;
  for (const ContextResult& context : result.list) {
    const Plan& part = context.context.plan;
    const auto first_buffer = static_cast<int>(plan.buffers.size());
    for (const SeBlock& block : part.se_blocks) bypasses[part.stage(block.scale).name] = first_buffer + block.bypass;
    append(plan, part);
    add_resources(plan.fit, part.fit);
    plan.buffer_policy = part.buffer_policy;
    add_assumed(plan, part.assumed);
    for (const std::string& warning : part.warnings)
      if (std::find(plan.warnings.begin(), plan.warnings.end(), warning) == plan.warnings.end())
        plan.warnings.push_back(warning);
    if (part.bounds.stage_interval > plan.bounds.stage_interval) {
      plan.bounds.stage_interval = part.bounds.stage_interval;
      plan.bounds.stage = part.bounds.stage;
    }
    plan.bounds.link_interval = std::max(plan.bounds.link_interval, part.bounds.link_interval);
    plan.bounds.min_latency += part.bounds.min_latency;
  }
  for (const SeBlock& block : contexts.whole.se_blocks)
    plan.se_blocks.push_back(placed_block(plan, contexts.whole, block, bypasses));
  plan.mapping = result.list[slowest_context(result)].context.plan.mapping;
  plan.fit.mode = "contexts";
  plan.fit.contexts = static_cast<int>(result.list.size());
  return plan;
}

/// Blame is by buffer, and those are numbered through all contexts.
void append(Measurement& all, const Measurement& part, int first_buffer) {
  for (StageActivity stage : part.stages) {
    for (StallCause& stall : stage.stalls)
      if (stall.buffer >= 0) stall.buffer += first_buffer;
    all.stages.push_back(std::move(stage));
  }
  all.buffers.insert(all.buffers.end(), part.buffers.begin(), part.buffers.end());
  all.steps_executed += part.steps_executed;
}

/// Frames of a batch enter the first context and leave the last.
Measurement together(const ContextsResult& result, std::int64_t clock_hz) {
  Measurement all;
  int buffers = 0;
  for (const ContextResult& context : result.list) {
    append(all, context.run, buffers);
    buffers += static_cast<int>(context.context.plan.buffers.size());
  }
  const Cycles total = batch_time(result, result.batch).total;
  const Measurement &first = result.list.front().run, &last = result.list.back().run;
  const std::vector<Cycles> begins = context_begins(result);
  all.engine = first.engine;
  all.completed = true;
  all.frames = result.batch;
  all.elapsed = total;
  for (int f = 0; f < result.batch; ++f) {
    all.frame_completion.push_back(begins.back() + time_of_frames(last, f + 1));
    if (static_cast<std::size_t>(f) < first.frame_start.size())
      all.frame_start.push_back(begins.front() + first.frame_start[static_cast<std::size_t>(f)]);
  }
  all.throughput.interval = Ratio{total, result.batch};
  all.throughput.fps = result.batch * static_cast<double>(clock_hz) / static_cast<double>(total);
  all.throughput.proof = Proof::batch;
  return all;
}

void shift(StageTimeline& stage, Cycles by) {
  stage.idle_from += by;
  for (StepStamp& step : stage.steps) {
    step.start += by;
    step.rows_at += by;
  }
  for (StepEnd& end : stage.ends) {
    end.rows_until += by;
    end.at += by;
  }
}

/// Depths that were given may: of a context that does, as of a plan in one context.
RunResult deadlocked(const Contexts& contexts, std::size_t index, ContextResult context) {
  RunResult result;
  result.plan = std::move(context.context.plan);
  result.plan.warnings.push_back(
      fmt::format("context {} of {} deadlocks: nothing more is simulated", index + 1, contexts.list.size()));
  result.plan.fit.mode = "contexts";
  result.plan.fit.contexts = static_cast<int>(contexts.list.size());
  result.status = RunStatus::deadlock;
  result.saturated = std::move(context.run);
  result.deadlock = diagnose(result.plan);
  return result;
}

}  // namespace

Timeline record_batch(const RunResult& result, const Timeline& window) {
  const ContextsResult& several = *result.several;
  Timeline batch = window;
  const std::vector<Cycles> begins = context_begins(several);
  for (std::size_t c = 0; c < several.list.size(); ++c) {
    const ContextResult& context = several.list[c];
    const Cycles begin = begins[c];
    Timeline part = window;
    part.from = std::max<Cycles>(0, window.from - begin);
    part.to = std::max<Cycles>(0, window.to - begin);
    RunOptions options;
    options.frames = several.batch;
    options.timeline = &part;
    simulate(context.context.plan, options);
    for (StageTimeline& stage : part.stages) {
      shift(stage, begin);
      batch.stages.push_back(std::move(stage));
    }
    batch.truncated = batch.truncated || part.truncated;
  }
  return batch;
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
    activity.excite_busy_cycles =
        std::max(activity.excite_busy_cycles, run.stages[static_cast<std::size_t>(stage)].steady_busy);
  }
  return activity;
}

RunResult evaluate_contexts(const Contexts& contexts, const EvaluateOptions& options) {
  auto several = std::make_shared<ContextsResult>();
  static_cast<ContextsSummary&>(*several) = contexts;
  for (std::size_t c = 0; c < contexts.list.size(); ++c) {
    ContextResult context = measured(contexts.list[c], options);
    if (!context.run.completed) return deadlocked(contexts, c, std::move(context));
    several->list.push_back(std::move(context));
  }
  RunResult result;
  result.timing = options.timing == Timing::decoupled ? "decoupled" : "synchronous";
  result.plan = together(contexts, *several);
  result.saturated = together(*several, result.plan.device.clock_hz);
  result.latency.isolated = batch_time(*several, 1).total + several->host_overhead;
  result.several = std::move(several);
  for (const SeBlock& block : result.plan.se_blocks)
    result.se.push_back(se_activity(result.plan, result.saturated, block));
  return result;
}

}  // namespace rowflow
