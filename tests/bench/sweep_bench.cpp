// Points of a sweep a second, results on disk, against the number of workers; and what a point costs outside its
// evaluation.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/config/parse.hpp"
#include "sim/studies/sweep/run_sweep.hpp"
#include "sim/studies/sweep/sweep_contents.hpp"

namespace rowflow {
namespace {

/// EfficientNet-B0: heights of seven blocks by two rates, 256 points that differ in all that sweeps usually vary.
const char* const grid = R"({"network": "efficientnet_b0", "grid": {
  "block_heights": {"s1.b0.se": ["full", 7], "s2.b0.se": ["full", 7], "s2.b1.se": ["full", 7], "s3.b0.se": ["full", 7],
                    "s3.b1.se": ["full", 7], "s4.b0.se": ["full", 7], "s4.b1.se": ["full", 7]},
  "device": {"/rates/depthwise": [4000, 6000]}}})";

struct Ready {
  explicit Ready(const std::string& frames = "steady") { sweep.base.set(Knob::frames, frames); }
  Sweep sweep = sweep_from(parse_json(grid, "grid"), "grid");
  Contents contents = read_contents(sweep);
};

void b0_sweep(benchmark::State& state, const std::string& frames) {
  const Ready ready(frames);
  const auto folder = (std::filesystem::temp_directory_path() / ("rowflow_bench_" + std::to_string(getpid()))).string();
  std::uint64_t points = 0;
  for (auto _ : state) {
    SweepOptions options;
    options.jobs = static_cast<int>(state.range(0));
    points += run_sweep(ready.sweep, ready.contents, "bench", folder, options).done;
    state.PauseTiming();
    std::filesystem::remove_all(folder);
    state.ResumeTiming();
  }
  state.counters["points"] = benchmark::Counter(static_cast<double>(points), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(b0_sweep, steady, "steady")->Arg(1)->Arg(2)->Arg(4)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(b0_sweep, proven, "proven")->Arg(1)->Arg(2)->Arg(4)->Unit(benchmark::kMillisecond)->UseRealTime();

void b0_point(benchmark::State& state, const std::string& frames) {
  const Ready ready(frames);
  PointEvaluator evaluate(ready.contents, Keep::blocks, nullptr);
  std::uint64_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(point_at(ready.sweep, next++ % point_count(ready.sweep))));
}
BENCHMARK_CAPTURE(b0_point, steady, "steady")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(b0_point, proven, "proven")->Unit(benchmark::kMicrosecond);

void b0_point_on_its_way(benchmark::State& state) {
  const Ready ready;
  const DesignPoint settings = point_at(ready.sweep, 0);
  PointEvaluator evaluate(ready.contents, Keep::blocks, nullptr);
  const PointRow row = evaluate(settings);
  for (auto _ : state) benchmark::DoNotOptimize(unpack(pack(row)));
}
BENCHMARK(b0_point_on_its_way)->Unit(benchmark::kMicrosecond);

void b0_point_id(benchmark::State& state) {
  const Ready ready;
  std::uint64_t next = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        point_id(point_at(ready.sweep, next++ % point_count(ready.sweep)), ready.contents, "bench"));
}
BENCHMARK(b0_point_id)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace rowflow
