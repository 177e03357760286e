#include "sim/evaluate/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/evaluate/contexts.hpp"
#include "sim/evaluate/diagnosis.hpp"
#include "sim/evaluate/link_sharing.hpp"
#include "sim/evaluate/penalty.hpp"
#include "sim/mapper/fit.hpp"
#include "sim/mapper/map_point.hpp"
#include "sim/mapper/sized_plan.hpp"
#include "sim/plan/time_bound.hpp"
#include "sim/plan/untimed.hpp"

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

Plan with_pace(Plan plan, Cycles period) {
  plan.pacing = even_pacing(period, static_cast<Rows>(plan.stages[static_cast<std::size_t>(plan.source)].steps()));
  return plan;
}

/// At which T14's depths were found: as they hold all that is ever there, the plan keeps it.
std::optional<Cycles> kept_period(const Plan& plan, const std::optional<FullRate>& sizing) {
  const bool known = sizing && sizing->regime && sizing->regime->scale == 1;
  // Beats wait for space within a row (T16).
  return known && !is_forwarded(plan) ? std::optional<Cycles>(sizing->regime->period) : std::nullopt;
}

/// The regime at that pace. That which gave T14's depths is the same when it was paced so: the depths hold all that is
/// ever there, so with them nothing waits for space.
std::optional<SteadyRegime> paced_regime(const EventGraph& graph, const std::optional<FullRate>& sizing,
                                         Cycles period) {
  if (kept_period(graph.plan(), sizing) == period) return sizing->regime;
  return graph.usable() ? steady_regime(graph, {period, 1}, false) : std::nullopt;
}

/// The SystemC model, paced, from empty: by then it must be in that regime.
void check_regime(const Plan& plan, const SteadyRegime& regime) {
  RunOptions options;
  options.frames = regime.frames + 1;
  const Measurement run = measure(with_pace(plan, regime.period), options);
  const Cycles latency = run.frame_completion.back() - run.frame_start.back(),
               after_last_row = run.frame_completion.back() - run.frame_source_end.back();
  if (latency == regime.latency && after_last_row == regime.after_last_row) return;
  throw Defect(fmt::format("paced latency: SystemC {} ({} after the last row) in frame {}, event graph {} ({})",
                           latency, after_last_row, regime.frames, regime.latency, regime.after_last_row));
}

/// Where figures are too large for the graph, or the pipeline may not keep that pace for ever.
void measure_paced(RunResult& result, Cycles period, Engine engine) {
  RunOptions options;
  options.engine = engine;
  options.accounts = false;
  const Measurement measured = measure(with_pace(result.plan, period), options);
  if (measured.steady_last_frame <= measured.steady_first_frame) return;
  result.latency.paced = mean_of(measured, measured.frame_start);
  result.latency.after_last_row = mean_of(measured, measured.frame_source_end);
}

void measure_latencies(RunResult& result, const EventGraph& graph, const EvaluateOptions& options,
                       const std::optional<FullRate>& sizing) {
  const auto& run = result.saturated;
  result.latency.isolated = run.frame_completion.front() - run.frame_start.front();
  if (options.link_sharing) result.latency.link_sharing = link_sharing(result.plan, *result.latency.isolated);
  if (run.steady_last_frame > run.steady_first_frame) result.latency.loaded = mean_of(run, run.frame_start);
  if (!run.throughput.interval) return;
  const Cycles period = pace(result.plan, *run.throughput.interval, options.fps);
  if (static_cast<double>(period) < run.throughput.interval->value()) {
    result.plan.warnings.push_back("the source is paced faster than the pipeline's interval: no steady paced latency");
    return;
  }
  const auto regime = run.throughput.proof != Proof::none ? paced_regime(graph, sizing, period) : std::nullopt;
  if (!regime) return measure_paced(result, period, options.engine);
  if (options.engine == Engine::systemc) check_regime(result.plan, *regime);
  result.latency.paced = static_cast<double>(regime->latency);
  result.latency.after_last_row = static_cast<double>(regime->after_last_row);
}

RunResult evaluate_sized(SizedPlan sized, const EvaluateOptions& options) {
  RunResult result;
  result.plan = std::move(sized.plan);
  result.timing = options.timing == Timing::decoupled ? "decoupled" : "synchronous";
  if ((options.fit != "assume" && !result.plan.fit.fits) || !meets_budget(result.plan)) {
    result.status = RunStatus::does_not_fit;
    return result;
  }
  RunOptions saturated;
  saturated.timing = options.timing;
  saturated.frames = options.frames;
  saturated.until_proven = options.until_proven;
  saturated.engine = options.engine;
  saturated.accounts = options.accounts;
  saturated.keeps = kept_period(result.plan, sized.sizing);
  require_measurable(result.plan, saturated.frames);
  const EventGraph graph(result.plan);
  result.saturated = measure(graph, saturated);
  if (!result.saturated.completed) {
    result.status = RunStatus::deadlock;
    result.deadlock = diagnose(result.plan);
    return result;
  }
  measure_latencies(result, graph, options, sized.sizing);
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

namespace {

RunResult evaluated(const Network& network, const Device& device, const EvaluateOptions& options) {
  PointPlan point = map_point(network, device, options);
  if (point.several) return evaluate_contexts(*point.several, options);
  if (!point.no_contexts.empty()) point.one.plan.warnings.push_back("no contexts: " + point.no_contexts);
  return evaluate_sized(std::move(point.one), options);
}

}  // namespace

RunResult evaluate(const Network& network, const Device& device, const EvaluateOptions& options) {
  RunResult result = evaluated(network, device, options);
  if (!options.penalties) return result;
  const PenaltyFound found = penalty_of(network, *options.penalties);
  result.penalty = found.total;
  if (!found.total)
    result.plan.warnings.push_back(fmt::format("penalty unknown: {} {}", options.penalties->file, found.missing));
  return result;
}

}  // namespace rowflow
