#include "sim/studies/calibrate/fitter.hpp"

#include <algorithm>
#include <cmath>

#include "sim/config/device_figures.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

constexpr int most_passes = 6;

}  // namespace

Fitter::Fitter(const std::vector<FitParameter>& fit, const std::string& file, const std::vector<CalibrationList>& lists)
    : fit_(fit), lists_(lists) {
  for (std::size_t l = 0; l < lists.size(); ++l) {
    for (const FitParameter& parameter : fit) check_figure(lists[l].device, parameter.pointer, file);
    for (std::size_t n = 0; n < lists[l].networks.size(); ++n) points_.push_back({l, n});
  }
  for (const FitParameter& parameter : fit) current_.push_back(figure_value(lists.front().device, parameter.pointer));
}

const MeasuredNetwork& Fitter::measured(std::size_t point) const {
  return lists_[points_[point].list].file.networks[points_[point].network];
}

const Network& Fitter::network(std::size_t point) const {
  return lists_[points_[point].list].networks[points_[point].network];
}

const RunResult& Fitter::run(const Values& values, std::size_t point) {
  const Key key(values, point);
  const auto known = runs_.find(key);
  if (known != runs_.end()) return known->second;
  EvaluateOptions options;
  options.until_proven = true;
  options.engine = Engine::events;
  return runs_[key] = evaluate(network(point), device_of(values, points_[point].list), options);
}

double Fitter::fps(const Values& values, std::size_t point) {
  return frames_per_second(run(values, point)).value_or(0);
}

double Fitter::error(const Values& values) {
  return mean_error("", [&](std::size_t point) { return fps(values, point); });
}

Fitter::Values Fitter::descend(const std::string& left_out) {
  Values best = current_;
  double least = bound_error(best, left_out);
  bool better = true;
  for (int pass = 0; better && pass < most_passes; ++pass) {
    better = false;
    for (std::size_t p = 0; p < best.size(); ++p) {
      for (const std::int64_t candidate : fit_[p].candidates) {
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

Device Fitter::device_of(const Values& values, std::size_t list) const {
  nlohmann::json document = lists_[list].device;
  for (std::size_t p = 0; p < values.size(); ++p) set_figure(document, fit_[p].pointer, std::to_string(values[p]));
  return device_from(document, lists_[list].file.device);
}

/// What the descent looks at, many times: the analytic bound, nothing spilled.
double Fitter::bound_fps(const Values& values, std::size_t point) {
  const Key key(values, point);
  const auto known = bounds_.find(key);
  if (known != bounds_.end()) return known->second;
  CompileOptions options;
  options.buffer_policy = BufferPolicy::unlimited;
  const Plan plan = compile(network(point), device_of(values, points_[point].list), options);
  return bounds_[key] = frames_per_second(
             plan, static_cast<double>(std::max(plan.bounds.stage_interval, plan.bounds.link_interval)));
}

double Fitter::bound_error(const Values& values, const std::string& left_out) {
  return mean_error(left_out, [&](std::size_t point) { return bound_fps(values, point); });
}

/// Mean over the points that are fitted to, but for those of the network left out.
template <typename Fps>
double Fitter::mean_error(const std::string& left_out, Fps fps) const {
  double sum = 0;
  int count = 0;
  for (std::size_t p = 0; p < points_.size(); ++p) {
    if (measured(p).only_check || network(p).name == left_out) continue;
    sum += std::abs(std::log(fps(p) / measured(p).fps));
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace rowflow
