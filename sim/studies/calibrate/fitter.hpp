// Values of a few device figures that bring predicted throughputs nearest to measured ones, over several chips.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/calibration_file.hpp"
#include "sim/config/device.hpp"
#include "sim/metrics/run_result.hpp"
#include "sim/network/network.hpp"

namespace rowflow {

/// Networks measured on one device.
struct CalibrationList {
  CalibrationFile file;
  nlohmann::json device;
  std::vector<Network> networks;  ///< as file.networks
  std::vector<double> gmacs;      ///< a frame, as file.power
};

class Fitter {
 public:
  using Values =
      std::vector<std::int64_t>;  ///< of the fitted parameters, on all devices; empty: as each device has them

  /// A network on a device.
  struct Point {
    std::size_t list = 0, network = 0;
  };

  /// Throws InputError for a parameter that a device does not have; `file` is named there.
  Fitter(const std::vector<FitParameter>& fit, const std::string& file, const std::vector<CalibrationList>& lists);

  const std::vector<Point>& points() const { return points_; }
  const MeasuredNetwork& measured(std::size_t point) const;
  const Network& network(std::size_t point) const;

  /// Those of the first device: where a descent starts.
  const Values& current() const { return current_; }

  /// As `rowflow run` has it: what is reported.
  const RunResult& run(const Values& values, std::size_t point);
  double fps(const Values& values, std::size_t point);

  /// Mean |ln(predicted / measured)| over the points that are fitted to, as simulated.
  double error(const Values& values);

  /// Coordinate descent over the candidates, without all points of the network of that name (empty: with all).
  Values descend(const std::string& left_out);

 private:
  using Key = std::pair<Values, std::size_t>;
  Device device_of(const Values& values, std::size_t list) const;
  double bound_fps(const Values& values, std::size_t point);
  double bound_error(const Values& values, const std::string& left_out);
  template <typename Fps>
  double mean_error(const std::string& left_out, Fps fps) const;

  const std::vector<FitParameter>& fit_;
  const std::vector<CalibrationList>& lists_;
  std::vector<Point> points_;
  Values current_;
  std::map<Key, double> bounds_;
  std::map<Key, RunResult> runs_;
};

}  // namespace rowflow
