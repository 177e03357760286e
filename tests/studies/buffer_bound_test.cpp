// Bounds on buffer depths hold: against simulated full-rate depths and against untimed execution.
#include "sim/studies/tune/buffer_bound.hpp"

#include <algorithm>

#include "sim/config/locate.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/untimed.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_plan.hpp"

using namespace rowflow;

namespace {

Plan compiled(const std::string& name, const std::string& device, Rows tile) {
  Network network = build_network(read_network_config(resolve_network(name)));
  set_tile_height(network, tile);
  CompileOptions options;
  options.buffer_policy = BufferPolicy::unlimited;
  return compile(network, read_device(resolve_device(device)), options);
}

std::string undercut(const Plan& plan, Cycles period) {
  const std::vector<Rows> depths = full_rate_capacities(plan);
  const BufferBound bound(plan);
  for (std::size_t b = 0; b < depths.size(); ++b) {
    const Rows least = bound.least_rows(static_cast<int>(b), period);
    if (least > depths[b])
      return plan.buffers[b].name + ": bound " + std::to_string(least) + ", simulated " + std::to_string(depths[b]);
  }
  return "";
}

Cycles slowest(const Plan& plan) {
  Cycles interval = 1;
  for (const Stage& stage : plan.stages) interval = std::max(interval, stage_interval(stage));
  return interval;
}

}  // namespace

TEST_CASE("no full-rate depth of a random plan undercuts the bound") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Plan plan = test::random_plan(seed);
    plan.pacing = {};
    for (Stage& stage : plan.stages) {
      for (Cycles& cost : stage.cost)
        cost = std::max<Cycles>(1, cost);  // a row that stays no time counts in no peak (T10)
    }
    INFO("seed " << seed);
    CHECK(undercut(plan, slowest(plan)) == "");
  }
}

TEST_CASE("no full-rate depth of a shipped network undercuts the bound") {
  for (const char* name : {"tiny_se", "efficientnet_b0", "regnety_400mf", "mobilenetv3_large", "efficientdet_d0"}) {
    for (const Rows tile : {0, 14, 7, 4, 1}) {
      const Plan plan = compiled(name, std::string(name) == "tiny_se" ? "tiny" : "hailo8", tile);
      INFO(name << " T = " << tile);
      CHECK(undercut(plan, slowest(plan)) == "");
    }
  }
}

TEST_CASE("live rows: with one row less, and all other buffers unlimited, the frame cannot complete") {
  Plan plan = compiled("efficientnet_b0", "hailo8", 7);
  const BufferBound bound(plan);
  int checked = 0;
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    const Rows least = bound.live_rows(static_cast<int>(b));
    plan.buffers[b].capacity_rows = least;
    CHECK(execute_untimed(plan).completed);
    if (least > 1) {  // capacity 0 would be unlimited
      plan.buffers[b].capacity_rows = least - 1;
      CHECK_FALSE(execute_untimed(plan).completed);
      ++checked;
    }
    plan.buffers[b].capacity_rows = unlimited_rows;
  }
  CHECK(checked > 30);
}
