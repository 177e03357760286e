// torchvision's CNNs from their ONNX graphs to a simulated frame rate; the table is printed.
#include <fmt/format.h>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/import/import.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/torchvision.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// A line of the table; checks that the run is whole.
std::string run_line(const Network& network, const Device& device) {
  const RunResult result = evaluate(network, device, {});
  REQUIRE(result.status == RunStatus::ok);
  REQUIRE(result.saturated.throughput.interval);
  const double interval = result.saturated.throughput.interval->value();
  CHECK(interval >= static_cast<double>(result.plan.bounds.stage_interval));
  REQUIRE(result.latency.isolated);
  const auto clock = static_cast<double>(device.clock_hz.value);
  return fmt::format("{:4} stages {:9.1f} fps, {:8.3f} ms first frame, {:10} bytes of buffers",
                     result.plan.stages.size(), clock / interval,
                     1e3 * static_cast<double>(*result.latency.isolated) / clock, total_buffer_bytes(result.plan));
}

}  // namespace

TEST_CASE("Every CNN of torchvision runs, as if the device had enough where it has not") {
  const Device device = read_device(resolve_device("hailo8"));
  const auto models = documented_torchvision();
  REQUIRE(models.size() == 74);
  for (const Documented& model : models) {
    CAPTURE(model.name);
    fmt::print("{:28} {}\n", model.name,
               run_line(build_network(import_onnx(torchvision_graph(model.name), {}).network), device));
  }
}

TEST_CASE("Imported networks run with tiles") {
  const Device device = read_device(resolve_device("hailo8"));
  for (const std::string name :
       {"mobilenet_v3_large", "regnet_y_400mf", "efficientnet_b0", "lraspp_mobilenet_v3_large"}) {
    CAPTURE(name);
    Network network = build_network(import_onnx(torchvision_graph(name), {}).network);
    set_tile_height(network, 7);
    fmt::print("{:28} {}\n", name, run_line(network, device));
  }
}
