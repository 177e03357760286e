// Steps per second of the evaluator on the event graph, of the SystemC model, and of a plain max-plus loop over the
// same pipeline: the limit.
#include <benchmark/benchmark.h>

#include <map>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/graph/evaluate_events.hpp"
#include "sim/graph/evaluation.hpp"
#include "sim/graph/steady_regime.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/run/run.hpp"
#include "tests/bench/chain.hpp"

namespace rowflow {
namespace {

constexpr int frames = 64;

const Plan& plan_of(const std::string& network) {
  static std::map<std::string, Plan> plans;
  const auto known = plans.find(network);
  if (known != plans.end()) return known->second;
  if (network == "chain") return plans.emplace(network, chain(100, 1000)).first->second;
  auto built = build_network(read_network_config(resolve_network(network)));
  set_tile_height(built, 7);
  return plans.emplace(network, plan_point(built, read_device(resolve_device("hailo8")), {})).first->second;
}

void count(benchmark::State& state, std::int64_t steps) {
  state.counters["steps"] = benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate);
}

/// Every arc of every frame in one array of absolute times, nothing else: no order to look up, no frames to keep apart,
/// no accounts.
void plain_loop(benchmark::State& state, const std::string& network) {
  const Plan& plan = plan_of(network);
  const EventGraph graph(plan);
  struct Step {
    std::int32_t step, before, arcs;
    Cycles cost;
  };
  std::vector<Step> steps;
  std::size_t n = 0;
  for (const EventRun& run : graph.runs())
    for (std::int32_t i = run.first; i < run.first + run.count; ++i, n += 2) {
      const auto stage = static_cast<std::size_t>(run.stage);
      const std::int32_t before = i == graph.base(stage) ? graph.last(stage) - graph.events() : i - 1;
      steps.push_back({i, before, static_cast<std::int32_t>(graph.bounds()[n + 2] - graph.bounds()[n]),
                       graph.cost()[static_cast<std::size_t>(i)]});
    }
  const auto events = static_cast<std::size_t>(graph.events()), back = static_cast<std::size_t>(graph.frames_back());
  std::vector<Cycles> times((back + frames) * events, 0);
  for (auto _ : state) {
    for (int f = 0; f < frames; ++f) {
      Cycles* const now = times.data() + (back + static_cast<std::size_t>(f)) * events;
      const EventArc* arc = graph.arcs().data();
      for (const Step& step : steps) {
        Cycles time = now[step.before];
        for (const EventArc* const end = arc + step.arcs; arc != end; ++arc)
          time = std::max(time, now[arc->event] + arc->cycles);
        now[step.step] = time + step.cost;
      }
    }
    benchmark::DoNotOptimize(times.data());
  }
  count(state, state.iterations() * frames * graph.steps());
}

void times_only(benchmark::State& state, const std::string& network) {
  const EventGraph graph(plan_of(network));
  for (auto _ : state) {
    Evaluation evaluation(graph, {false, false});
    for (int f = 0; f < frames; ++f) evaluation.next_frame();
    benchmark::DoNotOptimize(evaluation.completion());
  }
  count(state, state.iterations() * frames * graph.steps());
}

void evaluator(benchmark::State& state, const std::string& network, bool accounts) {
  const Plan& plan = plan_of(network);
  EventOptions options;
  options.frames = frames;
  options.accounts = accounts;
  std::int64_t steps = 0;
  for (auto _ : state) steps += evaluate_events(plan, options)->steps_executed;
  count(state, steps);
}

void systemc(benchmark::State& state, const std::string& network) {
  const Plan& plan = plan_of(network);
  std::int64_t steps = 0;
  for (auto _ : state) steps += simulate(plan, {Timing::decoupled, frames}).steps_executed;
  count(state, steps);
}

/// What run does: the model, and the evaluator's second opinion.
void compared(benchmark::State& state, const std::string& network) {
  const Plan& plan = plan_of(network);
  std::int64_t steps = 0;
  for (auto _ : state) steps += measure(plan, {Timing::decoupled, frames}).steps_executed;
  count(state, steps);
}

void regime(benchmark::State& state, const std::string& network) {
  const Plan& plan = plan_of(network);
  const EventGraph graph(plan);
  const Throughput throughput = measure_interval(plan).throughput;
  int needed = 0;
  for (auto _ : state) needed = regime_of(graph, throughput)->frames;
  state.counters["frames"] = needed;
}

void build(benchmark::State& state, const std::string& network) {
  const Plan& plan = plan_of(network);
  for (auto _ : state) benchmark::DoNotOptimize(EventGraph(plan).usable());
}

const bool registered = [] {
  for (const std::string network :
       {"efficientnet_b0", "efficientnet_b2", "efficientnet_b7", "efficientdet_d2", "chain"}) {
    const auto add = [&](const std::string& what, auto bench) {
      benchmark::RegisterBenchmark((network + "/" + what).c_str(), bench)->Unit(benchmark::kMillisecond);
    };
    add("plain_loop", [=](benchmark::State& state) { plain_loop(state, network); });
    add("evaluation_times", [=](benchmark::State& state) { times_only(state, network); });
    add("evaluator_times_and_proof", [=](benchmark::State& state) { evaluator(state, network, false); });
    add("evaluator_accounts", [=](benchmark::State& state) { evaluator(state, network, true); });
    add("systemc_compared", [=](benchmark::State& state) { compared(state, network); });
    add("steady_regime", [=](benchmark::State& state) { regime(state, network); });
    add("systemc", [=](benchmark::State& state) { systemc(state, network); });
    add("build_graph", [=](benchmark::State& state) { build(state, network); });
  }
  return true;
}();

}  // namespace
}  // namespace rowflow
