// No choice of heights of a shipped network takes less than its bound, wherever its stages and buffers come to lie.
#include "sim/studies/tune/tune_bound.hpp"

#include <random>

#include "sim/config/locate.hpp"
#include "sim/studies/tune/tune_scores.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

Bytes bound_of(const TuneBound& bound, const std::vector<int>& choice, Cycles& interval) {
  Bytes bytes = bound.least_bytes;
  interval = bound.interval;
  for (std::size_t k = 0; k < choice.size(); ++k) {
    const HeightBound& block = bound.blocks[k][static_cast<std::size_t>(choice[k])];
    bytes += block.least_bytes;
    interval = std::max(interval, block.interval);
  }
  return bytes;
}

}  // namespace

TEST_CASE("the bound of any mixture of heights holds") {
  const Device device = read_device(resolve_device("hailo8"));
  CompileOptions options;
  options.buffer_policy = BufferPolicy::unlimited;
  std::mt19937 random(7);
  for (const char* name : {"efficientnet_b0", "mobilenetv3_large", "se_resnet50"}) {  // full blocks of the last spill
    const Network network = build_network(read_network_config(resolve_network(name)));
    std::vector<std::vector<Rows>> candidates;
    for (const Layer& layer : network.layers)
      if (layer.config.type == LayerType::squeeze_excite) candidates.push_back({0, 14, 7, 4, 2, 1});
    const Cycles period =
        plan_point(with_heights(network, Heights(candidates.size(), 7)), device, {}).bounds.stage_interval;
    const TuneBound bound = tune_bound(network, device, options, candidates, period);
    int compared = 0;
    for (int trial = 0; trial < 12; ++trial) {
      const int smallest = trial % 3;  // all kinds, then fewer full
      std::vector<int> choice;
      Heights heights;
      for (const auto& own : candidates) {
        choice.push_back(std::uniform_int_distribution<int>(smallest, static_cast<int>(own.size()) - 1)(random));
        heights.push_back(own[static_cast<std::size_t>(choice.back())]);
      }
      const Plan plan = plan_point(with_heights(network, heights), device, {});
      Cycles interval = 0;
      const Bytes least = bound_of(bound, choice, interval);
      INFO(name << " trial " << trial);
      if (plan.bounds.stage_interval > period) continue;  // not full rate
      ++compared;
      CHECK(interval <= plan.bounds.stage_interval);
      CHECK(least <= total_buffer_bytes(plan));
      CHECK(least > total_buffer_bytes(plan) / 3);
    }
    CHECK(compared >= 4);
  }
}
