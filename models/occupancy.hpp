// Rule T10, kept while the simulation runs: peak, residence and full time of one row buffer, frame by frame.
#pragma once

#include <vector>

#include "sim/base/units.hpp"

namespace rowflow {

/// Of the rows of one frame.
struct FrameOccupancy {
  Rows peak = 0;         ///< largest occupancy when one of these rows entered
  Cycles residence = 0;  ///< Σ time each of these rows occupied its slot: the integral of the occupancy
  Cycles longest = 0;    ///< longest time one of these rows occupied its slot
  Cycles full = 0;       ///< time without a free slot that began with one of these rows
};

/// Walks along the rows of a buffer with one statistic, and knows to which frame a row belongs.
class FrameCursor {
 public:
  explicit FrameCursor(Rows rows_per_frame) : rows_per_frame_(rows_per_frame) {}
  Rows row() const { return row_; }
  /// One past the last row of the current row's frame.
  Rows frame_end() const { return (frame_ + 1) * rows_per_frame_; }
  FrameOccupancy& frame(std::vector<FrameOccupancy>& frames) const {
    const auto index = static_cast<std::size_t>(frame_);
    if (frames.size() <= index) frames.resize(index + 1);
    return frames[index];
  }
  /// To a row of the current frame, or to the first of the next.
  void advance_to(Rows row) {
    row_ = row;
    if (row == frame_end()) ++frame_;
  }

 private:
  Rows rows_per_frame_, row_ = 0, frame_ = 0;
};

}  // namespace rowflow
