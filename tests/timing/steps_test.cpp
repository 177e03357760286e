// T2–T6: when a step starts, when its rows are visible and its slots free, in hand-computed pipelines.
#include "sim/run/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plan_builder.hpp"

using namespace rowflow;
using rowflow::test::PlanBuilder;

namespace {

Measurement run(const Plan& plan, int frames, Timing timing) { return simulate(plan, {timing, frames}); }

Cycles completion(const Plan& plan, Timing timing = Timing::decoupled) {
  return run(plan, 1, timing).frame_completion.front();
}

const auto both = {Timing::decoupled, Timing::synchronous};

}  // namespace

TEST_CASE("T2, T3: a row is visible after cost, stage latency and transfer latency, not a cycle earlier") {
  PlanBuilder b;
  const int source = b.stage("source", 1, 3, 5);
  const int sink = b.stage("sink", 1, 2);
  b.connect(source, sink, 1);
  b.plan().buffers[0].transfer_latency = 7;
  const auto plan = b.finish();
  for (const auto timing : both) {
    const auto measured = run(plan, 1, timing);
    CHECK(measured.stages[1].starved == 3 + 5 + 7);
    CHECK(measured.frame_completion.front() == 3 + 5 + 7 + 2);
  }
}

TEST_CASE("T3: latency delays data and never occupies the unit") {
  PlanBuilder b;
  const int source = b.stage("source", 4, 10, 1000);
  const int sink = b.stage("sink", 4, 1);
  b.connect(source, sink, 4);
  CHECK(completion(b.finish()) == 4 * 10 + 1000 + 1);
}

TEST_CASE("T4: a slot is free after the releasing step and the credit latency") {
  PlanBuilder b;
  const int source = b.stage("source", 2, 1);
  const int sink = b.stage("sink", 2, 10);
  b.connect(source, sink, 1);
  b.plan().buffers[0].credit_latency = 4;
  const auto plan = b.finish();
  for (const auto timing : both) {
    const auto measured = run(plan, 1, timing);
    // source row 0 at 0…1, sink 1…11, slot free at 15, source row 1 15…16, sink 16…26
    CHECK(measured.stages[0].blocked == 14);
    CHECK(measured.frame_completion.front() == 26);
  }
}

TEST_CASE("T5: space is reserved at the start of the step that emits") {
  PlanBuilder b;
  const int source = b.stage("source", 3, 5);
  const int sink = b.stage("sink", 3, 5);
  const int buffer = b.connect(source, sink, 2);
  const auto measured = run(b.finish(), 1, Timing::decoupled);
  // Row 1 is being written while row 0 is read: two slots.
  CHECK(measured.buffers[static_cast<std::size_t>(buffer)].peak_rows == 2);
  CHECK(measured.frame_completion.front() == 20);
}

TEST_CASE("T5: fan-out needs space in every buffer") {
  PlanBuilder b;
  const int source = b.stage("source", 2, 1);
  const int fast = b.stage("fast", 2, 1);
  const int slow = b.stage("slow", 2, 100);
  b.connect(source, fast, 1);
  b.connect(source, slow, 1);
  const auto measured = run(b.finish(), 1, Timing::decoupled);
  REQUIRE(measured.stages[0].stalls.size() == 1);
  CHECK(measured.stages[0].stalls[0].buffer == 1);
  CHECK(measured.stages[0].blocked == 100);
}

TEST_CASE("T6: a paced source offers no row before its time") {
  PlanBuilder b;
  const int source = b.stage("source", 4, 1);
  const int sink = b.stage("sink", 4, 1);
  b.connect(source, sink, 4);
  b.plan().pacing = {100, 25, 0};
  const auto plan = b.finish();
  for (const auto timing : both) {
    const auto measured = run(plan, 2, timing);
    CHECK(measured.frame_start == std::vector<Cycles>{0, 100});
    CHECK(measured.frame_completion == std::vector<Cycles>{77, 177});
    CHECK(measured.stages[0].stalls.front().buffer == -1);
  }
}

TEST_CASE("T1: overlapping windows hold their rows") {
  PlanBuilder b;
  const int source = b.stage("source", 4, 1);
  const int conv = b.stage("conv", 4, 10);
  const int sink = b.stage("sink", 4, 0);
  b.connect(source, conv, 3, test::each_row(4), {2, 3, 4, 4}, {0, 1, 2, 4});  // 3×3, padding 1
  b.connect(conv, sink, 1);
  const auto measured = run(b.finish(), 1, Timing::decoupled);
  // The last row finds a slot when step 1 ends at 22 and is there at 23, a cycle after step 2 could have started.
  CHECK(measured.frame_completion.front() == 23 + 2 * 10);
  CHECK(measured.buffers[0].peak_rows == 3);
}

TEST_CASE("T1: a frame's leftover rows are taken before the next frame") {
  PlanBuilder b;
  const int source = b.stage("source", 3, 1);
  const int pool = b.stage("pool", 1, 1);
  const int sink = b.stage("sink", 1, 1);
  b.connect(source, pool, 3, test::each_row(3), {3}, {3});
  b.connect(pool, sink, 1);
  const auto measured = run(b.finish(), 2, Timing::decoupled);
  CHECK(measured.frame_completion == std::vector<Cycles>{5, 9});
}
