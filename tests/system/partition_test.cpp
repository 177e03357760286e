// Where contexts begin (T18) in pipelines that are too long, or take too long to map, for every place to be tried.
#include "sim/mapper/partition.hpp"

#include <algorithm>
#include <memory>
#include <random>

#include "sim/compile/cut_pipeline.hpp"
#include "sim/compile/lowering.hpp"
#include "sim/mapper/partition_memo.hpp"
#include "sim/mapper/stretches.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// One cluster of so many subclusters.
Device one_cluster(std::int64_t subclusters) {
  Device device = round_device();
  device.clusters = parameter("clusters", 1);
  device.subclusters_per_cluster = parameter("subclusters_per_cluster", subclusters);
  device.controllers_per_cluster = parameter("controllers_per_cluster", 100);
  device.compute_ceiling_percent = parameter("compute_ceiling_percent", 100);
  device.input_link_bytes_per_kilocycle = parameter("input_link", 8000);
  device.output_link_bytes_per_kilocycle = parameter("output_link", 8000);
  device.contexts.context_switch = parameter("contexts/context_switch", 1000);
  device.contexts.reload_per_byte = parameter("contexts/reload_per_byte", 1000);
  device.contexts.stored_weight_bits = parameter("contexts/stored_weight_bits", 8);
  device.contexts.host_overhead = parameter("contexts/host_overhead", 0);
  return device;
}

EvaluateOptions contexts_of(int batch) {
  EvaluateOptions options;
  options.fit = "contexts";
  options.buffers = "minimal";
  options.batch = batch;
  return options;
}

}  // namespace

TEST_CASE("contexts: where two layers fit only apart, a cut comes between them, though few places are tried") {
  // Of 96 layers the first two take most of the chip each, and most bytes cross between them.
  for (const int at : {0, 40}) {
    INFO("two heavy layers from layer " << at);
    NetworkBuilder net({4, 4, 8});
    int last = network_input;
    for (int i = 0; i < 96; ++i) last = net.conv("l" + std::to_string(i), last, i == at ? 64 : 8, i == at + 1 ? 3 : 1);
    Network network = std::move(net).finish();
    for (const int heavy : {at, at + 1}) network.layers[static_cast<std::size_t>(heavy)].weight_bytes = 4096;
    Device device = one_cluster(6);
    device.memory.max_weight_cuts_per_layer = parameter("memory/max_weight_cuts_per_layer", 1);
    device.memory.l3_cuts_per_cluster = parameter("memory/l3_cuts_per_cluster", 100);
    const PartitionResult found = best_partition(network, device, contexts_of(1));
    INFO(found.why_not);
    REQUIRE(found.contexts);
    bool between = false;
    for (const ContextPlan& context : found.contexts->list) between = between || context.first == at + 1;
    CHECK(between);
  }
}

TEST_CASE("contexts: of given cuts no other partition is asked for, however long the pipeline") {
  NetworkBuilder net({400'000, 1, 8});
  int last = network_input;
  for (int i = 0; i < 4; ++i) last = net.conv("l" + std::to_string(i), last, 8);
  EvaluateOptions options = contexts_of(1);
  options.context_cuts = {"l2"};
  const PartitionResult found = best_partition(std::move(net).finish(), one_cluster(16), options);
  REQUIRE(found.contexts);
  CHECK(found.contexts->list.size() == 2);
  CHECK(found.contexts->gap == 0);
}

TEST_CASE("contexts: no partition is faster than a long search says that one might be") {
  std::mt19937_64 random(4);
  NetworkBuilder net({40'000, 1, 8});
  int last = network_input;
  for (int i = 0; i < 7; ++i)
    last = net.conv("l" + std::to_string(i), last, 8 * (1 + static_cast<std::int64_t>(random() % 4)));
  Network network = std::move(net).finish();
  for (Layer& layer : network.layers) layer.weight_bytes = 1024 * (10 + static_cast<Bytes>(random() % 40));
  Device device = one_cluster(40);
  const auto cuts = 90 + static_cast<std::int64_t>(random() % 40);  // of 1 KiB: two or three layers' weights
  device.memory.l3_cuts_per_cluster = parameter("memory/l3_cuts_per_cluster", cuts);
  EvaluateOptions options = contexts_of(1);
  options.memo = std::make_shared<PartitionMemo>();
  const PartitionResult found = best_partition(network, device, options);
  REQUIRE(found.contexts);
  CHECK(found.contexts->gap > 0);  // stretches that were not mapped might be faster
  Stretches stretches(network, device, options);
  Cycles taken = 0;  // with the depths of the search
  for (const ContextPlan& context : found.contexts->list)
    taken += stretches.sized({context.first, context.last}).cycles;
  const double not_below = static_cast<double>(taken) / (1 + found.contexts->gap);
  const int count = static_cast<int>(stretches.stages().size());
  // The least that partitions take, over all, and that they take at least.
  std::vector<Cycles> least(static_cast<std::size_t>(count) + 1, fits_no_context), bound = least;
  least[0] = bound[0] = 0;
  for (int end = 1; end <= count; ++end)
    for (int begin = 0; begin < end; ++begin) {
      const auto at = [](std::vector<Cycles>& sums, int place) -> Cycles& {
        return sums[static_cast<std::size_t>(place)];
      };
      const auto shorten = [&](std::vector<Cycles>& sums, Cycles cycles) {
        if (at(sums, begin) < fits_no_context && cycles < fits_no_context)
          at(sums, end) = std::min(at(sums, end), at(sums, begin) + cycles);
      };
      shorten(least, stretches.sized({begin, end}).cycles);
      shorten(bound, stretches.bounded({begin, end}));
    }
  CHECK(not_below <= static_cast<double>(least.back()) * (1 + 1e-12));
  CHECK(not_below >= static_cast<double>(bound.back()) * (1 - 1e-12));
}
