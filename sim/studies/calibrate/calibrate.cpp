#include "sim/studies/calibrate/calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/config/device_figures.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"
#include "sim/studies/calibrate/three_limits.hpp"

namespace rowflow {

namespace {

constexpr int most_passes = 6;
constexpr std::size_t none_left_out = static_cast<std::size_t>(-1);

using Values = std::vector<std::int64_t>;  // of the fitted parameters

class Fitter {
 public:
  Fitter(const CalibrationFile& file, const nlohmann::json& device, const std::vector<Network>& networks)
      : file_(file), device_(device), networks_(networks) {}

  Values current() const {
    Values values;
    for (const FitParameter& parameter : file_.fit) {
      check_figure(device_, parameter.pointer, file_.file);
      values.push_back(figure_value(device_, parameter.pointer));
    }
    return values;
  }

  /// As `rowflow run` has it: what is reported.
  const RunResult& run(const Values& values, std::size_t network) {
    const auto key = std::make_pair(values, network);
    const auto known = runs_.find(key);
    if (known != runs_.end()) return known->second;
    EvaluateOptions options;
    options.until_proven = true;
    return runs_[key] = evaluate(networks_[network], device_of(values), options);
  }

  double fps(const Values& values, std::size_t network) { return frames_per_second(run(values, network)).value_or(0); }

  /// Mean over the networks that are fitted to, as simulated.
  double error(const Values& values) {
    return mean_error(none_left_out, [&](std::size_t network) { return fps(values, network); });
  }

  Values descend(std::size_t left_out) {
    Values best = current();
    double least = bound_error(best, left_out);
    bool better = true;
    for (int pass = 0; better && pass < most_passes; ++pass) {
      better = false;
      for (std::size_t p = 0; p < best.size(); ++p) {
        for (const std::int64_t candidate : file_.fit[p].candidates) {
          Values trial = best;
          trial[p] = candidate;
          const double found = bound_error(trial, left_out);
          if (found >= least) continue;
          least = found;
          best = std::move(trial);
          better = true;
        }
      }
    }
    return best;
  }

 private:
  Device device_of(const Values& values) const {
    nlohmann::json document = device_;
    for (std::size_t p = 0; p < values.size(); ++p)
      set_figure(document, file_.fit[p].pointer, std::to_string(values[p]));
    return device_from(document, file_.device);
  }

  /// What the descent looks at, many times: the analytic bound, nothing spilled.
  double bound_fps(const Values& values, std::size_t network) {
    const auto key = std::make_pair(values, network);
    const auto known = bounds_.find(key);
    if (known != bounds_.end()) return known->second;
    CompileOptions options;
    options.buffer_policy = BufferPolicy::unlimited;
    const Plan plan = compile(networks_[network], device_of(values), options);
    return bounds_[key] = frames_per_second(
               plan, static_cast<double>(std::max(plan.bounds.stage_interval, plan.bounds.link_interval)));
  }

  double bound_error(const Values& values, std::size_t left_out) {
    return mean_error(left_out, [&](std::size_t network) { return bound_fps(values, network); });
  }

  /// Mean over the networks that are fitted to, but for the one left out.
  template <typename Fps>
  double mean_error(std::size_t left_out, Fps fps) const {
    double sum = 0;
    int count = 0;
    for (std::size_t n = 0; n < networks_.size(); ++n) {
      if (n == left_out || file_.networks[n].only_check) continue;
      sum += std::abs(std::log(fps(n) / file_.networks[n].fps));
      ++count;
    }
    return count > 0 ? sum / count : 0;
  }

