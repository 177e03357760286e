// Two engines, one answer: the SystemC model is compared with the evaluator on the event graph, and searches use that
// alone.
#include "sim/base/error.hpp"
#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/graph/event_graph.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/run/run.hpp"
#include "sim/run/second_opinion.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/measurements.hpp"
#include "tests/support/random_forwarding.hpp"
#include "tests/support/random_plan.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// What the comparison says of it; "" when it finds nothing.
std::string opinion(const Plan& plan, const Measurement& model) {
  try {
    compare_with_events(EventGraph(plan), model);
  } catch (const Defect& defect) {
    return defect.what();
  }
  return "";
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

RunOptions by_events() {
  RunOptions options;
  options.engine = Engine::events;
  return options;
}

}  // namespace

TEST_CASE("either engine measures a random plan the same, and says which it was") {
  int deadlocks = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Plan plan = seed % 3 == 0 ? random_plan(seed) : made_live(random_plan(seed));
    for (const Plan& variant : {plan, with_random_forwarding(plan, seed)}) {
      INFO("seed " << seed);
      const Measurement model = measure(variant), events = measure(variant, by_events());
      CHECK(model.engine == Engine::systemc);
      CHECK(events.engine == (model.completed ? Engine::events : Engine::systemc));
      CHECK(same(events, model));
      deadlocks += model.completed ? 0 : 1;
      const Measurement interval = measure_interval(variant);
      CHECK(interval.frame_completion == model.frame_completion);
      CHECK(interval.throughput.proof == model.throughput.proof);
    }
  }
  CHECK(deadlocks > 2);
}

TEST_CASE("a figure of the model that the event graph does not find is a defect with the evidence") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Plan plan = made_live(random_plan(seed));
    const Measurement model = simulate(plan, {Timing::decoupled, 7});
    INFO("seed " << seed);
    CHECK(opinion(plan, model) == "");
    Measurement wrong = model;
    ++wrong.frame_completion[3];
    CHECK(says(opinion(plan, wrong), "differ in 1 figures; completion of frame 3: SystemC " +
                                         std::to_string(model.frame_completion[3] + 1) + ", event graph " +
                                         std::to_string(model.frame_completion[3])));
    wrong = model;
    ++wrong.stages.back().done;
    CHECK(says(opinion(plan, wrong), "last end of stage " + plan.stages.back().name));
    wrong = model;
    ++wrong.buffers.front().peak_rows;
    CHECK(says(opinion(plan, wrong), "peak of buffer " + plan.buffers.front().name));
    wrong.completed = false;
    CHECK(says(opinion(plan, wrong), "the SystemC model deadlocks"));
  }
  std::uint64_t seed = 1;
  while (simulate(random_plan(seed)).completed) ++seed;
  Measurement wrong;
  wrong.completed = true;
  CHECK(says(opinion(random_plan(seed), wrong), "the event graph finds a deadlock"));
}

TEST_CASE("a design point has the same figures with either engine") {
  const Device device = read_device(resolve_device("hailo8"));
  for (const std::string name : {"tiny_se", "efficientnet_b0", "resnet_v1_18"}) {
    for (const Rows tile : {0, 7}) {
      for (const std::string buffers : {"minimal", "full-rate"}) {
        INFO(name << " T=" << tile << ", " << buffers);
        Network network = build_network(read_network_config(resolve_network(name)));
        set_tile_height(network, tile);
        EvaluateOptions options;
        options.buffers = buffers;
        const RunResult model = evaluate(network, device, options);
        options.engine = Engine::events;
        const RunResult events = evaluate(network, device, options);
        options.accounts = false;
        const RunResult bare = evaluate(network, device, options);
        CHECK(model.saturated.engine == Engine::systemc);
        CHECK(events.saturated.engine == Engine::events);
        CHECK(same(model.saturated, events.saturated));
        for (const RunResult* other : {&events, &bare}) {
          CHECK(model.latency.isolated == other->latency.isolated);
          CHECK(model.latency.paced == other->latency.paced);
          CHECK(model.latency.after_last_row == other->latency.after_last_row);
          CHECK(model.latency.loaded == other->latency.loaded);
          CHECK(model.saturated.throughput.fps == other->saturated.throughput.fps);
        }
        CHECK(bare.saturated.stages.empty());
      }
    }
  }
}

TEST_CASE("what no engine can measure is refused by both alike") {
  Plan plan = made_live(random_plan(3));
  plan.stages.back().cost.front() = Cycles{1} << 50;
  CHECK_THROWS_AS(measure(plan), InputError);
  CHECK_THROWS_AS(measure(plan, by_events()), InputError);
}
