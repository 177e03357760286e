#include "sim/compile/cost.hpp"

#include <cstdio>
#include <fstream>

#include "sim/base/error.hpp"
#include "sim/compile/allocation.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {
Network small() {
  NetworkBuilder net({10, 7, 3});
  const int stem = net.conv("stem", network_input, 16, 3);
  const int dw = net.conv("dw", stem, 16, 3, 16);
  const int se = net.squeeze_excite("se", dw, 4, 4);
  net.conv("head", se, 5);
  return std::move(net).finish();
}

struct Costed {
  Lowered lowered;
  std::vector<CostModel> models;
  ParameterUse use;
  const CostModel& of(const std::string& stage) const { return models[find_stage(lowered.plan, stage)]; }
};

Costed cost_small(const Device& device, const std::map<std::string, UserCost>& costs = {}) {
  Costed result;
  result.lowered = lower(small(), device);
  result.models = cost_models(result.lowered, device, costs, result.use);
  return result;
}
}  // namespace

TEST_CASE("a step costs the largest of compute and streams, plus the overhead (T8)") {
  Device device = round_device();
  device.row_overhead["conv"] = parameter("row_overhead/conv", 3);
  device.latency["depthwise"] = parameter("latency/depthwise", 11, true);
  const Costed costed = cost_small(device);
  // stem: 7·16·3·9 = 3024 MACs: 94.5 cycles at 32 a cycle, 47.25 with two subclusters; stream 7·16/8 = 14.
  CHECK(costed.of("stem").step(0, 1) == 95 + 3);
  CHECK(costed.of("stem").step(0, 2) == 48 + 3);
  CHECK(costed.of("stem").step(0, 8) == 14 + 3);
  CHECK(costed.of("stem").interval(2) == 510);
  // dw: 7·16·9 = 1008 MACs at 4 a cycle.
  CHECK(costed.of("dw").step(0, 1) == 252);
  CHECK(costed.lowered.plan.stages[find_stage(costed.lowered.plan, "dw")].latency == 11);
  // squeeze: rows of 112 elements in 14 cycles, whatever it emits; reduce: 64 MACs 2 cycles, 16 elements in 2 cycles.
  CHECK(costed.of("se.squeeze").interval(1) == 140);
  CHECK(costed.of("se.reduce").step(0, 1) == 2);
  // broadcast: a row of 7·16 elements out.
  CHECK(costed.of("se.broadcast").step(2, 1) == 14);
  CHECK(costed.use.assumed() == std::vector<std::string>{"latency/depthwise", "rates/depthwise"});
}

TEST_CASE("input ports spread a frame over the steps, output ports pay what the step emits (T8)") {
  NetworkBuilder net({10, 6, 4});
  net.layer(LayerType::global_avg_pool, "gap", {network_input}, {1, 1, 400});
  Lowered lowered = lower(std::move(net).finish(), round_device());
  ParameterUse use;
  const auto models = cost_models(lowered, round_device(), {}, use);
  const CostModel& pool = models[find_stage(lowered.plan, "gap")];
  CHECK(pool.step(0, 1) == 3);   // 24 elements at 8 a cycle
  CHECK(pool.step(9, 1) == 50);  // 400 elements out, at once
  CHECK(pool.interval(1) == 9 * 3 + 50);

  NetworkBuilder strided({9, 8, 5});
  const int conv = strided.conv("conv", network_input, 1);
  (void)conv;
  Network network = std::move(strided).finish();
  network.layers[0].output.height = 4;  // as with a stride: 9 rows of 40 elements over 4 steps
  Lowered uneven = lower(network, round_device());
  CHECK(cost_models(uneven, round_device(), {}, use)[1].stream == std::vector<Cycles>(4, 12));  // ⌈360 / 32⌉
}

TEST_CASE("links: bytes per thousand cycles, 0 = unlimited (T6)") {
  Device device = round_device();
  device.input_link_bytes_per_kilocycle = parameter("input_link", 1500);
  const Costed costed = cost_small(device);
  CHECK(costed.of("source").step(0, 1) == 14);  // 21 bytes at 1.5 a cycle
  CHECK(costed.of("sink").step(0, 1) == 0);
}

TEST_CASE("a user's costs replace T8, the stage's own before the layer's") {
  const Costed costed = cost_small(round_device(), {{"se", {70, {}}}, {"se.scale", {9, 5}}, {"stem", {1, {}}}});
  CHECK(costed.of("se.reduce").step(0, 3) == 70);
  CHECK(costed.of("se.scale").interval(1) == 90);
  CHECK(costed.lowered.plan.stages[find_stage(costed.lowered.plan, "se.scale")].latency == 5);
  CHECK(costed.of("stem").step(0, 1) == 1);
  CHECK(costed.lowered.plan.warnings.size() == 1);
  CHECK_THROWS_WITH(cost_small(round_device(), {{"sten", {1, {}}}}), Catch::Contains("did you mean \"stem\""));
}

TEST_CASE("files of user costs") {
  const std::string path = "rowflow_cost_test.csv";
  const auto read = [&](const std::string& text) {
    std::ofstream(path) << text;
    auto costs = read_user_costs(path);
    std::remove(path.c_str());
    return costs;
  };
  const auto costs = read("layer,cycles,latency\n# comment\nstem, 12\nse.scale,3,40\r\n");
  CHECK(costs.size() == 2);
  CHECK(costs.at("stem").cycles == 12);
  CHECK_FALSE(costs.at("stem").latency);
  CHECK(costs.at("se.scale").latency == 40);
  CHECK_THROWS_AS(read("stem,12\nse,x\n"), InputError);
  CHECK_THROWS_AS(read("stem,-1\nse,-2\n"), InputError);
  CHECK_THROWS_AS(read("stem\n"), InputError);
  CHECK_THROWS_AS(read("stem,1\nstem,2\n"), InputError);
  std::remove(path.c_str());
}
