// Rule T10 for one row buffer, frame by frame, from the times when its rows take and free their slots.
#pragma once

#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

/// When rows took their slots and when those were free again; both never decrease.
struct Slots {
  std::vector<Cycles> entered, freed;
};

class BufferAccount {
 public:
  explicit BufferAccount(const Buffer& buffer);

  /// From now on frames are kept as their sums alone: of all, and of those after `window`.
  void sum_up(int window) { window_ = window; }

  /// The next frame's rows are appended to what is returned, then end_frame().
  Slots& begin_frame() { return slots_; }
  void end_frame();

  /// The largest occupancy so far.
  Rows peak() const { return total_.peak; }
  /// Over [0, elapsed], all frames being complete; the steady figures over the frames after `first` (that told to
  /// sum_up, if any) up to `last`, which took the buffer's consumer `period` cycles; −1: none.
  Occupancy occupancy(Cycles elapsed, int first, int last, Cycles period) const;

 private:
  /// Of the rows of one frame.
  struct Frame {
    Rows peak = 0;         ///< largest occupancy when one of them entered
    Cycles residence = 0;  ///< Σ time in their slots: the integral of the occupancy
    Cycles longest = 0;
    Cycles full = 0;  ///< time without a free slot that began with one of them
    void add(const Frame& other);
  };
  std::size_t index(Rows row) const { return static_cast<std::size_t>(row - first_row_); }
  Cycles slot_shared(Rows row) const;
  Rows peak_of(Rows begin, Rows end);
  Cycles full_of(Rows begin, Rows end) const;
  void correct(Cycles elapsed, Frame& total) const;
  void forget();

  bool forwarded_ = false;
  Rows capacity_, rows_per_frame_;
  Rows first_row_ = 0, rows_ = 0;  // the first that slots_ holds; how many there were
  Rows freed_rows_ = 0;            // at or before the entry of the newest row
  Slots slots_;
  int window_ = -1;  // ≥ 0: frames are summed up
  int frame_ = 0;
  Frame total_, late_;
  std::vector<Frame> frames_;
};

}  // namespace rowflow
