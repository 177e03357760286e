// Subclusters and physical layers of each stage: allocations against exhaustive search, splits, copies.
#include <algorithm>

#include "sim/mapper/allocation.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/memory.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"
#include "tests/support/small_networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

struct Prepared {
  Lowered lowered;
  std::vector<CostModel> models;
  PhysicalRules rules;
  std::vector<PhysicalStage> stages;
};

Prepared prepare(const Network& network, const Device& device, std::int64_t chip) {
  ParameterUse use;
  Prepared p;
  p.lowered = lower(network, device);
  p.models = cost_models(p.lowered, device, {}, use);
  p.rules = physical_rules(device, use);
  p.stages = physical_stages(p.lowered, p.rules, chip);
  return p;
}

}  // namespace

TEST_CASE("the balanced allocation equals exhaustive search, joins counted") {
  Device device = round_device();
  device.max_subclusters_per_layer = parameter("max_subclusters_per_layer", 3);
  constexpr std::int64_t chip = 10;
  const Prepared p = prepare(chain(), device, chip);
  const Allocator allocator(p.lowered.plan, p.models, p.stages, p.rules, {});
  const auto taken = [](std::int64_t n) { return n + (n > 3 ? 1 : 0); };
  for (std::int64_t budget = 3; budget <= 30; ++budget) {
    Cycles best = -1;
    for (std::int64_t a = 1; a <= chip; ++a)
      for (std::int64_t b = 1; b <= chip; ++b)
        for (std::int64_t c = 1; c <= chip; ++c) {
          if (taken(a) + taken(b) + taken(c) > budget) continue;
          const Cycles interval = std::max({p.models[1].interval(a), p.models[2].interval(b), p.models[3].interval(c)});
          if (best < 0 || interval < best) best = interval;
        }
    Allocation found;
    CAPTURE(budget);
    REQUIRE(allocator.balance({budget, 0}, false, 0, found));
    CHECK(found.total_subclusters <= budget);
    Cycles interval = 0;
    for (std::size_t s = 1; s <= 3; ++s) interval = std::max(interval, p.models[s].interval(found.subclusters[s]));
    CHECK(interval == best);
  }
  Allocation tight;
  CHECK_FALSE(allocator.balance({2, 0}, false, 0, tight));
  CHECK_FALSE(allocator.balance({0, 2}, false, 0, tight));
  REQUIRE(allocator.balance({0, 3}, false, 0, tight));  // three controllers: nothing can be split
  for (std::size_t s = 1; s <= 3; ++s) CHECK(tight.subclusters[s] <= 3);
}

TEST_CASE("weights ask for subclusters and for physical layers, some kinds stay whole") {
  NetworkBuilder net({8, 8, 64});
  const int big = net.conv("big", network_input, 64, 3);  // 36,928 bytes
  net.conv("dw", big, 64, 3, 64);
  Device device = round_device();
  device.memory.l2_bytes_per_subcluster = parameter("memory/l2_bytes_per_subcluster", 4096);
  device.memory.max_weight_cuts_per_layer = parameter("memory/max_weight_cuts_per_layer", 20);
  device.unsplit = {"depthwise"};
  const Prepared p = prepare(std::move(net).finish(), device, 64);
  CHECK(p.stages[1].parts_for_weights == 2);
  CHECK(for_weights_in_l2(p.stages[1], p.rules, 2) == 10);   // ⌊36,928 / 4096⌋ + 1
  CHECK(for_weights_in_l2(p.stages[1], p.rules, 12) == 12);  // compute wants more
  CHECK(physical_layers(p.stages[1], 17) == 3);
  CHECK(p.stages[1].most == 64);
  CHECK(p.stages[2].most == 8);
  CHECK_FALSE(p.stages[0].counted);
}

