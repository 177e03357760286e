// A bar on standard error while many points are computed; nothing when that is no terminal.
#pragma once

#include <chrono>
#include <cstdint>

namespace rowflow {

class PointsBar {
 public:
  /// `quiet`: no bar at all. `what` is counted.
  explicit PointsBar(bool quiet, const char* what = "points");
  ~PointsBar();  ///< wipes it away
  PointsBar(const PointsBar&) = delete;
  PointsBar& operator=(const PointsBar&) = delete;
  /// `done` of `total`, `computed` of these since the bar began; draws at most ten times a second.
  void show(std::uint64_t done, std::uint64_t total, std::uint64_t computed);

 private:
  using Clock = std::chrono::steady_clock;
  const char* what_;
  bool wanted_, drawn_ = false;
  Clock::time_point begun_ = Clock::now(), last_ = begun_;
};

}  // namespace rowflow
