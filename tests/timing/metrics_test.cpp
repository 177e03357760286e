// T9–T13: where the time goes, occupancy, proven intervals, deadlock, both timing modes.
#include "sim/run/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plan_builder.hpp"

using namespace rowflow;
using rowflow::test::PlanBuilder;

namespace {

/// source → unit (cost, latency) → sink, one row a frame.
Plan one_row_chain(Cycles cost, Cycles latency, Rows before, Rows after) {
  PlanBuilder b;
  const int source = b.stage("source", 1, 0);
  const int unit = b.stage("unit", 1, cost, latency);
  const int sink = b.stage("sink", 1, 0);
  b.connect(source, unit, before);
  b.connect(unit, sink, after);
  return b.finish();
}

}  // namespace

TEST_CASE("T9: starved until the rows are there, then blocked until the space is") {
  PlanBuilder b;
  const int source = b.stage("source", 2, 10);
  const int middle = b.stage("middle", 2, 1);
  const int sink = b.stage("sink", 2, 50);
  const int in = b.connect(source, middle, 2);
  const int out = b.connect(middle, sink, 1);
  const auto measured = simulate(b.finish(), {Timing::decoupled, 1});
  const auto& stage = measured.stages[1];
  // middle: row 0 10…11; row 1 is there at 20, its slot at 61
  CHECK(stage.busy == 2);
  CHECK(stage.starved == 10 + 9);
  CHECK(stage.blocked == 41);
  CHECK(stage.done == measured.elapsed - 62);
  REQUIRE(stage.stalls.size() == 2);
  CHECK(stage.stalls[0].buffer == in);
  CHECK(stage.stalls[1].buffer == out);
}

TEST_CASE("T10: peak, mean and full time by hand") {
  PlanBuilder b;
  const int source = b.stage("source", 2, 10);
  const int sink = b.stage("sink", 2, 10);
  b.connect(source, sink, 2);
  const auto measured = simulate(b.finish(), {Timing::decoupled, 1});
  // row 0 in [0, 20), row 1 in [10, 30): two rows in [10, 20)
  CHECK(measured.elapsed == 30);
  CHECK(measured.buffers[0].peak_rows == 2);
  CHECK(measured.buffers[0].mean_rows == Approx(40.0 / 30.0));
  CHECK(measured.buffers[0].full_cycles == 10);
}

TEST_CASE("T11: seven equal differences prove nothing: latency 1000 behind a buffer of 8 means 137.5 cycles a frame") {
  const auto measured = simulate(one_row_chain(100, 1000, 4, 8));
  CHECK(measured.throughput.proof != Proof::none);
  REQUIRE(measured.throughput.interval);
  CHECK(measured.throughput.interval->value() == Approx(137.5));
  REQUIRE(measured.critical);
  CHECK(static_cast<double>(measured.critical->cycles) / measured.critical->frames == Approx(137.5));
}

TEST_CASE(
    "T11: stages of 1000 and 1001 cycles a row with 100 rows between: first blocked after about a thousand frames of "
    "100 rows") {
  PlanBuilder b;
  const int source = b.stage("source", 100, 0);
  const int first = b.stage("first", 100, 1000);
  const int second = b.stage("second", 100, 1001);
  const int sink = b.stage("sink", 100, 0);
  b.connect(source, first, 1);
  b.connect(first, second, 100);
  b.connect(second, sink, 1);
  const auto plan = b.finish();
  const auto automatic = simulate(plan);
  CHECK(automatic.throughput.proof == Proof::bound);
  CHECK(automatic.throughput.interval->value() == 100100);
  CHECK_FALSE(automatic.throughput.periodic);
  CHECK(automatic.stages[1].blocked == 0);
  const auto exact = simulate(plan, {Timing::decoupled, 1200});
  CHECK(exact.throughput.proof == Proof::repeat);
  CHECK(exact.throughput.interval->value() == 100100);
  CHECK(exact.throughput.transient_frames > 900);
  CHECK(exact.stages[1].blocked > 0);
}

TEST_CASE("T11: the critical cycle names the buffer that limits") {
  PlanBuilder b;
  const int source = b.stage("source", 8, 1);
  const int a = b.stage("a", 8, 10);
  const int c = b.stage("c", 8, 10);
  b.connect(source, a, 2);
  const int narrow = b.connect(a, c, 1);
  const auto measured = simulate(b.finish());
  CHECK(measured.throughput.interval->value() == 160);
  REQUIRE(measured.critical);
  bool space = false;
  for (const auto& arc : measured.critical->arcs) space = space || (arc.for_space && arc.buffer == narrow);
  CHECK(space);
}

TEST_CASE("T12: a bypass shorter than its tile is a deadlock, at once, in both modes") {
  PlanBuilder b;
  const int source = b.stage("source", 4, 1);
  const int squeeze = b.stage("squeeze", 4, 1);
  const int scale = b.stage("scale", 4, 1);
  b.connect(source, squeeze, 1);
  b.connect(source, scale, 3);
  b.connect(squeeze, scale, 1, {0, 0, 0, 1}, {1, 1, 1, 1}, {0, 0, 0, 1});
  const auto plan = b.finish();
  for (const auto timing : {Timing::decoupled, Timing::synchronous}) {
    const auto measured = simulate(plan, {timing, 3});
    CHECK_FALSE(measured.completed);
    // Row r enters at 2r and is squeezed by 2r+2; the bypass is full after row 2.
    CHECK(measured.elapsed == 6);
    CHECK(measured.stages[2].starved == 6);
  }
  auto cured = plan;
  cured.buffers[1].capacity_rows = 4;
  CHECK(simulate(cured, {Timing::decoupled, 3}).completed);
}

TEST_CASE("T13: a synchronous run without --frames simulates as many frames as the decoupled one") {
  const auto plan = one_row_chain(100, 1000, 4, 8);
  const auto ahead = simulate(plan);
  const auto clocked = simulate(plan, {Timing::synchronous, 0});
  CHECK(ahead.frame_completion == clocked.frame_completion);
}