TEST_CASE(
    "splitting costs what the device says of the kind, up to its number of parts, pools and squeezes only where it "
    "says so") {
  NetworkBuilder net({8, 8, 64});
  const int dw = net.conv("dw", network_input, 64, 3, 64);
  const int pool = net.layer(LayerType::global_avg_pool, "pool", {dw}, {1, 1, 64});
  net.conv("last", pool, 16);
  const Network network = std::move(net).finish();
  Device device = round_device();
  device.rates["pool"] = parameter("rates/pool", 4000);
  CHECK(prepare(network, device, 64).stages[2].most == 1);  // a rate, but no way to split
  device.split["depthwise"] = {parameter("split/depthwise/subclusters", 2), parameter("split/depthwise/controllers", 3),
                               parameter("split/depthwise/max_parts", 4)};
  device.split["pool"] = {parameter("a", 2), parameter("b", 2), parameter("c", 5)};
  const Prepared p = prepare(network, device, 64);
  CHECK(p.stages[1].most == 32);
  CHECK(physical_layers(p.stages[1], 9) == 2);
  CHECK(p.stages[2].most == 5);  // of one subcluster each
  CHECK(physical_layers(p.stages[2], 5) == 5);
  CHECK(p.models[2].interval(1) == 8 * 128);  // 8·64 values a row at 4 a cycle
  CHECK(p.models[2].interval(2) == 8 * 64);
  CHECK(p.models[2].interval(5) == 8 * 64);  // its stream, 8 a cycle
  // depthwise: 8·64·9 MACs a row at 4 a subcluster-cycle
  const Allocator allocator(p.lowered.plan, p.models, p.stages, p.rules, {});
  Allocation found;
  REQUIRE(allocator.balance({9 + 2 + 1 + 1, 0}, false, p.models[1].interval(9), found));
  CHECK(found.parts == std::vector<std::int64_t>{0, 2, 1, 1, 0});
  CHECK(found.total_subclusters == 9 + 2 + 1 + 1);
  CHECK(found.total_controllers == 2 + 3 + 1 + 1);
  CHECK(found.reached == p.models[1].interval(9));
  std::vector<std::int64_t> parts{0, 4, 4, 4, 0};
  PhysicalRules narrow = p.rules;
  narrow.max_fan_out = 2;
  CHECK(fan_out_copies(p.lowered.plan, narrow, parts) ==
        std::vector<std::int64_t>{0, 0, 2, 0, 0});  // a splitter reads once
}

TEST_CASE("the split kinds' splitters and joins are placed and counted, and depthwise parts hold their own channels") {
  NetworkBuilder net({16, 16, 64});
  const int dw = net.conv("dw", network_input, 64, 3, 64);
  net.conv("last", dw, 16);
  Device device = round_device();
  device.split["depthwise"] = {parameter("a", 2), parameter("b", 3), parameter("c", 4)};
  CompileOptions options;
  options.mapping = {{"dw", {16, {}, {0, 1}}}, {"last", {1, {}, {2}}}};
  Plan plan = compile(std::move(net).finish(), device, options);
  const Stage& stage = plan.stages[1];
  REQUIRE(stage.physical_layers == 2);
  CHECK(stage.split_subclusters == 2);
  CHECK(stage.split_controllers == 3);
  CHECK(chip_use(plan.mapping).subclusters == 16 + 2 + 1);
  CHECK(chip_use(plan.mapping).controllers == 2 + 3 + 1);
  CHECK(plan.mapping.joins == 3);
  Buffer& in = plan.buffers[0];
  in.capacity_rows = 3;  // of 1024 bytes
  plan.mapping.cut_bytes = 512;
  CHECK(cuts_of(plan, in) == 2 * 3);  // 1536 bytes in front of each part
}

