#include "sim/mapper/compile.hpp"

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/plan/time_bound.hpp"
#include "sim/plan/untimed.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// Three inverted residual blocks with SE, the second and third with a skip.
Network residual_network(Rows tile) {
  NetworkBuilder net({24, 16, 3});
  int last = net.conv("stem", network_input, 8, 3, 1, 2);
  Shape shape{12, 8, 8};
  for (int block = 0; block < 3; ++block) {
    const std::string name = "b" + std::to_string(block);
    const int start = last;
    last = net.conv(name + ".expand", last, 32);
    last = net.conv(name + ".dw", last, 32, 3, 32);
    last = net.squeeze_excite(name + ".se", last, 8, tile);
    last = net.conv(name + ".project", last, 8);
    if (block > 0) last = net.layer(LayerType::add, name + ".add", {last, start}, shape);
  }
  net.layer(LayerType::global_avg_pool, "gap", {last}, {1, 1, 8});
  return std::move(net).finish();
}

const ResourceUse& resource(const Plan& plan, const std::string& name) {
  for (const ResourceUse& use : plan.fit.resources)
    if (use.name == name) return use;
  throw std::runtime_error("no resource " + name);
}

}  // namespace

TEST_CASE("minimal depths complete a frame and are minimal, unlimited leaves them open") {
  const Rows tile = GENERATE(0, 1, 5);
  Plan plan = compile(residual_network(tile), round_device());
  CHECK(plan.buffer_policy == BufferPolicy::minimal);
  CHECK(plan.tile_height == (tile == 0 ? "full" : std::to_string(tile)));
  REQUIRE(execute_untimed(plan).completed);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    Buffer& buffer = plan.buffers[b];
    if (buffer.capacity_rows == smallest_capacity(plan, static_cast<int>(b))) continue;
    CAPTURE(buffer.name);
    --buffer.capacity_rows;
    CHECK_FALSE(execute_untimed(plan).completed);
    ++buffer.capacity_rows;
  }
  CompileOptions options;
  options.buffer_policy = BufferPolicy::unlimited;
  const Plan open = compile(residual_network(tile), round_device(), options);
  for (const Buffer& buffer : open.buffers) CHECK(buffer.capacity_rows == unlimited_rows);
}

TEST_CASE("given capacities override the policy, unknown names are refused with the nearest") {
  CompileOptions options;
  options.capacities = {{"b0.dw->b0.se.scale", 33}};
  const Plan plan = compile(residual_network(0), round_device(), options);
  CHECK(plan.buffers[find_buffer(plan, "b0.dw->b0.se.scale")].capacity_rows == 33);
  options.capacities = {{"b0.dv->b0.se.scale", 33}};
  CHECK_THROWS_WITH(compile(residual_network(0), round_device(), options),
                    Catch::Contains("did you mean \"b0.dw->b0.se.scale\""));
  options.capacities = {{"b0.dw->b0.se.scale", 0}};
  CHECK_THROWS_AS(compile(residual_network(0), round_device(), options), InputError);
}

TEST_CASE("mapping: controllers count stages, subclusters stay within the ceiling, memory is weights and buffers") {
  const Plan plan = compile(residual_network(0), round_device());
  // stem, 3 × (expand, dw, squeeze, reduce, expand, broadcast, scale, project), gap
  CHECK(resource(plan, "controllers").demand == 1 + 3 * 8 + 1);
  CHECK(resource(plan, "controllers").limit == 32);
  CHECK(resource(plan, "subclusters").demand <= 64 * 75 / 100);
  const Bytes beyond_l2 = plan.mapping.weight_bytes - plan.mapping.l2_weight_bytes;
  CHECK(resource(plan, "memory_bytes").demand == beyond_l2 + total_buffer_bytes(plan));
  const Mapping& m = plan.mapping;
  CHECK(buffer_bytes_available(plan) ==
        (m.device_clusters * m.limit.weight_cuts + m.l4_cuts - chip_use(m).weight_cuts) * m.cut_bytes);
  CHECK(plan.fit.fits);
  CHECK(plan.fit.contexts == 1);
}

