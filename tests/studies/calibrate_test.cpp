#include "sim/studies/calibrate/calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/config/device_document.hpp"
#include "sim/config/parse.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/studies/calibrate/power.hpp"
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
  file.networks = {{"mobilenet_v1"}, {"squeezenet_v1_1"}, {"mobilenet_v2", 0, true}};
  return file;
}

}  // namespace

namespace {

/// The file's networks, "measured" on a device that is really another.
CalibrationList measured_on(const nlohmann::json& real, CalibrationFile file, nlohmann::json device) {
  CalibrationList list{std::move(file), std::move(device), {}, {}};
  for (MeasuredNetwork& measured : list.file.networks) {
    list.networks.push_back(network(measured.network));
    CompileOptions options;
    options.buffer_policy = BufferPolicy::unlimited;
    const Plan plan = compile(list.networks.back(), device_from(real, list.file.device), options);
    measured.fps = static_cast<double>(plan.device.clock_hz) / static_cast<double>(plan.bounds.stage_interval);
  }
  return list;
}

nlohmann::json with_width(nlohmann::json device, int width) {
  device["widths"]["depthwise"] = {{"value", width}, {"source", "test"}};
  return device;
}

}  // namespace

TEST_CASE("a fit finds the figures that the measurements were made with, and only from the networks it may use") {
  const CalibrationFile file = two_parameters();
  const nlohmann::json device = with_width(parse_json_file(file.device), 8);
  nlohmann::json real = with_width(device, 6);
  real["rates"]["pool"]["value"] = 12000;
  CalibrationList list = measured_on(real, file, device);
  list.file.networks[2].fps *= 3;  // only checked: must not draw the fit
  const Calibration calibration = calibrate(file.fit, file.file, {list});
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

TEST_CASE("a network is left out on all devices at once, and one set of figures is fitted to all") {
  CalibrationFile large = two_parameters(), small = two_parameters();
  small.device = configs + "devices/hailo8l.json";
  large.networks = {{"mobilenet_v1"}};
  small.networks = {{"mobilenet_v1"}, {"squeezenet_v1_1"}};
  const nlohmann::json h8 = with_width(read_device_document(large.device), 8),
                       h8l = with_width(read_device_document(small.device), 8);
  const std::vector<CalibrationList> lists{measured_on(with_width(h8, 6), large, h8),
                                           measured_on(with_width(h8l, 6), small, h8l)};
  const Calibration calibration = calibrate(large.fit, "file", lists);
  CHECK(calibration.devices == std::vector<std::string>{"hailo8", "hailo8l"});
  CHECK(calibration.parameters[0].fitted == 6);
  CHECK(calibration.fitted_error < calibration.error / 10);
  REQUIRE(calibration.networks.size() == 3);
  // Had only the other chip's been left out, this one would have told the width.
  CHECK(*calibration.networks[0].left_out_fps == Approx(calibration.networks[0].predicted_fps));
  CHECK(*calibration.networks[1].left_out_fps == Approx(calibration.networks[1].predicted_fps));
  const auto groups = [&](const std::string& by) {
    return std::count_if(calibration.groups.begin(), calibration.groups.end(),
                         [&](const CalibrationGroup& group) { return group.by == by; });
  };
  CHECK(groups("all") == 1);
  CHECK(groups("device") == 2);
  CHECK(groups("compiler mode") == 0);  // all alike: nothing to tell apart
}

TEST_CASE("power: the line that readings were made with, each network also predicted by the others alone") {
  CalibrationFile file = two_parameters();
  const auto reading = [](const char* name, double gmacs, double fps) {
    return MeasuredPower{name, gmacs, fps, 1.5 + 0.7e-3 * gmacs * fps};
  };
  file.power = {reading("a", 1, 1000), reading("b", 4, 500), reading("c", 10, 400)};
  CalibrationList list{file, parse_json_file(file.device), {}, {1, 4, 10}};
  const auto exact = calibrate_power(list);
  REQUIRE(exact);
  CHECK(exact->static_watts == Approx(1.5));
  CHECK(exact->picojoules_per_mac == Approx(0.7));
  CHECK(exact->left_out.mean == Approx(0).margin(1e-9));
  CHECK(exact->left_out.count == 3);
  CHECK(exact->scatter.count == 0);
  CHECK(exact->constant.mean > 0.3);
  // A second board at nearly the same rate: half of the logarithm of their ratio is nobody's fault.
  list.file.power.push_back({"c", 10.0, 404, 1.2 * file.power[2].watts});
  list.gmacs.push_back(10);
  const auto scattered = calibrate_power(list);
  CHECK(scattered->scatter.count == 2);
  CHECK(scattered->scatter.mean == Approx(std::log(1.2) / 2));
  // Of a single network two figures cannot be told: the line goes through nothing negative.
  list.file.power = {{"a", 1.0, 1000, 2}, {"a", 1.0, 1000, 2}};
  list.gmacs = {1, 1};
  const auto flat = calibrate_power(list);
  CHECK(flat->static_watts >= 0);
  CHECK(flat->picojoules_per_mac >= 0);
  CHECK(flat->fitted.mean == Approx(0).margin(1e-9));
  list.device.erase("energy");
  CHECK_FALSE(calibrate_power(list));
}

TEST_CASE("the three-limit formula by hand: MobileNetV2 streams 112 rows of 112 × 96") {
  const std::string file = configs + "devices/hailo8.json";
  const ThreeLimits limits = three_limits(network("mobilenet_v2"), parse_json_file(file), file);
  CHECK(limits.stream == Approx(112.0 * 112 * 96 / 8));
  CHECK(limits.interval(1) == limits.stream);
  CHECK(std::string(limits.limit(1)) == "stream");
  CHECK(limits.interval(0.01) == Approx(100 * limits.subclusters));
}

TEST_CASE("the baseline has the one share of the subclusters that suits the measurements best") {
  CalibrationFile file = two_parameters();
  file.networks = {{"mobilenet_v2"}, {"resnet_v1_50"}, {"squeezenet_v1_1", 0, true}};
  CalibrationList list{file, parse_json_file(file.device), {}, {}};
  const double clock = static_cast<double>(device_from(list.device, file.device).clock_hz.value);
  std::vector<ThreeLimits> limits;
  for (MeasuredNetwork& measured : list.file.networks) {
    list.networks.push_back(network(measured.network));
    limits.push_back(three_limits(list.networks.back(), list.device, file.device));
    measured.fps = clock / limits.back().interval(0.47);
  }
  REQUIRE(std::string(limits[1].limit(0.47)) == "subclusters");
  list.file.networks[2].fps /= 10;  // only checked: has no say
  const Calibration calibration = calibrate({}, file.file, {list});
  CHECK(calibration.baseline_share == Approx(0.47));
  for (std::size_t n = 0; n < 2; ++n) CHECK(calibration.networks[n].baseline_fps == Approx(list.file.networks[n].fps));
  CHECK(calibration.baseline_error == Approx(0).margin(1e-9));
  CHECK(*calibration.check_baseline_error == Approx(std::log(10)));
  CHECK_FALSE(calibration.power);  // nobody measured any
}

TEST_CASE("power is that of the first list with readings") {
  CalibrationFile file = two_parameters();
  file.networks = {{"squeezenet_v1_1"}};
  const nlohmann::json device = parse_json_file(file.device);
  std::vector<CalibrationList> lists(3, measured_on(device, file, device));
  for (const int of : {1, 2}) {
    lists[static_cast<std::size_t>(of)].file.power = {{"a", 1.0, 1000, 1.0 * of + 1}, {"b", 4.0, 500, 1.0 * of + 2}};
    lists[static_cast<std::size_t>(of)].gmacs = {1, 4};
  }
  const Calibration calibration = calibrate({}, file.file, lists);
  REQUIRE(calibration.power);
  CHECK(calibration.power->static_watts == Approx(1));  // 2 W at 1, 3 W at 2 · 10¹² MACs a second
  CHECK(calibration.power->picojoules_per_mac == Approx(1));
}

TEST_CASE("a parameter that the device does not have is refused with the nearest") {
  CalibrationFile file = two_parameters();
  file.fit = {{"/rates/depthwize", {1}, "test"}};
  const std::vector<CalibrationList> lists{{file, parse_json_file(file.device), {network("mobilenet_v1")}, {}}};
  CHECK_THROWS_AS(calibrate(file.fit, file.file, lists), InputError);
}
