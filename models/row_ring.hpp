// The storage of a row buffer: time stamps of rows and of freed slots (rules T3, T4, T5, T13).
//
// In a forwarded buffer (T16) each of visible and freed is two stamps, of the row's first and of its last beat.
//
// Rows are numbered through all frames. Of row r the ring holds when it took its slot (the start of the step that emits
// it), when it becomes visible to the consumer, and when its slot is free again. All three never decrease with r.
#pragma once

#include <algorithm>
#include <vector>

#include "models/occupancy.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

class RowRing {
 public:
  explicit RowRing(const Buffer& buffer);
  /// As new, for another run; keeps its memory.
  void restart(const Buffer& buffer);

  Rows capacity() const { return capacity_; }
  Rows reserved() const { return reserved_; }
  Rows published() const { return published_; }
  Rows released() const { return released_; }

  /// Whether rows 0 … count−1 have been written.
  bool has_rows(Rows count) const { return published_ >= count; }
  /// When the last of rows 0 … count−1 became visible; 0 when the consumer has released it already.
  Cycles rows_visible(Rows count) const { return count > released_ ? visible_[index(count - 1)] : 0; }

  /// Whether the slots for rows 0 … count−1 have been freed by the consumer (their times are known).
  bool has_space(Rows count) const { return capacity_ == unlimited_rows || released_ >= count - reach_; }
  /// When the slot of row count−1 is free.
  Cycles space_free(Rows count) const {
    return capacity_ == unlimited_rows || count <= reach_ ? 0 : freed_[index(count - 1 - reach_)];
  }

  // T16, of forwarded buffers only; `count` is a row that the consumer has not released, or that waits for space().
  Cycles first_visible(Rows count) const { return first_visible_[index(count - 1)]; }
  /// Whether row count−1 takes the place of an earlier one.
  bool takes_place(Rows count) const { return capacity_ != unlimited_rows && count > reach_; }
  Cycles first_free(Rows count) const { return first_freed_[index(count - 1 - reach_)]; }
  void publish(Rows count, Cycles first, Cycles last) {
    for (Rows row = published_; row < count; ++row) first_visible_[index(row)] = first;
    publish(count, last);
  }
  /// Beats are freed in order: of several rows, only the first goes while the step runs.
  void release(Rows count, Cycles first, Cycles last) {
    for (Rows row = released_; row < count; ++row) first_freed_[index(row)] = row == released_ ? first : last;
    release(count, last);
  }

  /// The producer's step that starts at `start` takes slots up to row count−1.
  void reserve(Rows count, Cycles start) {
    if (count - accounted_ > size_ - reach_) make_room(count);
    Rows row = reserved_;
    for (; row < count; ++row) entered_[index(row)] = start;
    reserved_ = row;
  }
  /// Rows up to count−1 have been written and are visible from `visible` on.
  void publish(Rows count, Cycles visible) {
    Rows row = published_;
    for (; row < count; ++row) visible_[index(row)] = visible;
    published_ = row;
  }
  /// The consumer needs rows up to count−1 no longer; their slots are free from `free` on.
  void release(Rows count, Cycles free) {
    Rows row = released_;
    for (; row < count; ++row) freed_[index(row)] = free;
    released_ = row;
  }

  /// Brings the occupancy figures up to what is known: amortised constant per row. Called when the ring needs the room,
  /// and at the end.
  void account();
  /// Figures of the rows of each frame.
  const FrameOccupancies& frames() const { return frames_; }
  /// Sums up what is known of frames (FrameOccupancies::sum_before), but of the newest ones.
  void sum_frames(Rows window);
  /// Residence and full time that lie after `elapsed` or are still going on at it: to be added to the sums over the
  /// frames (T10: [0, elapsed]).
  FrameOccupancy correction_at(Cycles elapsed) const;
  struct Held {
    Rows rows = 0;
    Cycles next_free = 0;  ///< the next known free time after `now`; 0: none
  };
  /// Rows that occupy a slot at `now`, which no row was reserved after.
  Held held_at(Cycles now) const {
    Rows freed = released_;
    while (freed > 0 && reserved_ - freed < size_ && freed_[index(freed - 1)] > now) --freed;
    return {reserved_ - freed, freed < released_ ? freed_[index(freed)] : 0};
  }
  /// Free times of the last `capacity` released rows, oldest first; fewer when fewer were released. Of a forwarded
  /// buffer: the first and the last beat's of each of the last capacity + held rows.
  void append_freed(std::vector<Cycles>& out) const;

 private:
  std::size_t index(Rows row) const { return static_cast<std::size_t>(row) & mask_; }
  void account_peaks();
  void account_residence();
  void account_full();
  void make_room(Rows count);
  void grow(Rows rows);

  // How long a row shares its slot with the row that had it before, or stands in registers (T16: it is not counted
  // then); "for ever" when that one has not gone.
  Cycles slot_shared(Rows row) const;

  bool forwarded_ = false;
  Rows capacity_ = 0;
  Rows reach_ = 0;  // capacity, and the rows that registers hold beyond it (T16)
  Rows size_ = 0;   // a power of two, several times the capacity
  std::size_t mask_ = 0;
  std::vector<Cycles> entered_, visible_, freed_;
  std::vector<Cycles> first_visible_, first_freed_;  // of forwarded buffers
  Rows reserved_ = 0, published_ = 0, released_ = 0;

  // Rows freed at or before the entry of the row at peak_cursor_. Stamps from `capacity` rows before it on are still to
  // be read.
  Rows accounted_ = 0;
  FrameCursor peak_cursor_, residence_cursor_, full_cursor_;
  FrameOccupancies frames_;
};

}  // namespace rowflow
