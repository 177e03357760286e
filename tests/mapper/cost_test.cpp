#include "sim/compile/cost.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/user_costs.hpp"
#include "sim/mapper/allocation.hpp"
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
  Device late = round_device();
  late.latency["conv"] = parameter("latency/conv", 7, true);
  const Costed without = cost_small(late, {{"stem", {1, {}}}, {"head", {1, 0}}, {"sink", {1, {}}}});
  const auto latency = [&](const char* stage) {
    return without.lowered.plan.stages[find_stage(without.lowered.plan, stage)].latency;
  };
  CHECK(latency("stem") == 7);  // the device's, where the user gives none
  CHECK(latency("head") == 0);
  CHECK(latency("sink") == 0);
  CHECK(without.use.assumed() == std::vector<std::string>{"latency/conv", "rates/depthwise"});
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

TEST_CASE("a step reads all weights of its layer, as fast as the device says (T8)") {
  Device device = round_device();
  const Costed before = cost_small(device);
  device.memory.weight_bytes_per_kilocycle = parameter("memory/weight_bytes_per_kilocycle", 500, true);
  const Costed costed = cost_small(device);
  // stem: 16·3·9 + 16 = 448 bytes at half a byte a subcluster-cycle
  CHECK(costed.of("stem").compute(1) == 896);
  CHECK(costed.of("stem").compute(4) == 224);
  CHECK(costed.of("stem").compute(1000) == before.of("stem").compute(1000));
  // dw: 16·9 + 16 = 160 bytes: 320 cycles; its MACs take 252
  CHECK(costed.of("dw").compute(1) == 320);
  CHECK(costed.of("se.scale").compute(1) == 0);
  const std::vector<std::string> assumed = costed.use.assumed();
  CHECK(std::count(assumed.begin(), assumed.end(), "memory/weight_bytes_per_kilocycle") == 1);
}

TEST_CASE("bits cost what the device says, in rates and in streams (T8)") {
  NetworkBuilder net({10, 8, 16});
  const int a = net.conv("a", network_input, 16), b = net.conv("b", a, 16);
  net.conv("c", b, 16);
  Network network = std::move(net).finish();
  network.layers[0].config.bits = 16;
  network.layers[1].config.weight_bits = 16;
  network.layers[2].config.weight_bits = 4;
  Device device = round_device();
  const auto models = [&] {
    ParameterUse use;
    Lowered lowered = lower(network, device);
    return cost_models(lowered, device, {}, use);
  };
  const auto plain = models();
  device.precision = {
      {"activations_16", parameter("x", 50)}, {"weights_16", parameter("y", 25)}, {"weights_4", parameter("z", 200)}};
  const auto priced = models();
  CHECK(priced[1].rate == plain[1].rate);      // its input has 8 bits
  CHECK(priced[2].rate * 8 == plain[2].rate);  // 16-bit input, 16-bit weights
  CHECK(priced[3].rate == plain[3].rate * 2);
  CHECK(plain[1].stream[0] == 16);
  CHECK(priced[1].stream[0] == 32);  // writes rows of two bytes an element
  CHECK(priced[2].stream[0] == 32);  // reads them
  CHECK(priced[3].stream[0] == 16);
}

TEST_CASE("a pool reads outputs × k² values, if the device has a rate for them (T8)") {
  NetworkBuilder net({8, 8, 16});
  const int pool = net.layer(LayerType::max_pool, "pool", {network_input}, {8, 8, 16});
  net.conv("c", pool, 16);
  Network network = std::move(net).finish();
  network.layers[0].config.kernel = {5, 5};
  network.layers[0].config.stride = {1, 1};
  network.layers[0].config.padding.top = 2;
  Device device = round_device();
  const auto pooled = [&] {
    ParameterUse use;
    Lowered lowered = lower(network, device);
    return cost_models(lowered, device, {}, use)[1];
  };
  CHECK(pooled().step(0, 1) == 16);
  device.rates["pool"] = parameter("rates/pool", 13000);
  CHECK(pooled().step(0, 1) == ceil_div(8 * 16 * 25, 13));
}

