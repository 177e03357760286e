// Plans on which equal differences of completions say nothing about the interval (T11).
#include <nlohmann/json.hpp>

#include "sim/run/run.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plan_builder.hpp"
#include "tests/support/plan_to_test_json.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// One row a frame: a stage of cost 100 and latency 1000 in front of a buffer of 8 rows.
Plan late_stage() {
  PlanBuilder builder;
  const int source = builder.stage("source", 1, 0), late = builder.stage("late", std::vector<Cycles>{100}, 1000),
            sink = builder.stage("sink", 1, 0);
  builder.connect(source, late, 2);
  builder.connect(late, sink, 8);
  return builder.finish();
}

/// One row a frame: stages of 1000 and 1001 cycles.
Plan drifting(Rows between) {
  PlanBuilder builder;
  const int source = builder.stage("source", 1, 0), fast = builder.stage("fast", 1, 1000),
            slow = builder.stage("slow", 1, 1001);
  const int sink = builder.stage("sink", 1, 0);
  builder.connect(source, fast, 2);
  builder.connect(fast, slow, between);
  builder.connect(slow, sink, 2);
  return builder.finish();
}

Measurement run(const Plan& plan, int frames) { return simulate(plan, {Timing::decoupled, frames}); }

}  // namespace

TEST_CASE("T11: seven differences of 100 are not an interval of 100") {
  const Plan plan = late_stage();
  for (const int frames : {0, 17, 64}) {
    const Measurement m = run(plan, frames);
    INFO(frames << " frames");
    REQUIRE(m.throughput.interval);
    CHECK(m.throughput.interval->value() == Approx(137.5));
    CHECK(m.throughput.proof == Proof::repeat);
    CHECK(m.throughput.period_cycles == 1100);
    CHECK(m.throughput.period_frames == 8);
  }
  CHECK(run(plan, 5).throughput.proof == Proof::none);
  CHECK_FALSE(run(plan, 5).throughput.periodic);
}

TEST_CASE("T11: a buffer that fills by a row in a thousand frames is bound by its consumer all the while") {
  const Plan plan = drifting(3);
  const auto period = oracle::proven_interval(plan_to_test_json(plan), 4096);
  REQUIRE(period);
  for (const int frames : {0, 64, 900, 1200}) {
    const Measurement m = run(plan, frames);
    INFO(frames << " frames");
    REQUIRE(m.throughput.interval);
    CHECK(m.throughput.interval->value() == Approx(1001));
    CHECK(throughput_differences(m, period, 4096) == "");
    CHECK(m.throughput.periodic == (m.frames > period->first + period->frames));
  }
}

TEST_CASE(
    "T11: a hundred rows of drift do not fill: certified, never called periodic, and no part of the steady split") {
  const Plan plan = drifting(100);
  for (const int frames : {0, 64, 1000}) {
    const Measurement m = run(plan, frames);
    INFO(frames << " frames");
    REQUIRE(m.throughput.interval);
    CHECK(m.throughput.interval->value() == Approx(1001));
    CHECK(m.throughput.proof == Proof::bound);
    CHECK_FALSE(m.throughput.periodic);
    CHECK(m.throughput.steady_exact);
    const auto regime = oracle::paced_regime(plan_to_test_json(plan), 1001, 1, 200);
    REQUIRE(regime);
    CHECK(steady_differences(plan, m, *regime) == "");
    CHECK(m.stages[1].steady_blocked == 0);  // that fast outruns slow is of the transient
    CHECK(m.stages[1].steady_starved == 1);
  }
  CHECK(differences(plan, run(plan, 300), oracle::evaluate(plan_to_test_json(plan), 300)) == "");
}
