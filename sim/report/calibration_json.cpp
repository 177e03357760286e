#include "sim/report/calibration_json.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/json_text.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

Json known(const std::optional<double>& figure) { return figure ? Json(*figure) : Json(); }

Json error_json(const LogError& e) {
  return e.count == 0 ? Json() : Json{{"count", e.count}, {"mean", e.mean}, {"median", e.median}};
}

Json network_json(const CalibratedNetwork& n) {
  return {{"name", n.name},
          {"device", n.device},
          {"measured_fps", n.measured_fps},
          {"predicted_fps", n.predicted_fps},
          {"limited_by", n.limited_by},
          {"limit_kind", n.limit_kind},
          {"left_out_fps", known(n.left_out_fps)},
          {"before_fps", known(n.before_fps)},
          {"mode", n.performance_mode ? "performance" : "default"},
          {"baseline_fps", n.baseline_fps},
          {"baseline_limit", n.baseline_limit},
          {"only_check", n.only_check}};
}

Json group_json(const CalibrationGroup& g) {
  return {{"by", g.by},
          {"name", g.name},
          {"only_check", g.only_check},
          {"predicted", error_json(g.predicted)},
          {"left_out", error_json(g.left_out)},
          {"moved", error_json(g.moved)}};
}

Json power_json(const PowerCalibration& power) {
  Json readings = Json::array();
  for (const CalibratedPower& r : power.readings)
    readings.push_back({{"network", r.network},
                        {"device", r.device},
                        {"gmacs", r.gmacs},
                        {"fps", r.fps},
                        {"watts", r.watts},
                        {"predicted_watts", r.predicted_watts},
                        {"left_out_watts", r.left_out_watts}});
  return {{"readings", std::move(readings)},
          {"static_watts", power.static_watts},
          {"picojoules_per_mac", power.picojoules_per_mac},
          {"predicted", error_json(power.predicted)},
          {"fitted", error_json(power.fitted)},
          {"left_out", error_json(power.left_out)},
          {"constant", error_json(power.constant)},
          {"scatter", error_json(power.scatter)}};
}

}  // namespace

std::string calibration_json(const Calibration& c) {
  Json networks = Json::array(), parameters = Json::array(), groups = Json::array();
  for (const CalibratedNetwork& n : c.networks) networks.push_back(network_json(n));
  for (const FittedParameter& p : c.parameters)
    parameters.push_back({{"parameter", p.pointer}, {"value", p.value}, {"fitted", p.fitted}, {"reason", p.reason}});
  for (const CalibrationGroup& g : c.groups) groups.push_back(group_json(g));
  const Json document = {{"schema", "rowflow.calibration/2"},
                         {"version", version()},
                         {"devices", c.devices},
                         {"sources", c.sources},
                         {"before", c.before},
                         {"networks", std::move(networks)},
                         {"parameters", std::move(parameters)},
                         {"groups", std::move(groups)},
                         {"error", c.error},
                         {"left_out_error", c.left_out_error},
                         {"baseline_error", c.baseline_error},
                         {"baseline_share", c.baseline_share},
                         {"fitted_error", c.fitted_error},
                         {"check_error", known(c.check_error)},
                         {"check_baseline_error", known(c.check_baseline_error)},
                         {"power", c.power ? power_json(*c.power) : Json()}};
  return json_text(document, 1) + "\n";
}

}  // namespace rowflow
