// Plans of one structure run on the same modules one after the other: each must measure what it measures on modules of
// its own.
#include "sim/run/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/measurements.hpp"
#include "tests/support/random_plan.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// Another structure in between: the modules of earlier runs are gone.
Measurement on_new_modules(const Plan& plan, int frames) {
  Plan other = random_plan(1);
  other.stages.front().layer += "'";
  simulate(other, {Timing::decoupled, 1});
  return simulate(plan, {Timing::decoupled, frames});
}

Plan paced(Plan plan, std::uint64_t seed) {
  const auto rows = static_cast<Rows>(plan.stages[static_cast<std::size_t>(plan.source)].steps());
  plan.pacing = even_pacing(rows * static_cast<Cycles>(1 + seed % 50), rows);
  return plan;
}

Plan unlimited(Plan plan) {
  for (Buffer& buffer : plan.buffers) buffer.capacity_rows = unlimited_rows;
  return plan;
}

}  // namespace

TEST_CASE("T13: a run leaves nothing behind for the next one on the same modules") {
  int deadlocks = 0;
  for (std::uint64_t seed = 2; seed <= 250; ++seed) {
    const Plan plan = random_plan(seed), live = made_live(plan);
    const std::vector<Plan> variants{
        plan, live, with_jitter(live, seed), paced(live, seed), unlimited(paced(plan, seed)), plan, live};
    std::vector<Measurement> expected;
    for (std::size_t v = 0; v < variants.size(); ++v)
      expected.push_back(on_new_modules(variants[v], static_cast<int>(1 + (seed + v) % 5)));
    for (std::size_t v = 0; v < variants.size(); ++v) {
      INFO("seed " << seed << ", variant " << v);
      const Measurement again = simulate(variants[v], {Timing::decoupled, static_cast<int>(1 + (seed + v) % 5)});
      CHECK(same(again, expected[v]));
      CHECK(again.throughput.proof == expected[v].throughput.proof);
      deadlocks += again.completed ? 0 : 1;
    }
    Timeline window;
    window.to = expected[1].elapsed;
    const Timeline recorded = record_timeline(live, expected[1], window);
    on_new_modules(plan, 1);
    const Timeline fresh = record_timeline(live, expected[1], window);
    for (std::size_t s = 0; s < live.stages.size(); ++s)
      CHECK(recorded.stages[s].steps.size() == fresh.stages[s].steps.size());
    CHECK(same(simulate(live, {Timing::decoupled, expected[1].frames}), expected[1]));
    CHECK(same(simulate(live, {Timing::synchronous, expected[1].frames}), expected[1]));
  }
  CHECK(deadlocks > 20);
}
