#include "sim/studies/calibrate/calibrate.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/config/parse.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/studies/calibrate/three_limits.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

const std::string configs = std::string(ROWFLOW_SOURCE_DIR) + "/configs/";

Network network(const std::string& name) {
  return build_network(read_network_config(configs + "networks/" + name + ".json"));
}

CalibrationFile two_parameters() {
  CalibrationFile file;
  file.file = "calibration.json";
  file.device = configs + "devices/hailo8.json";
  file.fit = {{"/widths/depthwise", {5, 6, 7, 8}, "test"}, {"/rates/pool", {11000, 12000, 13000, 13500}, "test"}};
  file.networks = {{"mobilenet_v1", 0}, {"squeezenet_v1_1", 0}, {"mobilenet_v2", 0, true}};
  return file;
}

}  // namespace

TEST_CASE("a fit finds the figures that the measurements were made with, and only from the networks it may use") {
  CalibrationFile file = two_parameters();
  nlohmann::json device = parse_json_file(file.device);
  device["widths"]["depthwise"] = {{"value", 8}, {"source", "test"}};
  nlohmann::json real = device;
  real["widths"]["depthwise"]["value"] = 6;
  real["rates"]["pool"]["value"] = 12000;
  std::vector<Network> networks;
  for (MeasuredNetwork& measured : file.networks) networks.push_back(network(measured.network));
  for (std::size_t n = 0; n < networks.size(); ++n) {
    CompileOptions options;
    options.buffer_policy = BufferPolicy::unlimited;
    const Plan plan = compile(networks[n], device_from(real, file.device), options);
    file.networks[n].fps = static_cast<double>(plan.device.clock_hz) / static_cast<double>(plan.bounds.stage_interval);
  }
  file.networks[2].fps *= 3;  // only checked: must not draw the fit
  const Calibration calibration = calibrate(file, device, networks);
  REQUIRE(calibration.parameters.size() == 2);
  CHECK(calibration.parameters[0].fitted == 6);
  CHECK(calibration.parameters[1].fitted == 12000);
  CHECK(calibration.fitted_error == Approx(0).margin(1e-12));
  CHECK(calibration.error > 0.05);
  CHECK_FALSE(calibration.networks[2].left_out_fps);
  REQUIRE(calibration.check_error);
  CHECK(*calibration.check_error > std::log(2));
  // Without MobileNetV1 nothing says anything of depthwise streams: their width stays.
  CHECK(*calibration.networks[0].left_out_fps == Approx(calibration.networks[0].predicted_fps));
}

TEST_CASE("the three-limit formula by hand: MobileNetV2 streams 112 rows of 112 × 96") {
  const std::string file = configs + "devices/hailo8.json";
  const ThreeLimits limits = three_limits(network("mobilenet_v2"), parse_json_file(file), file);
  CHECK(limits.stream == Approx(112.0 * 112 * 96 / 8));
  CHECK(limits.interval(1) == limits.stream);
  CHECK(std::string(limits.limit(1)) == "stream");
  CHECK(limits.interval(0.01) == Approx(100 * limits.subclusters));
}

TEST_CASE("a parameter that the device does not have is refused with the nearest") {
  CalibrationFile file = two_parameters();
  file.fit = {{"/rates/depthwize", {1}, "test"}};
  CHECK_THROWS_AS(calibrate(file, parse_json_file(file.device), {network("mobilenet_v1")}), InputError);
}
