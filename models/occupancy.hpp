// Rule T10, kept while the simulation runs: peak, residence and full time of one row buffer, frame by frame.
#pragma once

#include <algorithm>
#include <deque>

#include "sim/base/units.hpp"

namespace rowflow {

/// Of the rows of one frame.
struct FrameOccupancy {
  Rows peak = 0;         ///< largest occupancy when one of these rows entered
  Cycles residence = 0;  ///< Σ time each of these rows occupied its slot: the integral of the occupancy
  Cycles longest = 0;    ///< longest time one of these rows occupied its slot
  Cycles full = 0;       ///< time without a free slot that began with one of these rows

  void add(const FrameOccupancy& other) {
    peak = std::max(peak, other.peak);
    residence += other.residence;
    longest = std::max(longest, other.longest);
    full += other.full;
  }
};

/// Figures frame by frame, or, of frames long past, their sums.
class FrameOccupancies {
 public:
  FrameOccupancy& of(Rows frame) {
    const auto index = static_cast<std::size_t>(frame - first_);
    if (frames_.size() <= index) frames_.resize(index + 1);
    return frames_[index];
  }
  /// Frames before `frame` are summed up from now on: all of them, and those after `window`.
  void sum_before(Rows frame, Rows window) {
    for (; first_ < frame && !frames_.empty(); ++first_) {
      total_.add(frames_.front());
      if (first_ > window) window_.add(frames_.front());
      frames_.pop_front();
    }
  }
  FrameOccupancy total() const {
    FrameOccupancy sum = total_;
    for (const FrameOccupancy& frame : frames_) sum.add(frame);
    return sum;
  }
  /// Of frames after `first` up to `last`; where frames have been summed up, `first` is the window they were told of.
  FrameOccupancy between(Rows first, Rows last) const {
    FrameOccupancy sum = window_;
    for (Rows frame = std::max(first + 1, first_); frame <= last && frame < end(); ++frame)
      sum.add(frames_[static_cast<std::size_t>(frame - first_)]);
    return sum;
  }
  void clear() { *this = FrameOccupancies(); }

 private:
  Rows end() const { return first_ + static_cast<Rows>(frames_.size()); }

  Rows first_ = 0;  // the first that is kept by itself
  std::deque<FrameOccupancy> frames_;
  FrameOccupancy total_, window_;
};

/// Walks along the rows of a buffer with one statistic, and knows to which frame a row belongs.
class FrameCursor {
 public:
  explicit FrameCursor(Rows rows_per_frame) : rows_per_frame_(rows_per_frame) {}
  Rows row() const { return row_; }
  /// One past the last row of the current row's frame.
  Rows frame_end() const { return (frame_ + 1) * rows_per_frame_; }
  Rows frame() const { return frame_; }
  FrameOccupancy& frame(FrameOccupancies& frames) const { return frames.of(frame_); }
  /// To a row of the current frame, or to the first of the next.
  void advance_to(Rows row) {
    row_ = row;
    if (row == frame_end()) ++frame_;
  }

 private:
  Rows rows_per_frame_, row_ = 0, frame_ = 0;
};

}  // namespace rowflow
