#include "sim/studies/calibrate/power.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "sim/config/device.hpp"
#include "sim/metrics/energy.hpp"
#include "sim/studies/calibrate/log_error.hpp"

namespace rowflow {

namespace {

constexpr double alike = 1.05;  ///< rates of readings that differ by the board alone

/// Watts; joules a 10⁹ MACs.
struct Line {
  double idle = 0, slope = 0;
  double at(const CalibratedPower& reading) const { return idle + slope * reading.gmacs * reading.fps; }
};

using Used = std::function<bool(const CalibratedPower&)>;

/// Smallest Σ ((a + b·x) / W − 1)², a and b ≥ 0.
Line fitted(const std::vector<CalibratedPower>& readings, const Used& used) {
  double ii = 0, is = 0, ss = 0, i1 = 0, s1 = 0;
  for (const CalibratedPower& r : readings) {
    if (!used(r)) continue;
    const double i = 1 / r.watts, s = r.gmacs * r.fps / r.watts;
    ii += i * i;
    is += i * s;
    ss += s * s;
    i1 += i;
    s1 += s;
  }
  const double determinant = ii * ss - is * is;
  const Line both = determinant > 1e-9 * ii * ss
                        ? Line{(i1 * ss - s1 * is) / determinant, (s1 * ii - i1 * is) / determinant}
                        : Line{-1, 0};
  if (both.idle >= 0 && both.slope >= 0) return both;
  return both.idle < 0 && ss > 0 ? Line{0, s1 / ss} : Line{ii > 0 ? i1 / ii : 0, 0};
}

double geometric_mean(const std::vector<CalibratedPower>& readings, const Used& used) {
  double sum = 0;
  int count = 0;
  for (const CalibratedPower& r : readings) {
    if (!used(r)) continue;
    sum += std::log(r.watts);
    ++count;
  }
  return count > 0 ? std::exp(sum / count) : 0;
}

bool same_rate(const CalibratedPower& a, const CalibratedPower& b) {
  return a.network == b.network && std::max(a.fps, b.fps) <= alike * std::min(a.fps, b.fps);
}

LogErrors scatter(const std::vector<CalibratedPower>& readings) {
  LogErrors errors;
  for (const CalibratedPower& r : readings) {
    const auto like = [&](const CalibratedPower& other) { return same_rate(r, other); };
    if (std::count_if(readings.begin(), readings.end(), like) > 1) errors.add(r.watts, geometric_mean(readings, like));
  }
  return errors;
}

}  // namespace

std::optional<PowerCalibration> calibrate_power(const CalibrationList& list) {
  const Device device = device_from(list.device, list.file.device);
  if (list.file.power.empty() || !device.energy) return std::nullopt;
  PowerCalibration power;
  const double milliwatts = static_cast<double>(device.energy->static_milliwatts.value),
               femtojoules = static_cast<double>(device.energy->femtojoules_per_mac.value);
  const Line given{milliwatts / 1e3, femtojoules / 1e6};
  for (std::size_t r = 0; r < list.file.power.size(); ++r) {
    const MeasuredPower& measured = list.file.power[r];
    power.readings.push_back({measured.network, device.name, list.gmacs[r], measured.fps, measured.watts});
  }
  const Line all = fitted(power.readings, [](const CalibratedPower&) { return true; });
  power.static_watts = all.idle;
  power.picojoules_per_mac = all.slope * 1e3;
  LogErrors as_given, as_fitted, left_out, constant;
  for (CalibratedPower& reading : power.readings) {
    const auto others = [&](const CalibratedPower& other) { return other.network != reading.network; };
    reading.predicted_watts = given.at(reading);
    reading.left_out_watts = fitted(power.readings, others).at(reading);
    as_given.add(reading.predicted_watts, reading.watts);
    as_fitted.add(all.at(reading), reading.watts);
    left_out.add(reading.left_out_watts, reading.watts);
    constant.add(geometric_mean(power.readings, others), reading.watts);
  }
  power.predicted = as_given.summary();
  power.fitted = as_fitted.summary();
  power.left_out = left_out.summary();
  power.constant = constant.summary();
  power.scatter = scatter(power.readings).summary();
  return power;
}

}  // namespace rowflow
