// T9, T10: steady figures are those of the regime paced at the interval, as the oracle finds it, whatever the run's
// length.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "sim/graph/event_graph.hpp"
#include "sim/graph/steady_regime.hpp"
#include "sim/run/run.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/measurements.hpp"
#include "tests/support/plan_to_test_json.hpp"
#include "tests/support/random_plan.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

constexpr int horizon = 2000;

/// Saturated, every buffer finite or as it comes.
Plan live_plan(std::uint64_t seed) {
  Plan plan = random_plan(seed);
  if (seed % 2 == 0) {
    plan.pacing = {};
    for (Buffer& buffer : plan.buffers) buffer.capacity_rows = std::max<Rows>(1, buffer.capacity_rows);
  }
  return made_live(plan);
}

std::optional<oracle::Regime> expected_regime(const Plan& plan, const Ratio& interval) {
  return oracle::paced_regime(plan_to_test_json(plan), interval.numerator, interval.denominator, horizon);
}

}  // namespace

TEST_CASE("T9, T10: the steady figures of a run are those of the oracle's regime at its interval") {
  int compared = 0, fractions = 0, blocked = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const Plan plan = live_plan(seed);
    const Measurement run = simulate(plan);
    INFO("seed " << seed);
    REQUIRE(run.throughput.interval);
    Ratio interval = *run.throughput.interval;
    if (run.throughput.proof == Proof::none || interval.numerator == 0) continue;
    const std::int64_t common = std::gcd(interval.numerator, interval.denominator);
    interval = {interval.numerator / common, interval.denominator / common};
    const auto expected = expected_regime(plan, interval);
    REQUIRE(expected);
    REQUIRE(steady_differences(plan, run, *expected) == "");
    ++compared;
    fractions += interval.denominator > 1 ? 1 : 0;
    for (const StageActivity& stage : run.stages) {
      blocked += stage.steady_blocked > 0 ? 1 : 0;
      CHECK(stage.steady_busy + stage.steady_starved + stage.steady_blocked ==
            Approx(static_cast<double>(interval.numerator) / static_cast<double>(interval.denominator)));
    }
  }
  CHECK(compared > 300);
  CHECK(fractions > 5);
  CHECK(blocked > 20);
}

TEST_CASE("T9, T10: steady figures do not depend on the number of frames") {
  for (std::uint64_t seed = 500; seed < 560; ++seed) {
    const Plan plan = made_live(random_plan(seed));
    INFO("seed " << seed);
    const Measurement first = simulate(plan, {Timing::decoupled, 32});
    if (first.throughput.proof == Proof::none) continue;
    for (const int frames : {0, 64, 300}) {
      const Measurement run = simulate(plan, {Timing::decoupled, frames});
      for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        CHECK(run.stages[s].steady_starved == first.stages[s].steady_starved);
        CHECK(run.stages[s].steady_blocked == first.stages[s].steady_blocked);
        CHECK(run.stages[s].utilization == first.stages[s].utilization);
      }
      for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
        CHECK(run.buffers[b].steady_peak_rows == first.buffers[b].steady_peak_rows);
        CHECK(run.buffers[b].steady_mean_rows == first.buffers[b].steady_mean_rows);
        CHECK(run.buffers[b].steady_full_cycles == first.buffers[b].steady_full_cycles);
      }
    }
  }
}

TEST_CASE("T11: the regime's latency is the oracle's, at any pace that the pipeline keeps") {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const Plan plan = made_live(random_plan(seed));
    const Measurement run = measure_interval(plan);
    INFO("seed " << seed);
    if (run.throughput.proof == Proof::none || run.throughput.interval->numerator == 0) continue;
    const EventGraph graph(plan);
    const Ratio slower{run.throughput.interval->numerator + static_cast<std::int64_t>(seed % 3),
                       run.throughput.interval->denominator};
    const auto regime = steady_regime(graph, slower, false);
    const auto expected = expected_regime(plan, slower);
    REQUIRE((regime && expected));
    CHECK(regime->latency == expected->latency);
    CHECK(regime->after_last_row == expected->after_last_row);
    CHECK(regime->waits.empty());
  }
}

TEST_CASE("a pace that the pipeline does not keep has no regime") {
  const Plan plan = made_live(random_plan(4));
  const Measurement run = measure_interval(plan);
  REQUIRE(run.throughput.interval->numerator > run.throughput.interval->denominator);
  const EventGraph graph(plan);
  CHECK_FALSE(steady_regime(graph, {run.throughput.interval->numerator - 1, run.throughput.interval->denominator}));
  CHECK_FALSE(steady_regime(graph, {0, 1}));
}
