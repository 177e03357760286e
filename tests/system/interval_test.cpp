// The interval from the graph of one frame, against the oracle's proven period.
#include "sim/graph/interval.hpp"

#include <nlohmann/json.hpp>

#include "sim/graph/first_frames.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/run/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/plan_builder.hpp"
#include "tests/support/plan_to_test_json.hpp"
#include "tests/support/random_plan.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// Saturated, every buffer finite.
Plan bounded_plan(std::uint64_t seed) {
  Plan plan = random_plan(seed);
  plan.pacing = {};
  for (Buffer& buffer : plan.buffers) buffer.capacity_rows = std::max<Rows>(1, buffer.capacity_rows);
  return plan;
}

Cycles slowest_stage(const Plan& plan) {
  Cycles slowest = 0;
  for (const Stage& stage : plan.stages) slowest = std::max(slowest, stage_interval(stage));
  return slowest;
}

/// A fast stage fills 100 rows in front of one that is a cycle slower; behind it a loop through a buffer of one row,
/// with a latency that makes it slower still. No state repeats for thousands of frames, and no stage's cost is the
/// interval.
Plan drifting_to_a_loop() {
  PlanBuilder builder;
  const int source = builder.stage("source", 1, 0), fast = builder.stage("fast", 1, 1000),
            slow = builder.stage("slow", 1, 1000, 1), sink = builder.stage("sink", 1, 0);
  builder.connect(source, fast, 2);
  builder.connect(fast, slow, 100);
  builder.connect(slow, sink, 1);
  return builder.finish();
}

}  // namespace

TEST_CASE(
    "T11: what the first frames have waited for is a cycle of the graph, mostly the longest, where the search starts "
    "does not matter") {
  int longest = 0, all = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const Plan plan = bounded_plan(seed);
    INFO("seed " << seed);
    const std::vector<Rows> capacities = capacities_of(plan);
    const auto frames = first_frames(plan, capacities);
    const Cycles slowest = slowest_stage(plan);
    const auto from_nothing = proven_interval(plan, capacities, slowest, std::vector<Cycles>(plan.stages.size()));
    if (!frames) continue;  // rows are forwarded
    if (frames->deadlock) {
      CHECK_FALSE(from_nothing);
      continue;
    }
    REQUIRE(from_nothing);
    const Ratio& interval = from_nothing->interval;
    const auto proven = proven_interval(plan, capacities, slowest);
    REQUIRE(proven);
    CHECK(proven->interval.numerator * interval.denominator == interval.numerator * proven->interval.denominator);
    if (!frames->cycle) continue;
    ++all;
    CHECK(frames->cycle->cycles * interval.denominator <= interval.numerator * frames->cycle->frames);
    longest += frames->cycle->cycles * interval.denominator == interval.numerator * frames->cycle->frames ? 1 : 0;
  }
  CHECK(all > 100);
  CHECK(longest * 10 > all * 8);
}

TEST_CASE("T11: the largest cycle ratio of the graph is the oracle's interval, and its cycle has that ratio") {
  int stages = 0, cycles = 0, deadlocks = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const Plan plan = bounded_plan(seed);
    INFO("seed " << seed);
    const auto proven = proven_interval(plan, slowest_stage(plan));
    if (!simulate(plan, {Timing::decoupled, 1}).completed) {
      ++deadlocks;
      CHECK_FALSE(proven);
      continue;
    }
    REQUIRE(proven);
    const auto expected = oracle::proven_interval(plan_to_test_json(plan), 300);
    if (!expected) continue;
    CHECK(proven->interval.numerator * expected->frames == expected->cycles * proven->interval.denominator);
    ++(proven->cycle ? cycles : stages);
    if (!proven->cycle) continue;
    CHECK(proven->cycle->cycles * proven->interval.denominator == proven->interval.numerator * proven->cycle->frames);
    Cycles sum = 0;
    for (const BindingArc& arc : proven->cycle->arcs) sum += arc.cycles;
    CHECK(sum == proven->cycle->cycles);
  }
  CHECK(stages > 100);
  CHECK(cycles > 100);
  CHECK(deadlocks > 50);
}

TEST_CASE("T11: a run whose states go on changing is proven and ends at 64 frames") {
  const Plan plan = drifting_to_a_loop();
  const Measurement run = simulate(plan);
  CHECK(run.frames == 64);
  CHECK(run.throughput.proof == Proof::bound);
  REQUIRE(run.throughput.interval);
  CHECK(run.throughput.interval->value() == 1001);
  REQUIRE(run.critical);
  CHECK(run.critical->cycles == 1001 * run.critical->frames);
}
