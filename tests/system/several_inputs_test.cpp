// Networks with two and three inputs (T17): model, event graph and oracle alike, in one context and in several.
#include <nlohmann/json.hpp>
#include <numeric>

#include "sim/compile/cut_pipeline.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/map_point.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/plan/contexts_json.hpp"
#include "sim/plan/plan_json.hpp"
#include "sim/run/run.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plan_to_test_json.hpp"
#include "tests/support/random_network.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// Towers over inputs of their own, joined one after the other; inputs read a second time, or late, now and then.
Network towers(std::uint64_t seed) {
  RandomDraw draw(seed);
  const Rows height = draw(4, 14);
  const std::int64_t width = draw(4, 14), channels = 4 * draw(1, 3);
  const Shape shape{height, width, channels};
  NetworkBuilder net(shape);
  std::vector<int> inputs{network_input}, ends;
  const std::int64_t count = draw(2, 3);
  for (std::int64_t k = 1; k < count; ++k) inputs.push_back(net.input("in" + std::to_string(k), shape));
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    int last = inputs[k];
    const std::int64_t layers = draw(1, 3);
    for (std::int64_t i = 0; i < layers; ++i) {
      const std::string name = "t" + std::to_string(k) + "." + std::to_string(i);
      last = draw.one_in(4) ? net.squeeze_excite(name, last, 2, draw.one_in(2) ? 0 : draw(1, 4))
                            : net.conv(name, last, channels, draw.one_in(2) ? 1 : 3);
    }
    ends.push_back(last);
  }
  int joined = ends[0];
  for (std::size_t k = 1; k < ends.size(); ++k) {
    const std::string name = "join" + std::to_string(k);
    joined =
        draw.one_in(2)
            ? net.skip(name, joined, ends[k])
            : net.conv(name + ".mix",
                       net.layer(LayerType::concat, name, {joined, ends[k]}, {height, width, 2 * channels}), channels);
    if (draw.one_in(2)) joined = net.conv(name + ".conv", joined, channels, 3);
    if (draw.one_in(2)) joined = net.skip(name + ".late", joined, inputs[static_cast<std::size_t>(draw(0, count - 1))]);
  }
  return std::move(net).finish();
}

std::string described(const std::string& text, const Plan& plan) {
  return text.empty() ? text : text + plan_to_json(plan);
}

int sources(const Plan& plan) {
  int count = 0;
  for (const Stage& stage : plan.stages) count += stage.kind == StageKind::source ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("several inputs: random networks agree with the oracle to the cycle") {
  int steady = 0, three = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    EvaluateOptions options;
    options.fit = "assume";
    options.buffers = seed % 3 == 0 ? "minimal" : "full-rate";
    Device device = random_device(seed);
    device.row_forwarding = false;
    const Plan plan = plan_point(towers(seed), device, options);
    INFO("seed " << seed);
    REQUIRE(sources(plan) >= 2);
    three += sources(plan) >= 3 ? 1 : 0;
    const int frames = static_cast<int>(seed % 4) + 2;
    const auto expected = oracle::evaluate(plan_to_test_json(plan), frames);
    REQUIRE(expected.completed);
    for (const Timing timing : {Timing::decoupled, Timing::synchronous})
      REQUIRE(described(differences(plan, simulate(plan, {timing, frames}), expected), plan) == "");
    const Measurement run = measure(plan);  // compares the modules with the event graph
    if (run.throughput.proof == Proof::none) continue;
    const auto period = oracle::proven_interval(plan_to_test_json(plan), 1000);
    REQUIRE(described(throughput_differences(run, period, 1000), plan) == "");
    Ratio interval = *run.throughput.interval;
    const std::int64_t common = std::gcd(interval.numerator, interval.denominator);
    interval = {interval.numerator / common, interval.denominator / common};
    const auto regime = oracle::paced_regime(plan_to_test_json(plan), interval.numerator, interval.denominator, 1000);
    if (!regime) continue;
    REQUIRE(described(steady_differences(plan, run, *regime), plan) == "");
    ++steady;
  }
  CHECK(steady > 100);
  CHECK(three > 50);
}

TEST_CASE("several inputs: full-rate depths reach the slowest stage's interval, whatever reads an input again") {
  for (std::uint64_t seed = 200; seed < 260; ++seed) {
    EvaluateOptions options;
    options.fit = "assume";
    options.buffers = "full-rate";
    Device device = round_device();
    device.fused_add = seed % 2 == 0;
    const Plan plan = plan_point(towers(seed), device, options);
    const Measurement run = measure(plan);
    INFO("seed " << seed);
    REQUIRE(run.throughput.interval);
    CHECK(run.throughput.interval->numerator == plan.bounds.stage_interval * run.throughput.interval->denominator);
  }
}

