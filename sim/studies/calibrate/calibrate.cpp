#include "sim/studies/calibrate/calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/config/device_figures.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/metrics/limit.hpp"
#include "sim/studies/calibrate/log_error.hpp"
#include "sim/studies/calibrate/power.hpp"
#include "sim/studies/calibrate/three_limits.hpp"

namespace rowflow {

namespace {

std::string kind_of_limit(const RunResult& run) {
  const Limit limit = limit_of(run);
  return limit.kind == LimitKind::stage    ? std::string(to_string(run.plan.stage(limit.stage).kind))
         : limit.kind == LimitKind::buffer ? "buffers"
                                           : limit_name(run);
}

/// The budget whose growth would make the plan faster, else what limits the run.
void tell_limit(const Network& network, const CalibrationList& list, const RunResult& run, CalibratedNetwork& result) {
  CompileOptions options;
  options.buffer_policy = BufferPolicy::unlimited;
  const auto bounds_with = [&](const char* ceiling) {
    nlohmann::json changed = list.device;
    if (ceiling) set_figure(changed, ceiling, "100");
    return compile(network, device_from(changed, list.file.device), options).bounds;
  };
  const Bounds bounds = bounds_with(nullptr);
  if (bounds_with("/compute_ceiling_percent").stage_interval < bounds.stage_interval)
    result.limited_by = result.limit_kind = "subclusters";
  else if (bounds_with("/control_ceiling_percent").stage_interval < bounds.stage_interval)
    result.limited_by = result.limit_kind = "controllers";
  if (!result.limited_by.empty()) return;
  result.limited_by = limit_name(run);
  result.limit_kind = kind_of_limit(run);
}

/// The baseline with the share of the subclusters that suits it best, in percent; a network that is only checked has no
/// say.
void add_baseline(Calibration& calibration, const Fitter& fit, const std::vector<CalibrationList>& lists) {
  std::vector<ThreeLimits> limits;
  std::vector<double> clocks;
  for (std::size_t p = 0; p < fit.points().size(); ++p) {
    const CalibrationList& list = lists[fit.points()[p].list];
    limits.push_back(three_limits(fit.network(p), list.device, list.file.device));
    clocks.push_back(static_cast<double>(device_from(list.device, list.file.device).clock_hz.value));
  }
  double least = 0;
  for (int percent = 100; percent >= 20; --percent) {
    double sum = 0;
    for (std::size_t p = 0; p < limits.size(); ++p)
      if (!fit.measured(p).only_check)
        sum += std::abs(std::log(clocks[p] / limits[p].interval(percent / 100.0) / fit.measured(p).fps));
    if (calibration.baseline_share > 0 && sum >= least) continue;
    least = sum;
    calibration.baseline_share = percent / 100.0;
  }
  for (std::size_t p = 0; p < limits.size(); ++p) {
    calibration.networks[p].baseline_fps = clocks[p] / limits[p].interval(calibration.baseline_share);
    calibration.networks[p].baseline_limit = limits[p].limit(calibration.baseline_share);
  }
}

template <typename Used>
CalibrationGroup group(const Calibration& calibration, const std::string& by, const std::string& name, bool only_check,
                       Used used) {
  LogErrors predicted, left_out, moved;
  for (const CalibratedNetwork& n : calibration.networks) {
    if (n.only_check != only_check || !used(n)) continue;
    predicted.add(n.predicted_fps, n.measured_fps);
    left_out.add(n.left_out_fps.value_or(0), n.measured_fps);
    moved.add(n.before_fps.value_or(0), n.measured_fps);
  }
  return {by, name, only_check, predicted.summary(), left_out.summary(), moved.summary()};
}

/// A group for each value of a property that has several.
template <typename Property>
void add_groups(Calibration& calibration, const std::string& by, bool only_check, Property property) {
  std::set<std::string> names;
  for (const CalibratedNetwork& n : calibration.networks)
    if (n.only_check == only_check) names.insert(property(n));
  if (names.size() < 2) return;
  for (const std::string& name : names)
    calibration.groups.push_back(
        group(calibration, by, name, only_check, [&](const CalibratedNetwork& n) { return property(n) == name; }));
}

void summarise(Calibration& calibration) {
  LogErrors baseline, check_baseline;
  for (const CalibratedNetwork& n : calibration.networks)
    (n.only_check ? check_baseline : baseline).add(n.baseline_fps, n.measured_fps);
  for (const bool only_check : {false, true}) {
    CalibrationGroup all = group(calibration, "all", "all", only_check, [](const CalibratedNetwork&) { return true; });
    if (all.predicted.count == 0) continue;
    if (only_check) {
      calibration.check_error = all.predicted.mean;
      calibration.check_baseline_error = check_baseline.summary().mean;
    } else {
      calibration.error = all.predicted.mean;
      calibration.left_out_error = all.left_out.mean;
      calibration.baseline_error = baseline.summary().mean;
    }
    calibration.groups.push_back(std::move(all));
    add_groups(calibration, "device", only_check, [](const CalibratedNetwork& n) { return n.device; });
    add_groups(calibration, "limited by", only_check, [](const CalibratedNetwork& n) { return n.limit_kind; });
    add_groups(calibration, "compiler mode", only_check,
               [](const CalibratedNetwork& n) { return n.performance_mode ? "performance" : "default"; });
  }
}

void add_sources(Calibration& calibration, const std::vector<CalibrationList>& lists) {
  const auto add = [](std::vector<std::string>& texts, const std::string& text) {
    if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  };
  for (const CalibrationList& list : lists) {
    add(calibration.devices, device_from(list.device, list.file.device).name);
    add(calibration.sources, list.file.source);
    if (calibration.before.empty()) calibration.before = list.file.before;
  }
}

void add_power(Calibration& calibration, const std::vector<CalibrationList>& lists) {
  for (const CalibrationList& list : lists)
    if (!calibration.power) calibration.power = calibrate_power(list);
}

}  // namespace

Calibration calibrate(const std::vector<FitParameter>& fit, const std::string& file,
                      const std::vector<CalibrationList>& lists) {
  Fitter fitter(fit, file, lists);
  Calibration calibration;
  add_sources(calibration, lists);
  const Fitter::Values fitted = fitter.descend("");
  std::map<std::string, Fitter::Values> fitted_without;
  for (std::size_t p = 0; p < fitter.points().size(); ++p) {
    const MeasuredNetwork& measured = fitter.measured(p);
    const CalibrationList& list = lists[fitter.points()[p].list];
    CalibratedNetwork result;
    result.name = fitter.network(p).name;
    result.device = device_from(list.device, list.file.device).name;
    result.measured_fps = measured.fps;
    result.predicted_fps = fitter.fps({}, p);
    tell_limit(fitter.network(p), list, fitter.run({}, p), result);
    result.only_check = measured.only_check;
    result.before_fps = measured.before_fps;
    result.performance_mode = measured.performance_mode;
    if (!measured.only_check && !fit.empty()) {
      if (fitted_without.count(result.name) == 0) fitted_without[result.name] = fitter.descend(result.name);
      result.left_out_fps = fitter.fps(fitted_without[result.name], p);
    }
    calibration.networks.push_back(std::move(result));
  }
  for (std::size_t p = 0; p < fit.size(); ++p)
    calibration.parameters.push_back({fit[p].pointer, fit[p].reason, fitter.current()[p], fitted[p]});
  add_baseline(calibration, fitter, lists);
  summarise(calibration);
  calibration.fitted_error = fitter.error(fitted);
  add_power(calibration, lists);
  return calibration;
}

}  // namespace rowflow