TEST_CASE("what does not fit is a value: so many contexts at least") {
  Device device = round_device();
  device.clusters = parameter("clusters", 1);  // 8 controllers for 26 stages
  Plan plan = compile(residual_network(0), device);
  CHECK_FALSE(plan.fit.fits);
  CHECK(plan.fit.contexts == 4);
  for (const Stage& stage : plan.stages)
    CHECK(stage.subclusters == (stage.kind == StageKind::source || stage.kind == StageKind::sink ? 0 : 1));
  plan.buffers[0].capacity_rows = 1 << 20;
  update_memory_fit(plan);
  CHECK(resource(plan, "l3_cuts").demand > 4 * 512);
  CHECK(plan.fit.contexts == 4);  // shallower buffers, not contexts, may be what is missing
}

TEST_CASE("that nothing fits is said only of demands that every allocation and placement has") {
  Device device = round_device();
  const Plan fitting = compile(residual_network(0), device);
  CHECK(verdict(fitting.fit) == FitVerdict::fits);
  CHECK(fitting.mapping.least.controllers == 1 + 3 * 8 + 1);
  CHECK(fitting.mapping.least.subclusters <= chip_use(fitting.mapping).subclusters);
  device.clusters = parameter("clusters", 3);
  const Plan too_many = compile(residual_network(0), device);
  CHECK(verdict(too_many.fit) == FitVerdict::impossible);
  REQUIRE(too_many.fit.impossible.size() == 1);
  CHECK(too_many.fit.impossible[0].name == "controllers");
  CHECK(too_many.fit.impossible[0].demand == 26);
  CHECK(too_many.fit.impossible[0].limit == 24);
  CHECK(too_many.bounds.device_interval == 0);
  Plan deep = fitting;  // shallower buffers would do
  for (Buffer& buffer : deep.buffers) buffer.capacity_rows = 1 << 20;
  update_memory_fit(deep);
  CHECK(verdict(deep.fit) == FitVerdict::not_found);
}

TEST_CASE("the bound of a device is no longer than what a plan reaches, and never rises when the device grows") {
  Device device = round_device();
  Cycles before = most_cycles;
  for (const std::int64_t subclusters : {7, 8, 12, 16, 24, 48, 200}) {
    device.subclusters_per_cluster = parameter("subclusters_per_cluster", subclusters);
    const Plan plan = compile(residual_network(0), device);
    INFO(subclusters << " subclusters a cluster");
    REQUIRE(plan.bounds.device_interval > 0);
    CHECK(plan.bounds.device_interval <= plan.bounds.stage_interval);
    CHECK(plan.bounds.device_interval <= before);
    before = plan.bounds.device_interval;
  }
}

TEST_CASE("contexts are counted from what the chip lacks, never from one cluster's shortage or from rows") {
  CHECK(least_contexts({{"controllers", "chip", 129, 128}, {"subclusters", "chip", 1100, 512}}) == 3);
  CHECK(least_contexts({{"weight_bytes", "chip", 17, 8}}) == 3);
  for (const char* name : {"l3_cuts", "l4_cuts", "memory_bytes", "clusters", "buffer_budget_bytes"})
    CHECK(least_contexts({{name, "chip", 900, 100}}) == 1);
  CHECK(least_contexts({{"controllers", "cluster 3", 40, 16}, {"l3_cuts", "cluster 0", 999, 128}}) == 1);
}

