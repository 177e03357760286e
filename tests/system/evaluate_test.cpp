// The regime paced at the interval: its latency is that of a paced run, its peaks are depths for the full rate; and
// that which gave the depths stands for the paced one.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/integer.hpp"
#include "sim/config/device_figures.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/evaluate/diagnosis.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/evaluate/link_sharing.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/untimed.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/measurements.hpp"
#include "tests/support/networks.hpp"
#include "tests/support/plan_builder.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

struct Case {
  const char* network;
  Rows tile_height;
  const char* depthwise;
};
const std::vector<Case> cases{
    {"tiny_se", 0, "4000"},           {"tiny_se", 3, "3000"},           {"efficientnet_b0", 0, "4000"},
    {"efficientnet_b0", 7, "3000"},   {"efficientnet_b0", 1, "8000"},   {"efficientnet_b2", 28, "5000"},
    {"mobilenetv3_small", 0, "4000"}, {"mobilenetv3_large", 4, "6000"}, {"regnety_200mf", 0, "4000"},
    {"regnetx_800mf", 0, "4000"},     {"squeezenet_v1_1", 0, "4000"}};

Network network_of(const Case& c) {
  Network network = build_network(read_network_config(resolve_network(c.network)));
  set_tile_height(network, c.tile_height);
  return network;
}

Device device_of(const Case& c) {
  nlohmann::json document = parse_json_file(resolve_device("hailo8"));
  set_figure(document, "/rates/depthwise", c.depthwise);
  return device_from(document, "hailo8");
}

double mean_latency(const Measurement& run, const std::vector<Cycles>& from) {
  Cycles sum = 0;
  for (auto f = static_cast<std::size_t>(run.steady_first_frame) + 1;
       f <= static_cast<std::size_t>(run.steady_last_frame); ++f)
    sum += run.frame_completion[f] - from[f];
  return static_cast<double>(sum) / (run.steady_last_frame - run.steady_first_frame);
}

}  // namespace

TEST_CASE("T11: the paced latency is that of a paced run of the sized plan") {
  int reused = 0;
  for (const Case& c : cases) {
    INFO(c.network << " T " << c.tile_height << " depthwise " << c.depthwise);
    const RunResult result = evaluate(network_of(c), device_of(c), {});
    REQUIRE(result.status == RunStatus::ok);
    const auto& interval = *result.saturated.throughput.interval;
    Plan paced = result.plan;
    const Cycles period = ceil_div(interval.numerator, interval.denominator);
    paced.pacing = even_pacing(period, static_cast<Rows>(paced.stages[static_cast<std::size_t>(paced.source)].steps()));
    const Measurement run = simulate(paced);
    CHECK(result.latency.paced == mean_latency(run, run.frame_start));
    CHECK(result.latency.after_last_row == mean_latency(run, run.frame_source_end));
    reused += period == full_rate(result.plan).period ? 1 : 0;
  }
  CHECK(reused > 5);
}

TEST_CASE(
    "T14: with full-rate depths the saturated run reaches the full rate, and the paced one never waits for space") {
  for (const Case& c : cases) {
    INFO(c.network << " T " << c.tile_height << " depthwise " << c.depthwise);
    CompileOptions unlimited;
    unlimited.buffer_policy = BufferPolicy::unlimited;
    Plan plan = compile(network_of(c), device_of(c), unlimited);
    const FullRate sized = full_rate(plan);
    Plan finite = plan;
    set_capacities(finite, sized.capacities);
    const Measurement saturated = simulate(finite);
    REQUIRE(saturated.throughput.interval);
    CHECK(saturated.throughput.interval->value() == static_cast<double>(sized.period));
    for (Plan* paced : {&plan, &finite})
      paced->pacing =
          even_pacing(sized.period, static_cast<Rows>(plan.stages[static_cast<std::size_t>(plan.source)].steps()));
    REQUIRE(sized.regime);
    const int frames = sized.regime->frames + 2;
    const Measurement free = simulate(plan, {Timing::decoupled, frames}),
                      held = simulate(finite, {Timing::decoupled, frames});
    CHECK(free.frame_completion.back() == held.frame_completion.back());
    CHECK(free.frame_completion.back() - free.frame_start.back() == sized.regime->latency);
    for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
      CHECK(sized.capacities[b] <=
            std::max<Rows>(smallest_capacity(plan, static_cast<int>(b)), free.buffers[b].peak_rows));
      CHECK(held.buffers[b].steady_full_cycles >= 0);
    }
    for (const StageActivity& stage : held.stages) CHECK(stage.steady_blocked == 0);
  }
}

TEST_CASE("what sharing a link costs the first frame: two outputs of half the bytes each") {
  PlanBuilder builder;
  const int source = builder.stage("source", 8, 0), conv = builder.stage("conv", 8, 1),
            first = builder.stage("first", 8, 10), second = builder.stage("second", 8, 10);
  builder.connect(source, conv, 8);
  builder.connect(conv, first, 8);
  builder.connect(conv, second, 8);
  const Plan plan = builder.finish();
  const RunResult result = evaluate_plan(plan, {});
  REQUIRE(result.latency.isolated == 1 + 8 * 10);
  // Alone on the link each output takes half as long: 1 + 8 · 5.
  CHECK(link_sharing(plan, 1 + 8 * 10) == 40);
  CHECK(result.latency.link_sharing == 40);
}

TEST_CASE("an SE block that reads the network's input: what blocks the source is told") {
  NetworkBuilder net({12, 8, 8});
  net.conv("conv", net.squeeze_excite("se", network_input, 4, 4), 8);
  const Network network = std::move(net).finish();
  Device device = round_device();
  device.input_link_bytes_per_kilocycle = parameter("input_link", 32000);
  EvaluateOptions options;
  options.buffers = "minimal";
  const RunResult result = evaluate(network, device, options);
  REQUIRE(result.status == RunStatus::ok);
  const Plan& plan = result.plan;
  const int bypass = find_buffer(plan, "source->se.scale");
  REQUIRE(bypass >= 0);
  REQUIRE(plan.buffer(bypass).from == 0);
  double blocked = 0;
  for (const StallCause& stall : result.saturated.stages[0].stalls)
    if (stall.buffer == bypass) blocked += stall.steady_cycles;
  CHECK(blocked > 0);
  CHECK(result.se.at(0).producer_blocked_cycles == blocked);
}

TEST_CASE("a deadlock is told as who waits for whom, and what would cure it") {
  NetworkBuilder net({12, 8, 8});
  net.squeeze_excite("se", net.conv("conv", network_input, 8), 4);
  EvaluateOptions options;
  options.capacities = {{"conv->se.scale", 3}};
  const RunResult result = evaluate(std::move(net).finish(), round_device(), options);
  REQUIRE(result.status == RunStatus::deadlock);
  REQUIRE(result.deadlock);
  CHECK(
      result.deadlock->text ==
      "deadlock: conv waits for space in the buffer to se.scale (3 rows, needs 4); "
      "se.scale waits for rows from se.broadcast (none left); se.broadcast waits for rows from se.expand (none left); "
      "se.expand waits for rows from se.reduce (none left); se.reduce waits for rows from se.squeeze (none left); "
      "se.squeeze waits for rows from conv (none left)");
  REQUIRE(result.deadlock->cure.size() == 1);
  CHECK(result.plan.buffer(result.deadlock->cure[0].buffer).name == "conv->se.scale");
}
