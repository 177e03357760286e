#include "models/row_ring.hpp"

namespace rowflow {

namespace {
constexpr Rows smallest_size = 64;  // occupancy is accounted for in batches of about so many rows
}

RowRing::RowRing(const Buffer& buffer)
    : capacity_(buffer.capacity_rows),
      peak_cursor_(buffer.rows_per_frame),
      residence_cursor_(buffer.rows_per_frame),
      full_cursor_(buffer.rows_per_frame) {
  grow(std::max(smallest_size, 4 * capacity_));
}

void RowRing::grow(Rows rows) {
  Rows size = 4;
  while (size < rows) size *= 2;
  const auto mask = static_cast<std::size_t>(size - 1);
  for (auto* stamps : {&entered_, &visible_, &freed_}) {
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
  if (count - accounted_ > size_) grow(2 * (count - accounted_));
}

void RowRing::account() {
  // Occupancy when a row enters = rows entered so far − rows freed at or before that time (frees count first). It is known
  // once a free time beyond the entry is known, or every earlier row was freed by then.
  for (; peak_cursor_.row() < reserved_; peak_cursor_.next()) {
    const Rows row = peak_cursor_.row();
    const Cycles entered = entered_[index(row)];
    while (accounted_ < released_ && accounted_ <= row && freed_[index(accounted_)] <= entered) ++accounted_;
    if (accounted_ == released_ && accounted_ <= row) break;
    auto& peak = peak_cursor_.frame(frames_).peak;
    peak = std::max(peak, row + 1 - accounted_);
  }
  for (; residence_cursor_.row() < released_; residence_cursor_.next()) {
    const auto row = index(residence_cursor_.row());
    residence_cursor_.frame(frames_).residence += freed_[row] - entered_[row];
  }
  if (capacity_ == unlimited_rows) return;
  // Row r takes the last slot when row r−capacity+1 is still there.
  for (; full_cursor_.row() < reserved_; full_cursor_.next()) {
    const Rows oldest = full_cursor_.row() - capacity_ + 1;
    if (oldest < 0) continue;
    if (oldest >= released_) break;
    const Cycles full = freed_[index(oldest)] - entered_[index(full_cursor_.row())];
    if (full > 0) full_cursor_.frame(frames_).full += full;
  }
}

FrameOccupancy RowRing::correction_at(Cycles elapsed) const {
  FrameOccupancy correction;
  // Rows whose slot is freed after the end (credit latency), or never (deadlock).
  for (Rows row = std::max<Rows>(0, released_ - size_ / 2); row < reserved_; ++row) {
    const Cycles entered = std::min(elapsed, entered_[index(row)]);
    if (row < residence_cursor_.row()) {
      correction.residence -= std::max<Cycles>(0, freed_[index(row)] - elapsed);
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
  for (Rows row = std::max(capacity_ - 1, released_ - 1); row < reserved_; ++row) {
    const Rows oldest = row - capacity_ + 1;
    const Cycles entered = std::min(elapsed, entered_[index(row)]);
    if (row >= full_cursor_.row() && oldest >= released_) correction.full += elapsed - entered;
  }
  for (Rows oldest = std::max<Rows>(0, released_ - capacity_); oldest < released_; ++oldest) {
    const Rows row = oldest + capacity_ - 1;
    if (row >= full_cursor_.row()) continue;
    const Cycles counted = freed_[index(oldest)] - entered_[index(row)];
    if (counted > 0) correction.full -= std::min(counted, std::max<Cycles>(0, freed_[index(oldest)] - elapsed));
  }
  return correction;
}

void RowRing::append_freed(std::vector<Cycles>& out) const {
  for (Rows row = std::max<Rows>(0, released_ - capacity_); row < released_; ++row) out.push_back(freed_[index(row)]);
}

}  // namespace rowflow
