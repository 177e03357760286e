#include "sim/evaluate/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/evaluate/contexts.hpp"
#include "sim/evaluate/diagnosis.hpp"
#include "sim/mapper/map_point.hpp"
#include "sim/mapper/sized_plan.hpp"
#include "sim/plan/time_bound.hpp"

namespace rowflow {

namespace {

double mean_of(const Measurement& run, const std::vector<Cycles>& from) {
  const int first = run.steady_first_frame, last = run.steady_last_frame;
  Cycles sum = 0;
  for (int f = first + 1; f <= last; ++f)
    sum += run.frame_completion[static_cast<std::size_t>(f)] - from[static_cast<std::size_t>(f)];
  return static_cast<double>(sum) / (last - first);
}

/// The largest frame period of the paced run: --fps, or the steady interval, rounded up so that the pipeline keeps up.
Cycles pace(const Plan& plan, const Ratio& interval, double fps) {
  if (fps > 0) {
    const double cycles = std::ceil(static_cast<double>(plan.device.clock_hz) / fps);
    if (cycles > static_cast<double>(most_cycles))
      throw InputError("--fps", fmt::format("found {}, expected more: {:.3g} cycles a frame", fps, cycles));
    return static_cast<Cycles>(cycles);
  }
  return std::max<Cycles>(1, ceil_div(interval.numerator, interval.denominator));
}

Measurement measure_paced(Plan& plan, Cycles period, Engine engine) {
  RunOptions paced;
  paced.engine = engine;
  paced.accounts = false;
  const SourcePacing before = plan.pacing;
  plan.pacing = even_pacing(period, static_cast<Rows>(plan.stages[static_cast<std::size_t>(plan.source)].steps()));
  auto measured = measure(plan, paced);
  plan.pacing = before;
  return measured;
}

/// The paced run that T14's run for the depths has been already, when it had the same source: the depths hold all that
/// was ever there, so with them nothing would have waited for space.
const Measurement* same_run(const Plan& plan, const std::optional<FullRate>& sizing, Cycles period) {
  if (!sizing || sizing->period != period || sizing->run.throughput.proof != Proof::repeat) return nullptr;
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
  Measurement anew;
  const Measurement* done = options.engine == Engine::events ? same_run(result.plan, sizing, period) : nullptr;
  if (done == nullptr) anew = measure_paced(result.plan, period, options.engine);
  const Measurement& measured = done != nullptr ? *done : anew;
  if (measured.steady_last_frame <= measured.steady_first_frame) return;
  result.latency.paced = mean_of(measured, measured.frame_start);
  result.latency.after_last_row = mean_of(measured, measured.frame_source_end);
}

bool within_budget(const Plan& plan) {
  return std::none_of(plan.fit.resources.begin(), plan.fit.resources.end(),
                      [](const ResourceUse& use) { return use.name == "buffer_budget_bytes"; });
}

RunResult evaluate_sized(SizedPlan sized, const EvaluateOptions& options) {
  RunResult result;
  result.plan = std::move(sized.plan);
  result.timing = options.timing == Timing::decoupled ? "decoupled" : "synchronous";
  if ((options.fit != "assume" && !result.plan.fit.fits) || !within_budget(result.plan)) {
    result.status = RunStatus::does_not_fit;
    return result;
  }
  RunOptions saturated;
  saturated.timing = options.timing;
  saturated.frames = options.frames;
  saturated.until_proven = options.until_proven;
  saturated.engine = options.engine;
  saturated.accounts = options.accounts;
  result.saturated = measure(result.plan, saturated);
  if (!result.saturated.completed) {
    result.status = RunStatus::deadlock;
    result.deadlock = diagnose(result.plan);
    return result;
  }
  measure_latencies(result, options, sized.sizing);
  if (result.saturated.stages.empty()) return result;
  for (const auto& block : result.plan.se_blocks)
    result.se.push_back(se_activity(result.plan, result.saturated, block));
  return result;
}

}  // namespace

Plan plan_point(const Network& network, const Device& device, const EvaluateOptions& options) {
  return sized_plan(network, device, options).plan;
}

RunResult evaluate_plan(Plan plan, const EvaluateOptions& options) {
  return evaluate_sized({std::move(plan), std::nullopt}, options);
}

RunResult evaluate(const Network& network, const Device& device, const EvaluateOptions& options) {
  PointPlan point = map_point(network, device, options);
  if (point.several) return evaluate_contexts(*point.several, options);
  if (!point.no_contexts.empty()) point.one.plan.warnings.push_back("no contexts: " + point.no_contexts);
  return evaluate_sized(std::move(point.one), options);
}

}  // namespace rowflow
