// EfficientNet-B2 as the user runs it: steps per second of the saturated run, and the time of each part of an
// evaluation.
#include <benchmark/benchmark.h>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {
namespace {

constexpr Rows tile_height = 7;

Network b2() {
  auto network = build_network(read_network_config(resolve_network("efficientnet_b2")));
  set_tile_height(network, tile_height);
  return network;
}

Device hailo8() { return read_device(resolve_device("hailo8")); }

CompileOptions unlimited() {
  CompileOptions options;
  options.buffer_policy = BufferPolicy::unlimited;
  return options;
}

void b2_steps(benchmark::State& state, Timing timing) {
  const Plan plan = plan_point(b2(), hailo8(), {});
  std::int64_t steps = 0;
  for (auto _ : state) steps += simulate(plan, {timing, 64}).steps_executed;
  state.counters["steps"] = benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(b2_steps, decoupled, Timing::decoupled)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(b2_steps, synchronous, Timing::synchronous)->Unit(benchmark::kMillisecond);

void b2_read(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(b2());
}
BENCHMARK(b2_read)->Unit(benchmark::kMillisecond);

void b2_compile(benchmark::State& state) {
  const auto network = b2();
  const auto device = hailo8();
  for (auto _ : state) benchmark::DoNotOptimize(compile(network, device, unlimited()));
}
BENCHMARK(b2_compile)->Unit(benchmark::kMillisecond);

void b2_minimal_depths(benchmark::State& state) {
  const Plan plan = compile(b2(), hailo8(), unlimited());
  for (auto _ : state) benchmark::DoNotOptimize(minimal_capacities(plan));
}
BENCHMARK(b2_minimal_depths)->Unit(benchmark::kMillisecond);

void b2_full_rate_depths(benchmark::State& state) {
  const Plan plan = compile(b2(), hailo8(), unlimited());
  for (auto _ : state) benchmark::DoNotOptimize(full_rate_capacities(plan));
}
BENCHMARK(b2_full_rate_depths)->Unit(benchmark::kMillisecond);

void b2_evaluate(benchmark::State& state, Engine engine) {
  const auto network = b2();
  const auto device = hailo8();
  EvaluateOptions options;
  options.engine = engine;
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(network, device, options));
}
BENCHMARK_CAPTURE(b2_evaluate, systemc_and_events, Engine::systemc)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(b2_evaluate, events, Engine::events)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rowflow
