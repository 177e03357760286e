// The evaluator on the event graph against the SystemC model: every measured figure, to the cycle.
#include <nlohmann/json.hpp>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/graph/evaluate_events.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/run/run.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/measurements.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/plan_to_test_json.hpp"
#include "tests/support/random_forwarding.hpp"
#include "tests/support/random_plan.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

Plan paced(Plan plan, std::uint64_t seed) {
  const auto rows = static_cast<Rows>(plan.stages[static_cast<std::size_t>(plan.source)].steps());
  plan.pacing = even_pacing(rows * static_cast<Cycles>(1 + seed % 50), rows);
  return plan;
}

Plan unlimited(Plan plan) {
  for (Buffer& buffer : plan.buffers) buffer.capacity_rows = unlimited_rows;
  return plan;
}

/// Whether the model deadlocks and the evaluator says so, or both measure the same in so many frames.
bool agree(const Plan& plan, int frames) {
  const Measurement model = simulate(plan, {Timing::decoupled, frames});
  EventOptions options;
  options.frames = frames;
  const auto events = evaluate_events(plan, options);
  if (!model.completed) return !events;
  return events && same(*events, model) && events->throughput.proof == model.throughput.proof &&
         events->steady_first_frame == model.steady_first_frame;
}

bool agree_until_proven(const Plan& plan) {
  const Measurement model = simulate(plan);
  const auto events = evaluate_events(plan);
  if (!model.completed) return !events;
  if (!events || !same(*events, model) || events->throughput.proof != model.throughput.proof) return false;
  if (events->critical.has_value() != model.critical.has_value()) return false;
  const Ratio &a = *events->throughput.interval, &b = *model.throughput.interval;
  return a.numerator * b.denominator == b.numerator * a.denominator;
}

Plan shipped(const std::string& network, Rows tile_height, const std::string& buffers) {
  Network built = build_network(read_network_config(resolve_network(network)));
  set_tile_height(built, tile_height);
  EvaluateOptions options;
  options.buffers = buffers;
  return plan_point(built, read_device(resolve_device("hailo8")), options);
}

void check_shipped(const std::string& network) {
  for (const Rows tile : {0, 7, 1}) {
    for (const std::string buffers : {"minimal", "full-rate"}) {
      INFO(network << " T=" << tile << ", " << buffers);
      const Plan plan = shipped(network, tile, buffers);
      CHECK(agree(plan, 4));
      CHECK(agree_until_proven(plan));
    }
  }
}

void check_random(std::uint64_t from, std::uint64_t to) {
  int deadlocks = 0, forwarded = 0;
  for (std::uint64_t seed = from; seed <= to; ++seed) {
    const Plan plan = random_plan(seed), live = made_live(plan);
    const std::vector<Plan> variants{plan,
                                     live,
                                     with_jitter(live, seed),
                                     paced(live, seed),
                                     unlimited(paced(plan, seed)),
                                     with_random_forwarding(live, seed),
                                     with_random_forwarding(paced(plan, seed), seed + 1)};
    for (std::size_t v = 0; v < variants.size(); ++v) {
      INFO("seed " << seed << ", variant " << v);
      const int frames = static_cast<int>(1 + (seed + v) % 6);
      REQUIRE(agree(variants[v], frames));
      if (!evaluate_events(variants[v], {1})) {
        ++deadlocks;
        continue;
      }
      forwarded += v > 4 ? 1 : 0;
      if (seed % 5 == 0) REQUIRE(agree_until_proven(variants[v]));
    }
  }
  CHECK(deadlocks > 20);
  CHECK(forwarded > 100);
}

}  // namespace

TEST_CASE("T2-T4, T9, T10, T16: the evaluator measures what the SystemC model measures, on random plans") {
  check_random(150, 300);
}

TEST_CASE("the evaluator and the SystemC model agree on ten thousand random plans", "[.][all]") {
  check_random(1000, 2500);
}

TEST_CASE("T2-T6: the evaluator and the oracle complete every frame at the same cycle") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Plan plan = made_live(random_plan(seed));
    INFO("seed " << seed);
    EventOptions options;
    options.frames = 5;
    const auto events = evaluate_events(plan, options);
    REQUIRE(events);
    CHECK(differences(plan, *events, oracle::evaluate(plan_to_test_json(plan), 5)) == "");
  }
}

TEST_CASE("the evaluator and the SystemC model agree on shipped networks") {
  for (const std::string network : {"tiny_se", "efficientnet_b0", "stdc1"}) check_shipped(network);
}

TEST_CASE("the evaluator and the SystemC model agree on every shipped network", "[.][all]") {
  for (const auto& network : list_networks()) check_shipped(network);
}

TEST_CASE("without accounts the times are the same") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Plan plan = made_live(random_plan(seed));
    EventOptions times;
    times.accounts = false;
    const auto with = evaluate_events(plan), without = evaluate_events(plan, times);
    REQUIRE((with && without));
    CHECK(with->frame_completion == without->frame_completion);
    CHECK(without->stages.empty());
  }
}
