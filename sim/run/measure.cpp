#include "sim/graph/evaluate_events.hpp"
#include "sim/run/measurable.hpp"
#include "sim/run/run.hpp"
#include "sim/run/second_opinion.hpp"

namespace rowflow {

namespace {

Measurement by_events(const EventGraph& graph, const RunOptions& options) {
  EventOptions asked;
  asked.frames = options.frames;
  asked.until_proven = options.until_proven;
  asked.accounts = options.accounts;
  asked.keeps = options.keeps;
  return evaluate_events(graph, asked);
}

}  // namespace

Measurement measure(const Plan& plan, const RunOptions& options) {
  require_measurable(plan, options.frames);
  return measure(EventGraph(plan), options);
}

Measurement measure(const EventGraph& graph, const RunOptions& options) {
  if (options.engine == Engine::events && graph.usable()) return by_events(graph, options);
  Measurement model = simulate_on(graph, options);
  compare_with_events(graph, model);
  return model;
}

Measurement measure_interval(const Plan& plan, int frames) {
  require_measurable(plan, frames);
  return measure_interval(EventGraph(plan), frames);
}

Measurement measure_interval(const EventGraph& graph, int frames) {
  RunOptions options;
  options.frames = frames;
  options.engine = Engine::events;
  options.accounts = false;
  return measure(graph, options);
}

}  // namespace rowflow
