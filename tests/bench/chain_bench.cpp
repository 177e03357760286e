// Kernel speed: stage steps per second on a chain of 100 stages, decoupled and in step with the clock.
#include <benchmark/benchmark.h>

#include "models/systemc.hpp"
#include "sim/run/run.hpp"
#include "tests/bench/chain.hpp"

int sc_main(int, char**) { return 0; }  // wanted by libsystemc; the benchmark has a main of its own

namespace rowflow {
namespace {

void chain_steps(benchmark::State& state, Timing timing) {
  const Plan plan = chain(100, 1000);
  std::int64_t steps = 0;
  for (auto _ : state) steps += simulate(plan, {timing, 8}).steps_executed;
  state.counters["steps"] = benchmark::Counter(static_cast<double>(steps), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(chain_steps, decoupled, Timing::decoupled)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(chain_steps, synchronous, Timing::synchronous)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rowflow
