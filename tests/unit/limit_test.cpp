// What sets the throughput, on critical cycles made by hand.
#include "sim/metrics/limit.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/plans.hpp"

using namespace rowflow;

namespace {

/// source → a → {b, straight on} → c → sink, with the block of `a`'s bypass.
RunResult result_with(std::vector<BindingArc> arcs) {
  test::LoweredBuilder build;
  const Stream a = build.stage("a", build.source(4), row_window(4), emit_rows(4));
  const Stream b = build.stage("b", a, row_window(4), emit_rows(4));
  const Stream c = build.stage("c", b, row_window(4), emit_rows(4));
  build.join(a, c, row_window(4));
  build.sink(c);
  RunResult result;
  result.plan = std::move(build).finish();
  SeBlock block;
  block.layer = "se";
  block.bypass = find_buffer(result.plan, "a->c");
  block.excite = {find_stage(result.plan, "b")};
  result.plan.se_blocks = {block};
  result.saturated.completed = true;
  result.saturated.critical.emplace().arcs = std::move(arcs);
  return result;
}

int stage(const char* name) { return find_stage(result_with({}).plan, name); }
int buffer(const char* name) { return find_buffer(result_with({}).plan, name); }

}  // namespace

TEST_CASE("a wait for space on the critical cycle makes a buffer the limit, the longest of several") {
  const int near = buffer("a->b"), far = buffer("b->c");
  REQUIRE(near >= 0);
  REQUIRE(far >= 0);
  const Limit limit =
      limit_of(result_with({{stage("a"), near, true, 2}, {stage("b"), far, true, 3}, {stage("c"), -1, false, 9}}));
  CHECK(limit.kind == LimitKind::buffer);
  CHECK(limit.buffer == far);
  CHECK(limit.stage == -1);
  CHECK(limit_name(result_with({{stage("a"), near, true, 2}})) == "depth of a->b");
  CHECK(limit_name(result_with({{stage("a"), buffer("a->c"), true, 2}})) == "bypass of se");
}

TEST_CASE("without one, the stage that takes most of the cycle, the first of two that take the same") {
  const Limit limit = limit_of(
      result_with({{stage("c"), -1, false, 4}, {stage("a"), -1, false, 7}, {stage("b"), buffer("a->b"), false, 7}}));
  CHECK(limit.kind == LimitKind::stage);
  CHECK(limit.stage == stage("a"));
  CHECK(limit.buffer == -1);
  CHECK(limit_name(result_with({{stage("a"), -1, false, 1}})) == "a");
  CHECK(limit_name(result_with({{stage("b"), -1, false, 1}})) == "b (per tile)");
  CHECK(limit_name(result_with({{0, -1, false, 1}})) == "input link");
  CHECK(limit_name(result_with({{stage("sink"), -1, false, 1}})) == "output link");
}

TEST_CASE("no cycle known: the bound's stage, unless forwarded rows wait beyond it") {
  RunResult result = result_with({});
  result.plan.bounds.stage = "c";
  result.plan.bounds.stage_interval = 20;
  result.saturated.throughput.interval = Ratio{40, 2};
  CHECK(limit_of(result).stage == stage("c"));
  result.plan.buffers[0].forwarding = Forwarding{};
  CHECK(limit_of(result).kind == LimitKind::stage);
  result.saturated.throughput.interval = Ratio{41, 2};
  CHECK(limit_of(result).kind == LimitKind::untraced);
  result.plan.buffers[0].forwarding.reset();
  CHECK(limit_of(result).kind == LimitKind::stage);
  result.plan.bounds.stage = "none of them";
  CHECK(limit_name(result) == "unknown");
  result.status = RunStatus::deadlock;
  CHECK(limit_of(result).kind == LimitKind::deadlock);
  CHECK(limit_of(result).stage == -1);
  CHECK(limit_of(result).buffer == -1);
  result.status = RunStatus::does_not_fit;
  CHECK(limit_of(result).kind == LimitKind::unknown);  // simulated as if it fitted
  result.saturated.completed = false;
  CHECK(limit_of(result).kind == LimitKind::does_not_fit);
}