  const CalibrationFile& file_;
  const nlohmann::json& device_;
  const std::vector<Network>& networks_;
  std::map<std::pair<Values, std::size_t>, double> bounds_;
  std::map<std::pair<Values, std::size_t>, RunResult> runs_;
};

/// The budget whose growth would make the plan faster, else what limits the run.
std::string limit_with_budgets(const Network& network, const nlohmann::json& document, const std::string& device_file,
                               const RunResult& run) {
  CompileOptions options;
  options.buffer_policy = BufferPolicy::unlimited;
  const auto bounds_with = [&](const char* ceiling) {
    nlohmann::json changed = document;
    if (ceiling) set_figure(changed, ceiling, "100");
    return compile(network, device_from(changed, device_file), options).bounds;
  };
  const Bounds bounds = bounds_with(nullptr);
  if (bounds_with("/compute_ceiling_percent").stage_interval < bounds.stage_interval) return "subclusters";
  if (bounds_with("/control_ceiling_percent").stage_interval < bounds.stage_interval) return "controllers";
  return limit_name(run);
}

/// The baseline with the share of the subclusters that suits it best, in percent; a network that is only checked has no
/// say.
void add_baseline(Calibration& calibration, const CalibrationFile& file, const nlohmann::json& device,
                  const std::vector<Network>& networks) {
  const auto clock = static_cast<double>(device_from(device, file.device).clock_hz.value);
  std::vector<ThreeLimits> limits;
  for (const Network& network : networks) limits.push_back(three_limits(network, device, file.device));
  double least = 0;
  for (int percent = 100; percent >= 20; --percent) {
    double sum = 0;
    for (std::size_t n = 0; n < limits.size(); ++n)
      if (!file.networks[n].only_check)
        sum += std::abs(std::log(clock / limits[n].interval(percent / 100.0) / file.networks[n].fps));
    if (calibration.baseline_share > 0 && sum >= least) continue;
    least = sum;
    calibration.baseline_share = percent / 100.0;
  }
  for (std::size_t n = 0; n < limits.size(); ++n) {
    calibration.networks[n].baseline_fps = clock / limits[n].interval(calibration.baseline_share);
    calibration.networks[n].baseline_limit = limits[n].limit(calibration.baseline_share);
  }
}

double mean(double sum, int count) { return count > 0 ? sum / count : 0; }

void summarise(Calibration& calibration) {
  double error = 0, left_out = 0, baseline = 0, check = 0, check_baseline = 0;
  int fitted = 0, checked = 0;
  const auto off = [](double predicted, double measured) { return std::abs(std::log(predicted / measured)); };
  for (const CalibratedNetwork& n : calibration.networks) {
    (n.only_check ? check : error) += off(n.predicted_fps, n.measured_fps);
    (n.only_check ? check_baseline : baseline) += off(n.baseline_fps, n.measured_fps);
    if (n.left_out_fps) left_out += off(*n.left_out_fps, n.measured_fps);
    ++(n.only_check ? checked : fitted);
  }
  calibration.error = mean(error, fitted);
  calibration.left_out_error = mean(left_out, fitted);
  calibration.baseline_error = mean(baseline, fitted);
  if (checked == 0) return;
  calibration.check_error = mean(check, checked);
  calibration.check_baseline_error = mean(check_baseline, checked);
}

}  // namespace

Calibration calibrate(const CalibrationFile& file, const nlohmann::json& device, const std::vector<Network>& networks) {
  Fitter fit(file, device, networks);
  Calibration calibration;
  calibration.device = device_from(device, file.device).name;
  calibration.source = file.source;
  const Values current = fit.current(), fitted = fit.descend(none_left_out);
  for (std::size_t n = 0; n < networks.size(); ++n) {
    const MeasuredNetwork& measured = file.networks[n];
    CalibratedNetwork result;
    result.name = networks[n].name;
    result.measured_fps = measured.fps;
    result.predicted_fps = fit.fps(current, n);
    result.limited_by = limit_with_budgets(networks[n], device, file.device, fit.run(current, n));
    result.only_check = measured.only_check;
    if (!measured.only_check && !file.fit.empty()) result.left_out_fps = fit.fps(fit.descend(n), n);
    calibration.networks.push_back(std::move(result));
  }
  for (std::size_t p = 0; p < file.fit.size(); ++p)
    calibration.parameters.push_back({file.fit[p].pointer, file.fit[p].reason, current[p], fitted[p]});
  add_baseline(calibration, file, device, networks);
  summarise(calibration);
  calibration.fitted_error = fit.error(fitted);
  return calibration;
}

}  // namespace rowflow
