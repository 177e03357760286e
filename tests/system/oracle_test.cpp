// The simulator against the oracle: two programs written apart from the same rules must agree to the cycle on random
// plans.
#include <rapidcheck.h>

#include <nlohmann/json.hpp>

#include "sim/evaluate/evaluate.hpp"
#include "sim/run/run.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plan_builder.hpp"
#include "tests/support/plan_to_test_json.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/random_plan.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

constexpr int horizon = 4096;  // frames among which T11 looks for a repeat

Measurement run(const Plan& plan, int frames, Timing timing = Timing::decoupled) {
  return simulate(plan, {timing, frames});
}

std::string compare(const Plan& plan, int frames) {
  const oracle::Result expected = oracle::evaluate(plan_to_test_json(plan), frames);
  std::string text = differences(plan, run(plan, frames), expected);
  if (!text.empty()) return "decoupled: " + text;
  text = differences(plan, run(plan, frames, Timing::synchronous), expected);
  return text.empty() ? text : "synchronous: " + text;
}

std::string described(const std::string& text, const Plan& plan) {
  return text.empty() ? text : text + plan_to_test_json(plan).dump();
}

bool saturated(const Plan& plan) {
  return plan.pacing.frame_period == 0 && plan.pacing.row_interval == 0 && plan.pacing.row_remainder == 0;
}

bool bounded(const Plan& plan) {
  for (const Buffer& buffer : plan.buffers)
    if (buffer.capacity_rows == unlimited_rows) return false;
  return true;
}

}  // namespace

TEST_CASE("T13: random plans agree with the oracle to the cycle in both timings") {
  int deadlocks = 0, blocked = 0;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    const Plan plan = seed % 3 == 0 ? made_live(random_plan(seed)) : random_plan(seed);
    const int frames = static_cast<int>(seed % 5) + 1;
    INFO("seed " << seed);
    REQUIRE(described(compare(plan, frames), plan) == "");
    const oracle::Result result = oracle::evaluate(plan_to_test_json(plan), frames);
    deadlocks += result.completed ? 0 : 1;
    for (const auto& stage : result.stages) blocked += stage.blocked > 0 ? 1 : 0;
  }
  CHECK(deadlocks > 30);  // the plans are of every kind
  CHECK(deadlocks < 400);
  CHECK(blocked > 300);
}

TEST_CASE("T13: RapidCheck finds no plan on which the oracle differs") {
  int shrinks =
      0;  // evaluations since the first failure; beyond a budget no candidate counts, which ends the shrinking
  CHECK(rc::check("simulator = oracle", [&shrinks] {
    const auto tape = *rc::gen::scale(3.0, rc::gen::container<Tape>(rc::gen::inRange<std::uint32_t>(0, 1000)));
    const int frames = *rc::gen::inRange(1, 6);
    if (shrinks > 2000) return;
    const Plan plan = plan_from_tape(tape);
    const std::string text = described(compare(plan, frames), plan);
    if (shrinks > 0 || !text.empty()) ++shrinks;
    RC_LOG(text);
    RC_ASSERT(text.empty());
  }));
}

TEST_CASE("T24: networks with gates of all modes agree with the oracle to the cycle in both timings") {
  int tiled = 0, cumulative = 0, fixed = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Network network = random_network(seed);
    EvaluateOptions options;
    options.buffers = seed % 2 == 0 ? "full-rate" : "minimal";
    const Plan plan = plan_point(network, random_device(seed), options);
    INFO("seed " << seed);
    REQUIRE(described(compare(plan, 3), plan) == "");
    for (const SeBlock& block : plan.se_blocks) ++(block.cumulative ? cumulative : tiled);
    for (const Layer& layer : network.layers) fixed += is_static_gate(layer) ? 1 : 0;
  }
  CHECK(tiled > 10);
  CHECK(cumulative > 10);
  CHECK(fixed > 10);
}

TEST_CASE("T10: a long run counts a buffer as full only while it is") {
  for (const Rows capacity : {1, 2, 3, 8}) {
    PlanBuilder builder;
    const int source = builder.stage("source", 48, 2), relay = builder.stage("relay", 48, 0),
              sink = builder.stage("sink", 48, 1);
    builder.connect(source, relay, 2);
    builder.connect(relay, sink, capacity);
    const Measurement m = run(builder.finish(), 5);
    INFO("capacity " << capacity);
    CHECK(m.elapsed == 481);  // the last of 240 rows comes at 480
    CHECK(m.buffers[1].peak_rows == 1);
    CHECK(m.buffers[1].full_cycles == (capacity == 1 ? 240 : 0));  // a row stays for the one cycle of the sink
    CHECK(m.buffers[1].mean_rows == Approx(240.0 / 481));
  }
}

TEST_CASE("T11: completions do not depend on how many frames follow, so the first is the isolated one") {
  for (std::uint64_t seed = 1000; seed < 1060; ++seed) {
    const Plan plan = made_live(random_plan(seed));
    const Measurement one = run(plan, 1), five = run(plan, 5);
    INFO("seed " << seed);
    REQUIRE(five.frame_completion.size() == 5);
    CHECK(one.frame_completion.at(0) == five.frame_completion[0]);
    CHECK(one.frame_start.at(0) == five.frame_start[0]);
  }
}

TEST_CASE("T2: a larger buffer never makes a completion later") {
  for (std::uint64_t seed = 2000; seed < 2060; ++seed) {
    Plan plan = made_live(random_plan(seed));
    const Measurement before = run(plan, 4);
    Buffer& buffer = plan.buffers[seed % plan.buffers.size()];
    buffer.capacity_rows =
        seed % 4 == 0 ? unlimited_rows : buffer.capacity_rows + (buffer.capacity_rows == unlimited_rows ? 0 : 1);
    const Measurement after = run(plan, 4);
    INFO("seed " << seed << ", " << buffer.name);
    REQUIRE(after.completed);
    for (std::size_t f = 0; f < 4; ++f) CHECK(after.frame_completion[f] <= before.frame_completion[f]);
  }
}

TEST_CASE("T13: costs that jitter change times, never the rows or the verdict") {
  for (std::uint64_t seed = 3000; seed < 3060; ++seed) {
    const Plan plan = random_plan(seed), jittered = with_jitter(plan, seed);
    const Measurement before = run(plan, 3), after = run(jittered, 3);
    INFO("seed " << seed);
    CHECK(after.completed == before.completed);
    CHECK(after.steps_executed == before.steps_executed);
    CHECK(after.frame_completion.size() == before.frame_completion.size());
    REQUIRE(described(compare(jittered, 3), jittered) == "");
  }
}

TEST_CASE("T11: what the run claims of its interval is what the oracle proves") {
  int repeats = 0, bounds = 0, seen = 0;
  for (std::uint64_t seed = 4000; seen < 120; ++seed) {
    const Plan plan = made_live(random_plan(seed));
    if (!saturated(plan) || !bounded(plan)) continue;
    ++seen;
    const Measurement free_run = run(plan, 0), short_run = run(plan, 12);
    const auto period = oracle::proven_interval(plan_to_test_json(plan), horizon);
    INFO("seed " << seed);
    REQUIRE(described(throughput_differences(free_run, period, horizon), plan) == "");
    REQUIRE(described(throughput_differences(short_run, period, horizon), plan) == "");
    CHECK(free_run.throughput.proof != Proof::none);
    repeats += free_run.throughput.proof == Proof::repeat ? 1 : 0;
    bounds += short_run.throughput.proof == Proof::bound ? 1 : 0;
  }
  CHECK(repeats > 60);
  CHECK(bounds > 0);
}
