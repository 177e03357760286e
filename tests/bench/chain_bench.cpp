// Kernel speed: stage steps per second on a chain of 100 stages, decoupled and in step with the clock.
#include <benchmark/benchmark.h>

#include "models/systemc.hpp"
#include "sim/run/run.hpp"

int sc_main(int, char**) { return 0; }  // wanted by libsystemc; the benchmark has a main of its own

namespace rowflow {
namespace {

/// A chain of row-wise stages with slightly different costs and buffers of four rows.
Plan chain(int stages, Rows rows) {
  Plan plan;
  const auto count = static_cast<std::size_t>(rows);
  std::vector<Rows> each(count);
  for (std::size_t i = 0; i < count; ++i) each[i] = static_cast<Rows>(i) + 1;
  for (int s = 0; s < stages; ++s) {
    Stage stage;
    stage.name = stage.layer = "s" + std::to_string(s);
    stage.kind = s == 0 ? StageKind::source : s == stages - 1 ? StageKind::sink : StageKind::conv;
    stage.cost.assign(count, 100 + (s * 7) % 13);
    stage.latency = 20;
    if (s > 0) {
      const int buffer = static_cast<int>(plan.buffers.size());
      plan.buffers.push_back(
          {"b" + std::to_string(s), s - 1, s, BufferRole::straight, "", rows, 4, 64, 8, 64, 0, 0, {}});
      plan.stages.back().outputs.push_back({buffer, each});
      stage.inputs.push_back({buffer, each, each});
    }
    plan.stages.push_back(stage);
  }
  plan.device.clock_hz = 1'000'000;
  return plan;
}

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
