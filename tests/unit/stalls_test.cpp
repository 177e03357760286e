// Shares of stalls, on activities made by hand.
#include "sim/metrics/stalls.hpp"

#include <memory>

#include "tests/support/catch.hpp"

using namespace rowflow;
using Catch::Detail::Approx;

namespace {

Stage stage(StageKind kind, std::vector<int> from, std::vector<int> to) {
  Stage s;
  s.kind = kind;
  for (const int buffer : from) s.inputs.push_back({buffer, {1}, {1}});
  for (const int buffer : to) s.outputs.push_back({buffer, {1}});
  return s;
}

Buffer buffer(int from, int to, BufferRole role) {
  Buffer b;
  b.from = from;
  b.to = to;
  b.role = role;
  return b;
}

/// source 0 → conv 1 → squeeze 2 → expand 3 → scale 4, with the bypass 1 → 4.
Plan block_plan() {
  Plan plan;
  plan.stages = {stage(StageKind::source, {}, {0}), stage(StageKind::conv, {0}, {1, 2}),
                 stage(StageKind::squeeze, {1}, {3}), stage(StageKind::vector_fc, {3}, {4}),
                 stage(StageKind::scale, {2, 4}, {})};
  plan.buffers = {buffer(0, 1, BufferRole::straight), buffer(1, 2, BufferRole::straight),
                  buffer(1, 4, BufferRole::se_bypass), buffer(2, 3, BufferRole::straight),
                  buffer(3, 4, BufferRole::vector)};
  SeBlock block;
  block.squeeze = 2;
  block.scale = 4;
  block.excite = {3};
  block.bypass = 2;
  plan.se_blocks = {block};
  return plan;
}

StageActivity spent(double busy, double starved, double blocked) {
  StageActivity a;
  a.steady_busy = busy;
  a.steady_starved = starved;
  a.steady_blocked = blocked;
  return a;
}

/// An interval of 200 cycles.
RunResult block_result() {
  RunResult r;
  r.plan = block_plan();
  r.saturated.completed = true;
  r.saturated.throughput.interval = Ratio{200, 1};
  r.saturated.stages = {spent(20, 180, 0), spent(120, 30, 50), spent(40, 160, 0), spent(10, 190, 0), spent(60, 140, 0)};
  r.se = {{90, 50, 10}};
  return r;
}

}  // namespace

TEST_CASE("of one pipeline: producers, vector and the busiest stage") {
  const auto s = stall_shares(block_result());
  REQUIRE(s);
  REQUIRE(s->se_producers);
  CHECK(s->se_producers->busy == Approx(0.6));
  CHECK(s->se_producers->starved == Approx(0.15));
  CHECK(s->se_producers->blocked == Approx(0.25));
  CHECK(*s->vector_wait == Approx(0.45));
  CHECK(s->stage == 1);
  CHECK(s->bottleneck.starved == Approx(0.15));
}

TEST_CASE("one stage that feeds squeeze and bypass counts once, source and memory stages do not") {
  Plan plan = block_plan();
  CHECK(se_producers(plan) == std::vector<int>{1});
  plan.stages[1].kind = StageKind::load;
  CHECK(se_producers(plan).empty());
}

TEST_CASE("a map pooled from another stage than the scaled one has two producers") {
  Plan plan = block_plan();
  plan.stages.push_back(stage(StageKind::add, {}, {1}));
  plan.buffers[1].from = 5;
  CHECK(se_producers(plan) == std::vector<int>{1, 5});
}

TEST_CASE("no shares without a steady regime, or without SE blocks where they are of those") {
  RunResult r = block_result();
  r.saturated.throughput.interval.reset();
  CHECK_FALSE(stall_shares(r));
  r = block_result();
  for (StageActivity& a : r.saturated.stages) a = spent(0, 0, 0);
  CHECK_FALSE(stall_shares(r));
  r = block_result();
  r.status = RunStatus::deadlock;
  CHECK_FALSE(stall_shares(r));
  r = block_result();
  r.plan.se_blocks.clear();
  r.se.clear();
  const auto s = stall_shares(r);
  REQUIRE(s);
  CHECK_FALSE(s->se_producers);
  CHECK_FALSE(s->vector_wait);
}

TEST_CASE("of several contexts each counts by its time") {
  // The second context has an interval of 800 cycles: its producer is blocked for 400 of them, so 450 of 1,000; vectors
  // 90 + 80 of 1,000; bottlenecks starved 30 + 0 of 1,000.
  const RunResult one = block_result();
  RunResult two = block_result();
  two.saturated.throughput.interval = Ratio{800, 1};
  two.saturated.stages = {spent(800, 0, 0), spent(100, 300, 400), spent(40, 760, 0), spent(10, 790, 0),
                          spent(60, 740, 0)};
  two.se = {{80, 400, 10}};
  auto several = std::make_shared<ContextsResult>();
  RunResult all = one;
  for (const RunResult& part : {one, two}) {
    ContextResult context;
    context.context.plan = part.plan;
    context.run = part.saturated;
    context.se = part.se;
    several->list.push_back(context);
  }
  for (const Stage& s : two.plan.stages) {
    all.plan.stages.push_back(s);
    for (StageInput& input : all.plan.stages.back().inputs) input.buffer += 5;
    for (StageOutput& output : all.plan.stages.back().outputs) output.buffer += 5;
  }
  for (Buffer b : two.plan.buffers) {
    b.from += 5;
    b.to += 5;
    all.plan.buffers.push_back(b);
  }
  SeBlock second = one.plan.se_blocks[0];
  second.squeeze += 5;
  second.scale += 5;
  second.bypass += 5;
  all.plan.se_blocks.push_back(second);
  for (const StageActivity& a : two.saturated.stages) all.saturated.stages.push_back(a);
  all.se.push_back(two.se[0]);
  all.several = several;
  const auto s = stall_shares(all);
  REQUIRE(s);
  CHECK(s->se_producers->blocked == Approx(0.45));
  CHECK(*s->vector_wait == Approx(0.17));
  CHECK(s->bottleneck.starved == Approx(0.03));
  CHECK(s->stage == -1);
  const auto of_second = stall_shares(several->list[1]);
  REQUIRE(of_second);
  CHECK(of_second->stage == 0);
  CHECK(of_second->se_producers->blocked == Approx(0.5));
}
