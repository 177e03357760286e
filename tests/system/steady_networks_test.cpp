// T9, T10: the steady figures of large networks do not depend on where the run is cut.
#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

TEST_CASE("stalls, occupancies and latencies are the same for 32, 64 and 1000 frames") {
  const std::string name = GENERATE(as<std::string>{}, "efficientnet_b2", "efficientnet_b7", "efficientdet_d0");
  Network network = build_network(read_network_config(resolve_network(name)));
  set_tile_height(network, 7);
  const Device device = read_device(resolve_device("hailo8"));
  EvaluateOptions options;
  options.fit = "assume";
  options.buffers = "full-rate";
  options.engine = Engine::events;
  options.frames = 32;
  const RunResult first = evaluate(network, device, options);
  REQUIRE(first.saturated.throughput.steady_exact);
  double stalled = 0;
  for (const StageActivity& stage : first.saturated.stages) stalled += stage.steady_starved + stage.steady_blocked;
  CHECK(stalled > 0);
  for (const int frames : {64, 1000}) {
    options.frames = frames;
    const RunResult run = evaluate(network, device, options);
    INFO(name << ", " << frames << " frames");
    REQUIRE(run.saturated.frames == frames);
    CHECK(run.latency.paced == first.latency.paced);
    for (std::size_t s = 0; s < first.plan.stages.size(); ++s) {
      const StageActivity &a = first.saturated.stages[s], &b = run.saturated.stages[s];
      REQUIRE(a.steady_starved == b.steady_starved);
      REQUIRE(a.steady_blocked == b.steady_blocked);
      REQUIRE(a.utilization == b.utilization);
    }
    for (std::size_t b = 0; b < first.plan.buffers.size(); ++b) {
      REQUIRE(first.saturated.buffers[b].steady_peak_rows == run.saturated.buffers[b].steady_peak_rows);
      REQUIRE(first.saturated.buffers[b].steady_full_cycles == run.saturated.buffers[b].steady_full_cycles);
    }
  }
}
