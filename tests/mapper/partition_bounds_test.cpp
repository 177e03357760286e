// What contexts take at least (T18): by hand, and never more than what a mapped stretch takes.
#include "sim/mapper/partition_bounds.hpp"

#include <random>

#include "sim/compile/cut_pipeline.hpp"
#include "sim/mapper/stretches.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// One cluster of so many subclusters, of which a layer has one.
Device one_each(std::int64_t subclusters) {
  Device device = round_device();
  device.clusters = parameter("clusters", 1);
  device.subclusters_per_cluster = parameter("subclusters_per_cluster", subclusters);
  device.controllers_per_cluster = parameter("controllers_per_cluster", 100);
  device.max_subclusters_per_layer = parameter("max_subclusters_per_layer", 1);
  device.unsplit = {"conv"};
  device.compute_ceiling_percent = parameter("compute_ceiling_percent", 100);
  return device;
}

/// Of 8 rows: a takes 64 cycles a row, b 18 and c 144; b and c see a row on either side.
Network three_layers() {
  NetworkBuilder net({8, 8, 64});
  const int a = net.conv("a", network_input, 4);
  const int b = net.conv("b", a, 2, 3);
  net.conv("c", b, 32, 3);
  return std::move(net).finish();
}

struct Bounded {
  Bounded(const Network& network, const Device& device) : lowered(lower(network, device)) {
    ParameterUse use;
    models = cost_models(lowered, device, {}, use);
    bounds.emplace(lowered, models, device);
  }
  Lowered lowered;
  std::vector<CostModel> models;
  std::optional<PartitionBounds> bounds;
};

}  // namespace

TEST_CASE("bounds of contexts: the wait for the first rows, the work on all frames, and what follows") {
  Bounded of(three_layers(), one_each(3));
  const auto interval = [&](const char* stage) {
    return of.models[static_cast<std::size_t>(find_stage(of.lowered.plan, stage))].interval(1);
  };
  REQUIRE(interval("a") == 8 * 64);
  REQUIRE(interval("b") == 8 * 18);
  REQUIRE(interval("c") == 8 * 144);
  // c's first step needs two rows of b, the second of which needs three rows of a: 3·64 + 18.
  for (const int frames : {1, 2, 7}) CHECK(of.bounds->time_of_frames(0, 3, frames) == 210 + frames * 8 * 144);
  // With the last row of a, b can take the last step but one, and the last.
  for (const int frames : {1, 2, 7}) CHECK(of.bounds->time_of_frames(0, 2, frames) == frames * 8 * 64 + 2 * 18);
  // Of a context of its own the rows are there, whatever was asked before.
  for (const int frames : {1, 2, 7}) {
    CHECK(of.bounds->time_of_frames(2, 3, frames) == frames * 8 * 144);
    CHECK(of.bounds->time_of_frames(1, 3, frames) == 2 * 18 + frames * 8 * 144);
  }
}

TEST_CASE("bounds of contexts: as many layers as subclusters, and no more") {
  const Bounded two(three_layers(), one_each(2)), three(three_layers(), one_each(3));
  CHECK(two.bounds->possible(0, 2));
  CHECK(two.bounds->possible(1, 3));
  CHECK_FALSE(two.bounds->possible(0, 3));
  CHECK(three.bounds->possible(0, 3));
}

TEST_CASE("bounds of contexts: no mapped stretch takes less") {
  int tight = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    std::mt19937_64 random(seed);
    NetworkBuilder net({6 + static_cast<Rows>(seed), 8, 8});
    int last = network_input;
    for (int i = 0; i < 5; ++i) {
      const int before = last;
      last = net.conv("l" + std::to_string(i), last, 8, random() % 2 == 0 ? 3 : 1);
      if (i > 0 && random() % 3 == 0) last = net.skip("s" + std::to_string(i), last, before);
    }
    const Network network = std::move(net).finish();
    Device device = one_each(12);
    device.max_subclusters_per_layer = parameter("max_subclusters_per_layer", 3);
    EvaluateOptions options;
    options.fit = "contexts";
    options.batch = 1 + static_cast<int>(seed);
    Stretches stretches(network, device, options);
    const int count = static_cast<int>(stretches.stages().size());
    for (int first = 0; first < count; ++first)
      for (int last_one = first + 1; last_one <= count; ++last_one) {
        INFO("seed " << seed << ", stretch " << first << " to " << last_one);
        const Cycles bound = stretches.bounded({first, last_one}), taken = stretches.sized({first, last_one}).cycles;
        CHECK(bound <= taken);
        tight += bound == taken ? 1 : 0;
      }
  }
  CHECK(tight > 10);
}
