// size with little effort: an answer all the same, and called the cheapest only where it is.
#include <algorithm>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/studies/size/size.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;

TEST_CASE("size: a search that stopped early says that cheaper buffers may be possible") {
  int exact = 0, open = 0;
  for (const auto& [name, tile] : {std::pair{"tiny_se", 4}, {"efficientnet_b0", 7}}) {
    Network network = build_network(read_network_config(resolve_network(name)));
    set_tile_height(network, tile);
    const Device device = read_device(resolve_device("hailo8"));
    const SizeResult finished = size(network, device, {}, {});
    REQUIRE(finished.exact());
    for (const std::int64_t effort : {0, 1, 1000, 100000}) {
      CAPTURE(name, effort);
      SizeOptions wanted;
      wanted.effort = effort;
      const SizeResult found = size(network, device, {}, wanted);
      CHECK(found.price >= finished.price);
      CHECK(found.lower_bound <= finished.price);
      if (found.exact()) CHECK(found.price == finished.price);
      exact += found.exact() ? 1 : 0;
      open += found.lower_bound < found.price ? 1 : 0;  // proven to cost that much at least, and no more
      if (found.lower_bound < found.price) CHECK_FALSE(found.exact());
    }
  }
  CHECK(exact > 0);
  CHECK(open > 0);
}

TEST_CASE("size: with so much effort no dearer than one search of that effort in the pipeline that it ends with") {
  int cheaper = 0;
  for (const auto& [name, tile] : {std::pair{"tiny_se", 4}, {"efficientnet_b0", 7}, {"mobilenetv3_small", 4}}) {
    Network network = build_network(read_network_config(resolve_network(name)));
    set_tile_height(network, tile);
    const Device device = read_device(resolve_device("hailo8"));
    for (const std::int64_t effort : {3'000, 30'000, 100'000, 300'000, 1'000'000, 3'000'000}) {
      SizeOptions wanted;
      wanted.effort = effort;
      const SizeResult found = size(network, device, {}, wanted);
      SmallestOptions search;
      search.effort = effort;
      const Smallest once = smallest_capacities(found.answer.plan, found.target, search);
      search.effort = effort / 8;
      const Smallest brief = smallest_capacities(found.answer.plan, found.target, search);
      CAPTURE(name, effort, found.settled, found.price, found.lower_bound, once.price, brief.price);
      CHECK(found.price <= once.price);
      cheaper += once.price < brief.price ? 1 : 0;
    }
  }
  CHECK(cheaper > 0);
}

TEST_CASE("size: buffers that fit but are too slow are no answer where fast ones do not fit") {
  test::NetworkBuilder net({16, 16, 8});
  int last = net.conv("a", network_input, 16, 3);
  last = net.squeeze_excite("se", last, 4, 4);
  net.conv("b", last, 16, 3);
  const Network network = std::move(net).finish();
  Device device = test::round_device();
  device.clusters = test::parameter("clusters", 1);
  EvaluateOptions options;
  options.buffers = "minimal";
  const RunResult minimal = evaluate(network, device, options);
  const auto cuts = std::find_if(minimal.plan.fit.resources.begin(), minimal.plan.fit.resources.end(),
                                 [](const ResourceUse& use) { return use.name == "l3_cuts" && use.scope == "chip"; });
  REQUIRE(cuts != minimal.plan.fit.resources.end());
  // Just room for the least buffers.
  device.memory.l3_cuts_per_cluster = test::parameter("memory/l3_cuts_per_cluster", cuts->demand);
  options.fit = "assume";
  const SizeResult found = size(network, device, options, {});
  REQUIRE(found.configured.plan.fit.fits);
  REQUIRE_FALSE(found.answer.plan.fit.fits);
  CHECK(found.configured.saturated.throughput.interval->value() > found.target.value());
  CHECK(found.answer.saturated.throughput.interval->value() <= found.target.value());
}
