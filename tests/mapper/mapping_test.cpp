// From stages to physical layers, clusters and memory levels.
#include "sim/base/error.hpp"
#include "sim/mapper/allocation.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/fit.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/placement.hpp"
#include "sim/mapper/placement_state.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"
#include "tests/support/small_networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// `blocks` blocks of two convolutions around which a skip goes.
Network residual_chain(int blocks) {
  NetworkBuilder net({16, 16, 8});
  int last = network_input;
  for (int k = 0; k < blocks; ++k) {
    const int start = net.conv("in" + std::to_string(k), last, 16);
    last = net.conv("a" + std::to_string(k), start, 16, 3);
    last = net.conv("b" + std::to_string(k), last, 16, 3);
    last = net.layer(LayerType::add, "add" + std::to_string(k), {last, start}, {16, 16, 16});
  }
  return std::move(net).finish();
}

Network wide_squeeze_excite() {
  NetworkBuilder net({16, 16, 16});
  const int a = net.conv("a", network_input, 16);
  const int se = net.squeeze_excite("se", a, 4);
  net.conv("z", se, 16);
  return std::move(net).finish();
}

}  // namespace

TEST_CASE("a FIFO between clusters takes memory in both, half of it each (T5)") {
  CompileOptions options;
  options.mapping = {{"a", {1, {}, {0}}}, {"b", {1, {}, {1}}}, {"c", {1, {}, {1}}}};
  options.capacities = {{"a->b", 40}};  // rows of 16·32 bytes: 20 KiB in cuts of 1 KiB
  const Plan across = compile(chain(), round_device(), options);
  options.mapping["a"].clusters = {1};
  const Plan together = compile(chain(), round_device(), options);
  const auto cuts = [](const Plan& plan, std::size_t cluster) { return plan.mapping.clusters.at(cluster).buffer_cuts; };
  CHECK(crosses_clusters(across, across.buffers[static_cast<std::size_t>(find_buffer(across, "a->b"))]));
  const std::int64_t input = cuts(across, 0) - 10;  // a's own input FIFO
  CHECK(input >= 0);
  CHECK(input <= 2);
  CHECK(cuts(across, 1) + 10 + input == cuts(together, 1));
}

TEST_CASE("… and counts in both while layers are moved between clusters") {
  PlacementItems all;
  all.items.resize(2);
  all.items[0].cluster = 0;
  all.items[1].cluster = 1;
  all.edges.push_back({0, {1}, 20 * 1024, 1024, 0});
  ClusterUse limit;
  limit.weight_cuts = 8;
  PlacementState state(all, limit, 2, 1000);
  CHECK(state.score().excess == 250 + 250);  // 10 cuts of 8 in each, in thousandths
  state.move(1, 0);
  CHECK(state.score().excess == 1500);  // all 20 in one
}

TEST_CASE("enough of everything, but clusters too few to divide it among: a verdict of its own") {
  Plan plan = compile(chain(), round_device());
  REQUIRE(plan.fit.fits);
  plan.mapping.device_clusters = static_cast<int>(plan.mapping.clusters.size());
  assess_fit(plan, "require");
  CHECK(plan.fit.fits);
  plan.mapping.clusters.push_back({});  // a cluster more than the chip has
  assess_fit(plan, "require");
  CHECK_FALSE(plan.fit.fits);
  REQUIRE(plan.fit.resources.back().name == "clusters");
  CHECK(plan.fit.resources.back().demand == plan.mapping.device_clusters + 1);
  CHECK(plan.fit.resources.back().limit == plan.mapping.device_clusters);
  CHECK(plan.fit.contexts == 1);
}

TEST_CASE("a budget equal to what is needed is enough, a byte less is not") {
  Plan plan = compile(chain(), round_device());
  const Bytes bytes = on_chip_buffer_bytes(plan);
  hold_to_budget(plan, bytes);
  CHECK(meets_budget(plan));
  CHECK(plan.fit.fits);
  hold_to_budget(plan, bytes - 1);
  CHECK_FALSE(meets_budget(plan));
  CHECK_FALSE(plan.fit.fits);
}

