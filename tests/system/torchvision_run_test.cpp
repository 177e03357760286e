// torchvision's CNNs from their ONNX graphs to a simulated frame rate; the table is printed.
#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/config/locate.hpp"
#include "sim/import/import.hpp"
#include "sim/sizing/evaluate.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/torchvision.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

constexpr Bytes largest_layer = 40 << 20;  // weights that hailo8 holds on chip: what is refused must have a larger layer

bool has_too_large_layer(const Network& network) {
  for (const Layer& layer : network.layers) {
    if (layer.weight_bytes > largest_layer) return true;
  }
  return false;
}

/// A line of the table; checks that the run is whole.
std::string run_line(const Network& network, const Device& device) {
  const RunResult result = evaluate(network, device, {});
  if (result.status == RunStatus::does_not_fit) return "does not fit";
  CHECK(result.status == RunStatus::ok);
  REQUIRE(result.saturated.throughput.interval);
  const double interval = result.saturated.throughput.interval->value();
  CHECK(interval > 0);
  REQUIRE(result.latency.isolated);
  const auto clock = static_cast<double>(device.clock_hz.value);
  return fmt::format("{:4} stages {:9.1f} fps, {:8.3f} ms first frame, {:10} bytes of buffers", result.plan.stages.size(), clock / interval,
                     1e3 * static_cast<double>(*result.latency.isolated) / clock, total_buffer_bytes(result.plan));
}

}  // namespace

TEST_CASE("Every CNN of torchvision that imports also runs, or a layer of it is too large for the device") {
  const Device device = read_device(resolve_device("hailo8"));
  int ran = 0;
  for (const Documented& model : documented_torchvision()) {
    if (model.expectation == "refused") continue;
    CAPTURE(model.name);
    Network network = build_network(import_onnx(torchvision_graph(model.name), {}).network);
    std::string line;
    try {
      line = run_line(network, device);
    } catch (const InputError& error) {
      line = std::string("refused: ") + error.what();
      CHECK(line.find("too large for the device") != std::string::npos);
      CHECK(has_too_large_layer(network));
    }
    ran += line.find("fps") != std::string::npos ? 1 : 0;
    fmt::print("{:28} {}\n", model.name, line);
  }
  CHECK(ran >= 65);
}

TEST_CASE("Imported networks run with tiles") {
  const Device device = read_device(resolve_device("hailo8"));
  for (const std::string name : {"mobilenet_v3_large", "regnet_y_400mf", "efficientnet_b0", "lraspp_mobilenet_v3_large"}) {
    CAPTURE(name);
    Network network = build_network(import_onnx(torchvision_graph(name), {}).network);
    set_tile_height(network, 7);
    fmt::print("{:28} {}\n", name, run_line(network, device));
  }
}