TEST_CASE(
    "an allocation never uses more than the share, or the least where that is more, and the faster of two is taken") {
  NetworkBuilder net({16, 16, 32});
  const int big = net.conv("big", network_input, 32, 3);
  net.conv("tail", big, 512);
  const Network network = std::move(net).finish();
  Device device = round_device();
  device.compute_ceiling_percent = parameter("compute_ceiling_percent", 50);
  device.memory.l2_bytes_per_subcluster = parameter("memory/l2_bytes_per_subcluster", 1024);
  Cycles before = 0;
  for (const std::int64_t subclusters : {1, 2, 3, 4, 6, 8, 12, 16, 24, 32}) {
    device.subclusters_per_cluster = parameter("subclusters_per_cluster", subclusters);
    device.max_subclusters_per_layer = parameter("max_subclusters_per_layer", 4);
    const Plan plan = compile(network, device);
    CAPTURE(subclusters);
    CHECK(chip_use(plan.mapping).subclusters <= std::max<std::int64_t>(2, 4 * subclusters / 2));
    if (before > 0) CHECK(plan.bounds.stage_interval <= before);
    before = plan.bounds.stage_interval;
  }
  for (const std::int64_t controllers : {1, 2, 3, 4, 8}) {  // too few for two layers, then more
    Device small = device;
    small.clusters = parameter("clusters", 1);
    small.controllers_per_cluster = parameter("controllers_per_cluster", controllers);
    const Plan plan = compile(network, small);
    CHECK(chip_use(plan.mapping).controllers <= std::max<std::int64_t>(2, controllers));
  }
}

TEST_CASE("outputs with many readers need copies") {
  NetworkBuilder net({8, 8, 8});
  const int a = net.conv("a", network_input, 8);
  for (int k = 0; k < 6; ++k) net.conv("reader" + std::to_string(k), a, 8);
  Device device = round_device();
  device.max_fan_out = parameter("max_fan_out", 4);
  const Prepared p = prepare(std::move(net).finish(), device, 64);
  std::vector<std::int64_t> parts(p.stages.size(), 1);
  parts.front() = 0;
  // Six readers: three direct ones and a copy for the other three.
  CHECK(fan_out_copies(p.lowered.plan, p.rules, parts)[1] == 1);
  parts[2] = 4;  // nine physical layers
  CHECK(fan_out_copies(p.lowered.plan, p.rules, parts)[1] == 2);
  // A copy takes a place and offers four: so many readers as places remain.
  for (std::int64_t first = 1; first <= 40; ++first) {
    parts[2] = first;
    const std::int64_t readers = first + 5;
    std::int64_t places = 4, copies = 0;
    for (; places < readers; ++copies) places += 4 - 1;
    CAPTURE(readers);
    CHECK(fan_out_copies(p.lowered.plan, p.rules, parts)[1] == copies);
  }
}

TEST_CASE("copies take subclusters and controllers, in the allocation and in the clusters") {
  NetworkBuilder net({8, 8, 8});
  const int a = net.conv("a", network_input, 8);
  for (int k = 0; k < 6; ++k) net.conv("reader" + std::to_string(k), a, 8);
  const Network network = std::move(net).finish();
  const auto uses = [&](std::int64_t fan_out) {
    Device device = round_device();
    device.max_fan_out = parameter("max_fan_out", fan_out);
    const Prepared p = prepare(network, device, 64);
    Allocation allocation;
    REQUIRE(Allocator(p.lowered.plan, p.models, p.stages, p.rules, {}).balance({0, 0}, false, 1 << 20, allocation));
    const ClusterUse chip = chip_use(compile(network, device).mapping);
    return std::vector<std::int64_t>{allocation.total_subclusters, allocation.total_controllers, chip.controllers};
  };
  const std::vector<std::int64_t> none = uses(0), few = uses(4), fewer = uses(3);
  CHECK(none == std::vector<std::int64_t>{7, 7, 7});
  CHECK(few == std::vector<std::int64_t>{8, 8, 8});
  CHECK(fewer == std::vector<std::int64_t>{9, 9, 9});  // (6 − 3) / 2, rounded up
}