TEST_CASE("several inputs: the first alone is paced, and counts for latency") {
  NetworkBuilder net({8, 4, 4});
  const int depth = net.input("depth", {8, 4, 4});
  net.skip("sum", net.conv("a", network_input, 4), net.conv("b", depth, 4));
  Device device = round_device();
  device.fused_add = false;
  EvaluateOptions options;
  options.fit = "assume";
  options.buffers = "full-rate";
  options.fps = 100;  // of a clock of 1 MHz: a frame in 10,000 cycles
  const RunResult result = evaluate(std::move(net).finish(), device, options);
  const Plan& plan = result.plan;
  Plan paced = plan;
  paced.pacing = even_pacing(10'000, 8);
  const Measurement run = simulate(paced, {Timing::decoupled, 3});
  // Frame 1 begins with its schedule on the paced source, while the other has offered it as far as its buffer allows.
  CHECK(run.frame_start[1] == 10'000);
  CHECK(result.latency.paced == run.frame_completion[2] - run.frame_start[2]);
  const auto& ahead = run.stages[static_cast<std::size_t>(find_stage(plan, "b.read"))];
  const auto& source = run.stages[static_cast<std::size_t>(plan.source)];
  CHECK(ahead.blocked > 0);
  CHECK(source.blocked == 0);
}

TEST_CASE("several inputs: in several contexts each is read where it is needed, and the oracle finds every batch") {
  int several = 0, without_source = 0;
  for (std::uint64_t seed = 300; seed < 360; ++seed) {
    Device device = round_device();
    device.clusters = parameter("clusters", 1);
    device.controllers_per_cluster = parameter("controllers_per_cluster", 4 + static_cast<std::int64_t>(seed % 3));
    device.fused_add = false;
    device.input_link_bytes_per_kilocycle = parameter("input_link", 2000);
    device.output_link_bytes_per_kilocycle = parameter("output_link", 2000);
    device.contexts.context_switch = parameter("contexts/context_switch", 300'000);
    device.contexts.reload_per_byte = parameter("contexts/reload_per_byte", 500'000);
    device.contexts.stored_weight_bits = parameter("contexts/stored_weight_bits", 8);
    device.contexts.host_overhead = parameter("contexts/host_overhead", 0);
    EvaluateOptions options;
    options.fit = "contexts";
    options.buffers = "minimal";
    options.batch = 2;
    const PointPlan mapped = map_point(towers(seed), device, options);
    if (!mapped.several) continue;
    INFO("seed " << seed);
    ++several;
    Cycles sum = 0;
    for (const ContextPlan& context : mapped.several->list) {
      CHECK_NOTHROW(check_plan(context.plan));
      without_source += &context == &mapped.several->list.front() && find_stage(context.plan, "source") < 0 ? 1 : 0;
      sum += oracle::evaluate(plan_to_test_json(context.plan), 2).frame_completion.at(1) +
             context.overhead.context_switch + context.overhead.reload;
    }
    const RunResult result = evaluate(towers(seed), device, options);
    REQUIRE(result.several);
    CHECK(batch_time(*result.several, 2).total == sum);
  }
  CHECK(several > 10);
}

TEST_CASE("several inputs: a cut in front of everything that reads the first") {
  NetworkBuilder net({8, 4, 4});
  const int depth = net.input("depth", {8, 4, 4});
  const int a = net.conv("a", net.conv("b", depth, 4), 4);
  net.skip("sum", a, network_input);
  Device device = round_device();
  device.fused_add = false;
  const Lowered whole = lower(std::move(net).finish(), device);
  const int stages = static_cast<int>(cuttable_stages(whole.plan).size());
  CHECK(crossing_bytes(whole.plan) == std::vector<Bytes>{0, 8 * 4 * 4, 8 * 4 * 4});  // inputs are read once anyway
  for (int cut = 1; cut < stages; ++cut) {
    const Plan first = cut_pipeline(whole, {0, cut}).plan, second = cut_pipeline(whole, {cut, stages}).plan;
    CHECK_NOTHROW(check_plan(first));
    CHECK_NOTHROW(check_plan(second));
    CHECK(first.stage(first.source).name == "b.read");
    CHECK(find_stage(first, "source") < 0);
    CHECK((find_stage(second, "sum.read2") >= 0) == (cut == 2));
  }
}