TEST_CASE("no cluster holds more than it has, and neighbours share clusters") {
  Device device = round_device();
  device.controllers_per_cluster = parameter("controllers_per_cluster", GENERATE(3, 5, 16));
  device.clusters = parameter("clusters", 12);
  device.subclusters_per_cluster = parameter("subclusters_per_cluster", 24);
  const Plan plan = compile(residual_chain(8), device);
  REQUIRE(plan.fit.fits);
  ClusterUse sum;
  int crossing = 0;
  for (const ClusterUse& use : plan.mapping.clusters) {
    CHECK(use.controllers <= device.controllers_per_cluster.value);
    CHECK(use.subclusters <= 24);
    sum.controllers += use.controllers;
    sum.subclusters += use.subclusters;
  }
  std::int64_t expected = plan.mapping.joins;
  for (const Stage& stage : plan.stages) {
    if (stage.kind == StageKind::source || stage.kind == StageKind::sink) continue;
    expected += stage.subclusters;
    CHECK(stage.part_clusters.size() == static_cast<std::size_t>(stage.physical_layers));
  }
  CHECK(sum.subclusters == expected);
  for (const Buffer& buffer : plan.buffers) crossing += crosses_clusters(plan, buffer) ? 1 : 0;
  CHECK(crossing < static_cast<int>(plan.buffers.size()) / 2);
  CHECK(compile(residual_chain(8), device).stages.back().cluster == plan.stages.back().cluster);
}

TEST_CASE("an explicit allocation is taken as it is, and the rest is filled in") {
  CompileOptions options;
  options.mapping = {{"a", {3, {}, {2}}}, {"b", {{}, {}, {1}}}};
  const Plan plan = compile(chain(), round_device(), options);
  CHECK(plan.stages[1].subclusters == 3);
  CHECK(plan.stages[1].cluster == 2);
  CHECK(plan.stages[2].part_clusters == std::vector<int>(static_cast<std::size_t>(plan.stages[2].physical_layers), 1));
  CHECK(plan.stages[3].subclusters >= 1);
  options.mapping = {{"x", {3, {}, {}}}};
  CHECK_THROWS_AS(compile(chain(), round_device(), options), InputError);
  options.mapping = {{"a", {{}, {}, {4}}}};
  CHECK_THROWS_WITH(compile(chain(), round_device(), options),
                    Catch::Contains("found cluster 4, expected one of the device's 4"));
}

TEST_CASE("an explicit allocation stays within the chip") {
  CompileOptions options;
  options.mapping = {{"a", {65, {}, {}}}};
  CHECK_THROWS_WITH(compile(chain(), round_device(), options),
                    Catch::Contains("found 65 subclusters, expected at most the device's 64"));
  options.mapping = {{"a", {4, 5, {}}}};
  CHECK_THROWS_WITH(compile(chain(), round_device(), options), Catch::Contains("found 5 physical layers"));
  options.mapping = {{"a", {{}, 1'000'000, {}}}};
  CHECK_THROWS_WITH(compile(chain(), round_device(), options), Catch::Contains("found 1000000 physical layers"));
  options.mapping = {{"a", {4, 4, {}}}};
  CHECK(compile(chain(), round_device(), options).stages[1].physical_layers == 4);
}

TEST_CASE("an explicit allocation has as many subclusters as the kind's physical layers hold, and no more") {
  NetworkBuilder net({8, 8, 64});
  net.conv("dw", network_input, 64, 3, 64);
  const Network network = std::move(net).finish();
  Device device = round_device();  // 8 subclusters a physical layer
  device.split["depthwise"] = {parameter("a", 0), parameter("b", 0), parameter("c", 3)};
  CompileOptions options;
  options.mapping = {{"dw", {24, {}, {}}}};
  CHECK(compile(network, device, options).stages[1].subclusters == 24);
  options.mapping = {{"dw", {25, {}, {}}}};
  CHECK_THROWS_WITH(compile(network, device, options), Catch::Contains("found 25 subclusters, expected at most 24"));
  options.mapping = {{"dw", {9, 3, {}}}};
  CHECK(compile(network, device, options).stages[1].physical_layers == 3);
  options.mapping = {{"dw", {9, 4, {}}}};
  CHECK_THROWS_WITH(compile(network, device, options), Catch::Contains("found 4 physical layers, expected at most 3"));
}

