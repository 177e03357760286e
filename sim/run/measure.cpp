#include "sim/graph/evaluate_events.hpp"
#include "sim/run/measurable.hpp"
#include "sim/run/run.hpp"
#include "sim/run/second_opinion.hpp"

namespace rowflow {

namespace {

Measurement by_model(const Plan& plan, const RunOptions& options) {
  Measurement model = simulate(plan, options);
  compare_with_events(EventGraph(plan), model);
  return model;
}

}  // namespace

Measurement measure(const Plan& plan, const RunOptions& options) {
  if (options.engine == Engine::systemc) return by_model(plan, options);
  require_measurable(plan, options.frames);
  EventOptions asked;
  asked.frames = options.frames;
  asked.until_proven = options.until_proven;
  asked.settle_peaks = options.settle_peaks;
  asked.accounts = options.accounts;
  auto events = evaluate_events(plan, asked);
  return events ? *std::move(events) : simulate(plan, options);
}

Measurement measure_interval(const Plan& plan, int frames) {
  RunOptions options;
  options.frames = frames;
  options.engine = Engine::events;
  options.accounts = false;
  return measure(plan, options);
}

}  // namespace rowflow
