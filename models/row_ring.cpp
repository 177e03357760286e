#include "models/row_ring.hpp"

#include <limits>

namespace rowflow {

namespace {
constexpr Rows smallest_size = 64;  // occupancy is accounted for in batches of about so many rows

/// At least 4.
Rows power_of_two(Rows least) {
  Rows size = 4;
  while (size < least) size *= 2;
  return size;
}
}  // namespace

RowRing::RowRing(const Buffer& buffer)
    : peak_cursor_(buffer.rows_per_frame),
      residence_cursor_(buffer.rows_per_frame),
      full_cursor_(buffer.rows_per_frame) {
  restart(buffer);
}

void RowRing::restart(const Buffer& buffer) {
  forwarded_ = buffer.forwarding.has_value();
  capacity_ = buffer.capacity_rows;
  reach_ = forwarded_ && capacity_ != unlimited_rows ? capacity_ + buffer.forwarding->held_rows : capacity_;
  reserved_ = published_ = released_ = accounted_ = 0;
  peak_cursor_ = residence_cursor_ = full_cursor_ = FrameCursor(buffer.rows_per_frame);
  frames_.clear();
  size_ = power_of_two(std::max(smallest_size, 4 * reach_));
  mask_ = static_cast<std::size_t>(size_ - 1);
  for (auto* stamps : {&entered_, &visible_, &freed_}) stamps->assign(static_cast<std::size_t>(size_), 0);
  for (auto* stamps : {&first_visible_, &first_freed_})
    stamps->assign(forwarded_ ? static_cast<std::size_t>(size_) : 0, 0);
}

void RowRing::grow(Rows rows) {
  const Rows size = power_of_two(rows);
  const auto mask = static_cast<std::size_t>(size - 1);
  std::vector<std::vector<Cycles>*> all{&entered_, &visible_, &freed_};
  if (forwarded_) all.insert(all.end(), {&first_visible_, &first_freed_});
  for (auto* stamps : all) {
    std::vector<Cycles> wider(static_cast<std::size_t>(size), 0);
    for (Rows row = std::max<Rows>(0, reserved_ - size_); row < reserved_; ++row) {
      wider[static_cast<std::size_t>(row) & mask] = (*stamps)[index(row)];
    }
    stamps->swap(wider);
  }
  size_ = size;
  mask_ = mask;
}

void RowRing::make_room(Rows count) {
  account();
  if (count - accounted_ > size_ - reach_) grow(2 * (count - accounted_) + reach_);
}

void RowRing::account() {
  account_peaks();
  account_residence();
  if (capacity_ != unlimited_rows) account_full();
}

void RowRing::sum_frames(Rows window) {
  account();
  const Rows known = std::min(peak_cursor_.frame(), residence_cursor_.frame());
  frames_.sum_before(capacity_ != unlimited_rows ? std::min(known, full_cursor_.frame()) : known, window);
}

// The loops work on local copies, one frame's rows at a time: the compiler must assume that stamps and members overlap.

// Occupancy when a row enters = rows entered so far − rows freed at or before that time (frees count first). It is
// known once a free time beyond the entry is known, or every earlier row was freed by then.
void RowRing::account_peaks() {
  const Cycles* const entered = entered_.data();
  const Cycles* const freed = freed_.data();
  const Rows released = released_;
  Rows freed_rows = accounted_;
  while (peak_cursor_.row() < reserved_) {
    const Rows end = std::min(reserved_, peak_cursor_.frame_end());
    Rows row = peak_cursor_.row();
    Rows peak = 0;
    for (; row < end; ++row) {
      const Cycles entry = entered[index(row)];
      while (freed_rows < released && freed_rows <= row && freed[index(freed_rows)] <= entry) ++freed_rows;
      if (freed_rows == released && freed_rows <= row) break;
      peak = std::max(peak, row + 1 - freed_rows);
    }
    if (forwarded_ && capacity_ != unlimited_rows) peak = std::min(peak, capacity_);
    auto& frame_peak = peak_cursor_.frame(frames_).peak;
    frame_peak = std::max(frame_peak, peak);
    peak_cursor_.advance_to(row);
    if (row < end) break;
  }
  accounted_ = freed_rows;
}

void RowRing::account_residence() {
  const Cycles* const entered = entered_.data();
  const Cycles* const freed = freed_.data();
  while (residence_cursor_.row() < released_) {
    const Rows end = std::min(released_, residence_cursor_.frame_end());
    Cycles residence = 0, longest = 0;
    for (Rows row = residence_cursor_.row(); row < end; ++row) {
      const Cycles stay = freed[index(row)] - entered[index(row)];
      residence += stay;
      longest = std::max(longest, stay);
    }
    if (forwarded_) {
      for (Rows row = residence_cursor_.row(); row < end; ++row) residence -= slot_shared(row);
    }
    auto& frame = residence_cursor_.frame(frames_);
    frame.residence += residence;
    frame.longest = std::max(frame.longest, longest);
    residence_cursor_.advance_to(end);
  }
}

// Row r takes the last slot when row r−capacity+1 is still there.
void RowRing::account_full() {
  const Cycles* const entered = entered_.data();
  const Cycles* const freed = freed_.data();
  const Rows known = std::min(reserved_, released_ + capacity_ - 1);
  while (full_cursor_.row() < known) {
    const Rows end = std::min(known, full_cursor_.frame_end());
    Cycles full = 0;
    for (Rows row = std::max(full_cursor_.row(), capacity_ - 1); row < end; ++row) {
      const Cycles entry = forwarded_ ? entered[index(row)] + slot_shared(row) : entered[index(row)];
      full += std::max<Cycles>(0, freed[index(row - capacity_ + 1)] - entry);
    }
    full_cursor_.frame(frames_).full += full;
    full_cursor_.advance_to(end);
  }
}

Cycles RowRing::slot_shared(Rows row) const {
  if (!forwarded_ || capacity_ == unlimited_rows || row < capacity_) return 0;
  if (row - capacity_ >= released_) return std::numeric_limits<Cycles>::max() / 2;
  return std::max<Cycles>(0, freed_[index(row - capacity_)] - entered_[index(row)]);
}

FrameOccupancy RowRing::correction_at(Cycles elapsed) const {
  FrameOccupancy correction;
  // Rows whose slot is freed after the end (credit latency), or never (deadlock).
  for (Rows row = std::max<Rows>(0, released_ - size_ / 2); row < reserved_; ++row) {
    const Cycles entry = entered_[index(row)] + slot_shared(row);
    const Cycles entered = std::min(elapsed, entry);
    if (row < residence_cursor_.row()) {
      correction.residence -= std::max<Cycles>(0, freed_[index(row)] - std::max(elapsed, entry));
    } else {
      correction.residence += elapsed - entered;
    }
  }
  for (Rows row = peak_cursor_.row(); row < reserved_; ++row) {
    Rows freed = accounted_;
    while (freed < released_ && freed <= row && freed_[index(freed)] <= entered_[index(row)]) ++freed;
    correction.peak = std::max(correction.peak, row + 1 - freed);
  }
  if (capacity_ == unlimited_rows) return correction;
  if (forwarded_) correction.peak = std::min(correction.peak, capacity_);
  for (Rows row = std::max(capacity_ - 1, released_ - 1); row < reserved_; ++row) {
    const Rows oldest = row - capacity_ + 1;
    const Cycles entered = std::min(elapsed, entered_[index(row)] + slot_shared(row));
    if (row >= full_cursor_.row() && oldest >= released_) correction.full += elapsed - entered;
  }
  // With T16 more rows than slots: the place of a row that leaves late is taken already.
  for (Rows oldest = std::max<Rows>(0, released_ - size_ / 2); oldest < released_; ++oldest) {
    const Rows row = oldest + capacity_ - 1;
    if (row >= full_cursor_.row()) continue;
    const Cycles counted = freed_[index(oldest)] - entered_[index(row)] - slot_shared(row);
    if (counted > 0) correction.full -= std::min(counted, std::max<Cycles>(0, freed_[index(oldest)] - elapsed));
  }
  return correction;
}

void RowRing::append_freed(std::vector<Cycles>& out) const {
  if (forwarded_) {
    for (Rows row = std::max<Rows>(0, released_ - reach_); row < released_; ++row) {
      out.insert(out.end(), {first_freed_[index(row)], freed_[index(row)]});
    }
    return;
  }
  const Rows first = std::max<Rows>(0, released_ - capacity_);
  const std::size_t before = out.size();
  out.resize(before + static_cast<std::size_t>(released_ - first));
  Cycles* to = out.data() + before;
  for (Rows row = first; row < released_; ++row) *to++ = freed_[index(row)];
}

}  // namespace rowflow
