// Rule T10, kept while the simulation runs: peak, residence and full time of one row buffer, frame by frame.
#pragma once

#include <vector>

#include "sim/base/units.hpp"

namespace rowflow {

/// Of the rows of one frame.
struct FrameOccupancy {
  Rows peak = 0;           ///< largest occupancy when one of these rows entered
  Cycles residence = 0;    ///< Σ time each of these rows occupied its slot: the integral of the occupancy
  Cycles full = 0;         ///< time without a free slot that began with one of these rows
};

/// Walks along the rows of a buffer with one statistic, and knows to which frame a row belongs.
class FrameCursor {
 public:
  explicit FrameCursor(Rows rows_per_frame) : rows_per_frame_(rows_per_frame), left_(rows_per_frame) {}
  Rows row() const { return row_; }
  FrameOccupancy& frame(std::vector<FrameOccupancy>& frames) {
    if (frames.size() <= frame_) frames.resize(frame_ + 1);
    return frames[frame_];
  }
  void next() {
    ++row_;
    if (--left_ == 0) {
      left_ = rows_per_frame_;
      ++frame_;
    }
  }

 private:
  Rows rows_per_frame_, left_, row_ = 0;
  std::size_t frame_ = 0;
};

}  // namespace rowflow
