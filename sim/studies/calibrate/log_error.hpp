// Means and medians of |ln(a / b)|.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "sim/metrics/calibration.hpp"

namespace rowflow {

class LogErrors {
 public:
  /// Both more than 0; what is not counts nowhere.
  void add(double a, double b) {
    if (a > 0 && b > 0) errors_.push_back(std::abs(std::log(a / b)));
  }

  LogError summary() const {
    if (errors_.empty()) return {};
    std::vector<double> sorted = errors_;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t half = sorted.size() / 2;
    const double median = sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return {static_cast<int>(sorted.size()),
            std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size()), median};
  }

 private:
  std::vector<double> errors_;
};

}  // namespace rowflow
