// How long the smallest buffers of whole networks take to find and prove.
#include <benchmark/benchmark.h>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/network/squeeze_excite.hpp"

namespace rowflow {
namespace {

/// Tile height 0 = full.
void smallest(benchmark::State& state, const char* name, Rows tile_height, double slower) {
  auto network = build_network(read_network_config(resolve_network(name)));
  set_tile_height(network, tile_height);
  const Plan plan = plan_point(network, read_device(resolve_device("hailo8")), {});
  const Ratio interval{static_cast<Cycles>(static_cast<double>(shortest_interval(plan)) * slower), 1};
  Smallest found;
  for (auto _ : state) found = smallest_capacities(plan, interval, {});
  state.counters["gap_percent"] =
      100.0 * static_cast<double>(found.price - found.lower_bound) / static_cast<double>(found.price);
  state.counters["million_looks"] = static_cast<double>(found.effort) / 1e6;
}
BENCHMARK_CAPTURE(smallest, b2_full, "efficientnet_b2", 0, 1.0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(smallest, b2_7, "efficientnet_b2", 7, 1.0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(smallest, b2_7_two_thirds_rate, "efficientnet_b2", 7, 1.5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(smallest, b7_7, "efficientnet_b7", 7, 1.0)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rowflow