TEST_CASE("a channel slice is a port of its reader, the whole row leaves its producer all the same") {
  NetworkBuilder net({8, 8, 4});
  const int a = net.conv("a", network_input, 64);
  const int left = net.layer(LayerType::slice, "left", {a}, {8, 8, 24}),
            right = net.layer(LayerType::slice, "right", {a}, {8, 8, 40});
  const int b = net.conv("b", left, 8), c = net.conv("c", right, 8);
  net.layer(LayerType::concat, "d", {b, c}, {8, 8, 16});
  Network network = std::move(net).finish();
  Device device = round_device();
  const auto costed = [&] {
    Costed result;
    result.lowered = lower(network, device);
    result.models = cost_models(result.lowered, device, {}, result.use);
    return result;
  };
  const Costed free = costed();
  CHECK(find_stage(free.lowered.plan, "left") == -1);
  CHECK(free.lowered.plan.buffers[static_cast<std::size_t>(find_buffer(free.lowered.plan, "a->b"))].row_elements ==
        8 * 24);
  CHECK(free.lowered.plan.buffers[static_cast<std::size_t>(find_buffer(free.lowered.plan, "a->c"))].row_elements ==
        8 * 40);
  CHECK(free.of("a").stream[0] == 8 * 64 / 8);
  CHECK(free.of("b").stream[0] == 8 * 24 / 8);
  check_plan(free.lowered.plan);
  network.layers[static_cast<std::size_t>(right)].weight_bytes = 80;  // of a batch norm
  CHECK(find_stage(costed().lowered.plan, "right") >= 0);
  device.free_slice = false;
  CHECK(find_stage(costed().lowered.plan, "left") >= 0);
}

TEST_CASE("a grouped convolution's rate grows with the channels of a group, to a convolution's at most (T8)") {
  Device device = round_device();
  device.rates["grouped_per_channel"] = parameter("rates/grouped_per_channel", 10000);
  for (const auto& [groups, rate] : {std::pair{8, 20000}, {4, 32000}, {2, 32000}}) {
    NetworkBuilder net({8, 8, 16});
    net.conv("grouped", network_input, 16, 3, groups);
    Lowered lowered = lower(std::move(net).finish(), device);
    ParameterUse use;
    CAPTURE(groups);
    CHECK(cost_models(lowered, device, {}, use)[1].rate == rate);
  }
}

TEST_CASE("MACs that do not divide among the steps are rounded up: no frame costs less than its MACs (T8)") {
  NetworkBuilder net({9, 8, 5});
  net.conv("conv", network_input, 3);
  Network network = std::move(net).finish();
  network.layers[0].output.height = 4;  // as with a stride: 1,080 MACs in 4 steps
  network.layers[0].macs = 1081;
  const Lowered lowered = lower(network, round_device());
  CHECK(lowered.plan.stages[1].macs_per_step == 271);
}

TEST_CASE("the fewest subclusters for an interval are those that trying one after the other finds (T8)") {
  std::mt19937 random(7);
  const auto drawn = [&](int low, int high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random); };
  int between = 0;
  for (int round = 0; round < 300; ++round) {
    CostModel model;
    model.macs_per_step = drawn(0, 9) == 0 ? 0 : drawn(1, 5000);
    model.rate = drawn(1, 64'000);
    model.weights_per_step = drawn(0, 3000);
    model.weight_rate = drawn(0, 2) == 0 ? 0 : drawn(1, 20'000);
    model.overhead = drawn(0, 3);
    Cycles stream = drawn(0, 4);
    for (std::int64_t group = drawn(1, 4); group > 0; --group, stream += drawn(1, 300))
      model.groups.push_back({stream, drawn(1, 9)});
    const std::int64_t most = drawn(1, 40);
    const Cycles at_most = drawn(0, 1) == 0 ? drawn(1, 20'000) : model.interval(drawn(1, 50)) + drawn(-1, 1);
    const Cycles shortest = std::max(at_most, model.interval(most));
    std::int64_t fewest = 1;
    while (model.interval(fewest) > shortest) ++fewest;
    CAPTURE(round, at_most, most);
    CHECK(model.fewest_subclusters(at_most, most) == fewest);
    between += fewest > 1 && fewest < most ? 1 : 0;
  }
  CHECK(between > 50);
}

TEST_CASE("a stage of no steps or of no MACs asks for one subcluster") {
  CostModel model;
  model.macs_per_step = 500;
  model.rate = 1000;
  CHECK(model.fewest_subclusters(1, 8) == 1);
  model.groups = {{10, 4}};
  CHECK(model.fewest_subclusters(4 * 125, 8) == 4);
  model.macs_per_step = 0;
  CHECK(model.fewest_subclusters(1, 8) == 1);
}
