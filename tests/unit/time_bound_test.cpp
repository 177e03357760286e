#include "sim/plan/time_bound.hpp"

#include "sim/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plans.hpp"

using namespace rowflow;
using Catch::Matchers::Contains;

namespace {

/// Two stages beside source and sink, of one step a frame, all costs and latencies 0.
Plan idle() {
  test::LoweredBuilder build;
  const Stream a = build.stage("a", build.source(1), row_window(1), emit_rows(1));
  build.sink(build.stage("b", a, row_window(1), emit_rows(1)));
  Plan plan = std::move(build).finish();
  for (Stage& stage : plan.stages) {
    stage.latency = 0;
    stage.cost = {0};
  }
  return plan;
}

}  // namespace

TEST_CASE("the times of all stages together are bounded, and the message names the largest") {
  Plan plan = idle();
  const auto a = find_stage(plan, "a"), b = find_stage(plan, "b");
  plan.stages[a].cost = {most_cycles / 2};
  plan.stages[b].cost = {most_cycles / 2};
  CHECK_NOTHROW(require_bounded_times(plan));
  plan.stages[b].latency = 1;
  CHECK_THROWS_AS(require_bounded_times(plan), InputError);
  plan.stages[b].cost = {most_cycles / 2 + 1};
  CHECK_THROWS_WITH(require_bounded_times(plan), Contains("stage b") && Contains("--costs"));
  plan = idle();
  plan.buffers[find_buffer(plan, "a->b")].transfer_latency = most_cycles;
  CHECK_NOTHROW(require_bounded_times(plan));
  plan.buffers[find_buffer(plan, "a->b")].credit_latency = 1;
  CHECK_THROWS_WITH(require_bounded_times(plan), Contains("stage a") && Contains("transfer_latency"));
  plan = idle();
  plan.pacing.frame_period = most_cycles + 1;
  CHECK_THROWS_WITH(require_bounded_times(plan), Contains("--fps"));
}

TEST_CASE("all frames of a run together fit 64 bits") {
  Plan plan = idle();
  plan.stages[find_stage(plan, "a")].cost = {most_cycles};
  const int most = static_cast<int>((Cycles{1} << 62) / most_cycles);
  CHECK_NOTHROW(require_bounded_times(plan, most));
  CHECK_THROWS_WITH(require_bounded_times(plan, most + 1), Contains("--frames"));
  CHECK_NOTHROW(require_bounded_run(most_cycles, most));
  CHECK_THROWS_AS(require_bounded_run(most_cycles + 1, most), InputError);
}
