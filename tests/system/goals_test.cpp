// What comes first: goals of depth policy best, and allocations for a rate.
#include "sim/base/error.hpp"
#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/best_depths.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "tests/support/bounded_plan.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

RunResult run_for(Goal goal, double target_fps = 0) {
  Network network = build_network(read_network_config(resolve_network("efficientnet_b0")));
  set_tile_height(network, 7);
  EvaluateOptions options;
  options.buffers = "best";
  options.goal = goal;
  options.target_fps = target_fps;
  return evaluate(network, read_device(resolve_device("hailo8")), options);
}

double interval(const RunResult& result) { return result.saturated.throughput.interval.value().value(); }

std::int64_t subclusters(const Plan& plan) { return chip_use(plan.mapping).subclusters; }

}  // namespace

TEST_CASE("goals: each is the best at what it puts first") {
  const RunResult throughput = run_for(Goal::throughput), latency = run_for(Goal::latency),
                  memory = run_for(Goal::memory);
  CHECK(interval(throughput) == interval(memory));
  CHECK(interval(throughput) <= interval(latency));
  CHECK(*latency.latency.isolated <= *throughput.latency.isolated * 101 / 100 + 1);  // equal within a hundredth
  CHECK(*throughput.latency.isolated < *memory.latency.isolated);
  CHECK(on_chip_buffer_bytes(memory.plan) < on_chip_buffer_bytes(throughput.plan));
}

TEST_CASE("goal latency: frames that never meet take hardly less, and no shorter interval keeps it") {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Plan plan = bounded_plan(seed);
    BestDepthsOptions options;
    options.at_most = unlimited_capacities(plan);
    options.goal = Goal::latency;
    const BestDepths best = best_depths(plan, options);
    INFO("seed " << seed);
    RunOptions one;
    one.frames = 1;
    const Measurement alone = simulate(with(plan, options.at_most), one);
    REQUIRE(alone.completed);
    const Cycles frame = alone.frame_completion[0] - alone.frame_start[0];
    REQUIRE(best.latency >= frame);
    REQUIRE(best.latency <= frame + frame / 100 + 1);
    const Cycles whole = best.interval.numerator / best.interval.denominator;
    const auto fastest = interval_of(plan, options.at_most).value();
    if (best.interval.denominator > 1 || static_cast<double>(whole - 1) < fastest.value()) continue;
    REQUIRE(shortest_latency(plan, {whole - 1, 1}, options.at_most) > best.latency);
    ++compared;
  }
  CHECK(compared > 0);
}

TEST_CASE("a rate that is wanted is reached with no more than it needs") {
  const RunResult most = run_for(Goal::throughput), half = run_for(Goal::throughput, 1000);
  CHECK(half.plan.bounds.stage_interval <= 400'000);
  CHECK(half.plan.bounds.stage_interval > most.plan.bounds.stage_interval);
  CHECK(subclusters(half.plan) < subclusters(most.plan));
  CHECK(half.plan.warnings.size() == most.plan.warnings.size());
  const RunResult too_much = run_for(Goal::throughput, 100'000);
  CHECK(interval(too_much) == interval(most));
  CHECK(too_much.plan.warnings.size() == most.plan.warnings.size() + 1);
}

TEST_CASE("a goal asks for depths that have one") {
  Network network = build_network(read_network_config(resolve_network("tiny_se")));
  EvaluateOptions options;
  options.goal = Goal::latency;
  CHECK_THROWS_AS(plan_point(network, read_device(resolve_device("tiny")), options), InputError);
}