TEST_CASE("L2 is no room for rows, host memory is free, and a device without a limit of L3 leaves no number") {
  Device device = round_device();
  Plan plan = compile(residual_network(0), device);
  const Bytes before = resource(plan, "memory_bytes").demand;
  const auto available = buffer_bytes_available(plan);
  Buffer& moved = plan.buffers[static_cast<std::size_t>(find_buffer(plan, "b0.dw->b0.se.scale"))];
  const Bytes bytes = moved.capacity_rows * moved.row_bytes;
  moved.level = MemoryLevel::host;
  update_memory_fit(plan);
  CHECK(resource(plan, "memory_bytes").demand == before - bytes);
  CHECK(on_chip_buffer_bytes(plan) == total_buffer_bytes(plan) - bytes);
  device.memory.l2_bytes_per_subcluster = parameter("memory/l2_bytes_per_subcluster", 1 << 20);
  CHECK(*buffer_bytes_available(compile(residual_network(0), device)) - *available <
        plan.mapping.weight_bytes + plan.mapping.cut_bytes * 32);  // only what held weights before
  device.memory.l3_cuts_per_cluster = parameter("memory/l3_cuts_per_cluster", 0);
  CHECK_FALSE(buffer_bytes_available(compile(residual_network(0), device)).has_value());
}

TEST_CASE("weights too large for the device are a value too") {
  Device device = round_device();
  device.memory.l3_cuts_per_cluster = parameter("memory/l3_cuts_per_cluster", 1);
  const Plan plan = compile(residual_network(0), device);
  CHECK_FALSE(plan.fit.fits);
  CHECK(resource(plan, "l3_cuts").demand > resource(plan, "l3_cuts").limit);
}

TEST_CASE("bounds: the slowest stage, the links, one frame through an empty pipeline") {
  NetworkBuilder net({4, 8, 8});
  const int a = net.conv("a", network_input, 16);
  net.conv("b", a, 8, 3);
  Device device = round_device();
  device.subclusters_per_cluster = parameter("subclusters_per_cluster", 1);  // one for each of the two stages
  device.clusters = parameter("clusters", 2);
  device.compute_ceiling_percent = parameter("compute_ceiling_percent", 100);
  device.input_link_bytes_per_kilocycle = parameter("input_link", 16000);
  device.latency["conv"] = parameter("latency/conv", 7);
  const Plan plan = compile(std::move(net).finish(), device);
  // source 4 a row; a 8·8·16/32 = 32; b 8·16·8·9/32 = 288.
  CHECK(plan.bounds.stage == "b");
  CHECK(plan.bounds.stage_interval == 4 * 288);
  CHECK(plan.bounds.link_interval == 16);
  CHECK(plan.bounds.min_latency == 4 + 2 * 32 + 4 * 288 + 7);
}

TEST_CASE("tile heights that differ are mixed, assumed parameters are named") {
  Network network = residual_network(0);
  for (Layer& layer : network.layers)
    if (layer.config.name == "b1.se") layer.config.tile_height = 3;
  const Plan plan = compile(network, round_device());
  CHECK(plan.tile_height == "mixed");
  CHECK(plan.assumed == std::vector<std::string>{"rates/depthwise", "transfer_latency"});
}

TEST_CASE("buffers between clusters have the device's transfer latency (T5)") {
  Device device = round_device();
  device.controllers_per_cluster = parameter("controllers_per_cluster", 3);
  device.clusters = parameter("clusters", 9);
  device.transfer_latency = parameter("transfer_latency", 40);
  const Plan plan = compile(residual_network(0), device);
  std::vector<int> stages_in(16);
  int crossing = 0;
  for (const Stage& stage : plan.stages) {
    if (stage.kind == StageKind::source || stage.kind == StageKind::sink) continue;
    REQUIRE(stage.cluster >= 0);
    CHECK(++stages_in[stage.cluster] <= 3);
  }
  for (const Buffer& buffer : plan.buffers) {
    const int from = plan.stages[buffer.from].cluster, to = plan.stages[buffer.to].cluster;
    const bool crosses = from >= 0 && to >= 0 && from != to;
    CHECK(buffer.transfer_latency == (crosses ? 40 : 0));
    crossing += crosses ? 1 : 0;
  }
  CHECK(crossing > 0);
}