TEST_CASE("a buffer of another level is written and read by stages of its own, on a share of the level (T15)") {
  Device device = round_device();
  device.input_link_bytes_per_kilocycle = parameter("input_link", 2000);
  device.output_link_bytes_per_kilocycle = parameter("output_link", 4000);
  device.memory.host_latency = parameter("memory/host_latency", 70);
  CompileOptions options;
  options.levels = {{"a->se.scale", MemoryLevel::host}};
  const Plan plan = compile(wide_squeeze_excite(), device, options);
  const Buffer& bypass = plan.buffers[static_cast<std::size_t>(find_buffer(plan, "a->se.scale"))];
  const Stage &store = plan.stage(bypass.from), &load = plan.stage(bypass.to);
  CHECK(store.name == "se.scale.store");
  CHECK(load.name == "se.scale.load");
  CHECK(store.layer == "se");
  CHECK(load.layer == "se");
  CHECK(bypass.level == MemoryLevel::host);
  CHECK(bypass.role == BufferRole::se_bypass);
  CHECK(plan.buffers[static_cast<std::size_t>(plan.se_blocks[0].bypass)].name == bypass.name);
  // 16 rows of 256 bytes both ways, beside 16 rows of input and of output: half of each direction.
  CHECK(load.cost == std::vector<Cycles>(16, 256));
  CHECK(plan.stages[0].cost == std::vector<Cycles>(16, 256));
  CHECK(store.cost == std::vector<Cycles>(16, 128));
  CHECK(store.latency == 70);
  CHECK(plan.bounds.link_interval == 4096);
  // The prefetch has its window of one row and the next one, whatever the policy.
  CHECK(plan.buffers[static_cast<std::size_t>(load.outputs[0].buffer)].capacity_rows == 2);
  CHECK(bypass.capacity_rows >= 14);  // all 16, but for a row in each of the stages around it
  const auto demand = [&](const std::string& name) {
    for (const ResourceUse& use : plan.fit.resources)
      if (use.name == name) return use.demand;
    return std::int64_t{-1};
  };
  Bytes on_chip = plan.mapping.weight_bytes - plan.mapping.l2_weight_bytes;
  for (const Buffer& buffer : plan.buffers)
    on_chip += buffer.level == MemoryLevel::host ? 0 : buffer.capacity_rows * buffer.row_bytes;
  CHECK(demand("memory_bytes") == on_chip);
}

TEST_CASE("buffers too large for L3 go to L4 while it has room, or to the host") {
  Device device = round_device();
  device.memory.l3_limit_cuts = parameter("memory/l3_limit_cuts", 2);
  device.memory.l4_limit_cuts = parameter("memory/l4_limit_cuts", 4);
  device.memory.l4_cuts = parameter("memory/l4_cuts", 5);
  Plan plan = compile(chain(), device);  // rows of 128, 512 and 256 bytes in the first three buffers
  const auto level = [&](Rows first, Rows second, Rows third) {
    plan.buffers[0].capacity_rows = first;
    plan.buffers[1].capacity_rows = second;
    plan.buffers[2].capacity_rows = third;
    std::string levels;
    const auto spilled = spilled_levels(plan);
    for (int b = 0; b < 3; ++b) {
      const auto found = spilled.find(plan.buffer(b).name);
      levels += found == spilled.end() ? "L3 " : std::string(to_string(found->second)) + " ";
    }
    return levels;
  };
  CHECK(level(16, 4, 8) == "L3 L3 L3 ");
  CHECK(level(17, 4, 8) == "L4 L3 L3 ");
  CHECK(level(16, 8, 8) == "L3 L4 L3 ");    // four cuts are the most
  CHECK(level(17, 9, 8) == "L4 host L3 ");  // five cuts
  CHECK(level(17, 4, 9) == "L4 L3 host ");  // three cuts are taken, two left
  plan.mapping.l4_cuts = 6;
  CHECK(level(17, 4, 9) == "L4 L3 L4 ");  // both fill it
}

TEST_CASE("nothing in front of a sink spills: it would be written to the host and read back to be sent there") {
  Device device = round_device();
  device.memory.l3_limit_cuts = parameter("memory/l3_limit_cuts", 1);
  NetworkBuilder net({16, 16, 16});
  const int a = net.conv("a", network_input, 16), b = net.conv("b", a, 16), c = net.conv("c", a, 16);
  Plan plan = compile(std::move(net).finish({a, b, c}), device);
  std::size_t outputs = 0;
  for (Buffer& buffer : plan.buffers) buffer.capacity_rows = 1 << 12;
  const auto spilled = spilled_levels(plan);
  for (const Buffer& buffer : plan.buffers) {
    const bool is_output = plan.stages[static_cast<std::size_t>(buffer.to)].kind == StageKind::sink;
    CHECK(spilled.count(buffer.name) == (is_output ? 0 : 1));
    outputs += is_output ? 1 : 0;
  }
  CHECK(outputs == 3);
}

TEST_CASE("a finite width between clusters makes transfer stages (T5)") {
  Device device = round_device();
  device.transfer_width = parameter("transfer_width", 4);
  device.transfer_latency = parameter("transfer_latency", 9);
  CompileOptions options;
  options.mapping = {{"a", {1, {}, {0}}}, {"b", {1, {}, {1}}}, {"c", {1, {}, {1}}}};
  const Plan plan = compile(chain(), device, options);
  const Stage& transfer = plan.stages[static_cast<std::size_t>(find_stage(plan, "b.transfer"))];
  CHECK(transfer.kind == StageKind::transfer);
  CHECK(transfer.layer == "b");  // the one that it reads for
  CHECK(transfer.cost == std::vector<Cycles>(16, 16 * 32 / 4));
  Cycles latency = 0;
  for (const Buffer& buffer : plan.buffers) latency += buffer.transfer_latency;
  CHECK(latency == 9);
  CHECK(find_stage(plan, "c.transfer") == -1);
}
