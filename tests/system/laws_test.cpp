// Laws of the mapper, on random networks and devices and on shipped ones: a plan taken to a device with more or faster
// of anything is never slower, and the bound of a device never falls when it grows.
#include <functional>

#include "sim/base/error.hpp"
#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/decisions.hpp"
#include "sim/mapper/sized_plan.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "tests/support/bounded_plan.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_network.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

struct Growth {
  const char* name;
  std::function<void(Device&)> grow;
};

void more(Parameter& figure, std::int64_t percent) {
  figure.value = figure.low = figure.high = figure.value + std::max<std::int64_t>(1, figure.value * percent / 100);
}
/// Of a limit, where 0 is none.
void more_of_limit(Parameter& figure, std::int64_t percent) {
  if (figure.value > 0) more(figure, percent);
}

const std::vector<Growth>& growths() {
  static const std::vector<Growth> all = {
      {"clusters", [](Device& d) { more(d.clusters, 25); }},
      {"subclusters", [](Device& d) { more(d.subclusters_per_cluster, 25); }},
      {"controllers", [](Device& d) { more(d.controllers_per_cluster, 25); }},
      {"subclusters of a part", [](Device& d) { more(d.max_subclusters_per_layer, 50); }},
      {"L2", [](Device& d) { more(d.memory.l2_bytes_per_subcluster, 50); }},
      {"L3", [](Device& d) { more(d.memory.l3_cuts_per_cluster, 20); }},
      {"L4", [](Device& d) { more(d.memory.l4_cuts, 50); }},
      {"limit of L3", [](Device& d) { more_of_limit(d.memory.l3_limit_cuts, 30); }},
      {"input link", [](Device& d) { more_of_limit(d.input_link_bytes_per_kilocycle, 30); }},
      {"output link", [](Device& d) { more_of_limit(d.output_link_bytes_per_kilocycle, 30); }},
      {"rates",
       [](Device& d) {
         for (auto& [kind, rate] : d.rates) more(rate, 20);
       }},
      {"widths",
       [](Device& d) {
         for (auto& [kind, width] : d.widths) more(width, 20);
       }},
      {"transfer latency", [](Device& d) { d.transfer_latency.value = 0; }},
      {"reciprocal of a tile", [](Device& d) { d.reciprocal_per_tile.value = 0; }},
      {"credit latency", [](Device& d) { d.credit_latency.value = 0; }},
  };
  return all;
}

EvaluateOptions best_options() {
  EvaluateOptions options;
  options.buffers = "best";
  return options;
}

double interval_of(const Plan& plan) { return rowflow::interval_of(plan, capacities_of(plan)).value().value(); }

/// Cycles a frame of the plan's decisions on another device.
double taken_to(const Network& network, const Device& device, const Plan& plan) {
  CompileOptions options;
  options.buffer_policy = BufferPolicy::unlimited;
  return interval_of(plan_of(network, device, options, decisions_of(plan)));
}

Network shipped(const std::string& name, Rows tile) {
  Network network = build_network(read_network_config(resolve_network(name)));
  set_tile_height(network, tile);
  return network;
}

/// How many plans were compared.
int hold_transplant_law(const Network& network, const Device& device) {
  const Plan plan = plan_point(network, device, best_options());
  if (!plan.fit.fits) return 0;  // clusters that the device has not cannot be given to it
  const double before = interval_of(plan);
  REQUIRE(taken_to(network, device, plan) == before);
  for (const Growth& growth : growths()) {
    Device grown = device;
    growth.grow(grown);
    INFO(growth.name);
    REQUIRE(taken_to(network, grown, plan) <= before);
  }
  return static_cast<int>(growths().size());
}

}  // namespace

TEST_CASE("law: a plan is never slower on a device that has more or faster of anything") {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    compared += hold_transplant_law(random_network(seed), random_device(seed));
  }
  CHECK(compared > 600);
  for (const char* name : {"mobilenet_v2", "efficientnet_b0", "stdc1"}) {
    INFO(name);
    hold_transplant_law(shipped(name, 7), read_device(resolve_device("hailo8")));
  }
}

TEST_CASE("law: the bound of a device never falls when it grows, and no plan exceeds it") {
  int bounds = 0, reached = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Network network = random_network(seed);
    const Device device = random_device(seed);
    const Plan plan = plan_point(network, device, best_options());
    INFO("seed " << seed);
    const Cycles bound = plan.bounds.device_interval;
    if (plan.fit.fits) REQUIRE(bound > 0);
    if (bound == 0) continue;
    ++bounds;
    if (plan.fit.fits) REQUIRE(static_cast<double>(bound) <= interval_of(plan));
    reached += interval_of(plan) <= static_cast<double>(bound) * 1.05 ? 1 : 0;
    CompileOptions options;
    for (const Growth& growth : growths()) {
      Device grown = device;
      growth.grow(grown);
      INFO(growth.name);
      const Cycles of_grown = compile(network, grown, options).bounds.device_interval;
      REQUIRE(of_grown > 0);
      REQUIRE(of_grown <= bound);
    }
  }
  CHECK(bounds > 50);
  CHECK(reached > 10);
}
