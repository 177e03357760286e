#include "sim/graph/occupancy.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace rowflow {

BufferAccount::BufferAccount(const Buffer& buffer)
    : forwarded_(buffer.forwarding.has_value()),
      capacity_(buffer.capacity_rows),
      rows_per_frame_(buffer.rows_per_frame) {}

void BufferAccount::end_frame() {
  const Rows begin = rows_, end = rows_ + rows_per_frame_;
  rows_ = end;
  Frame frame;
  frame.peak = peak_of(begin, end);
  const Cycles *const entered = slots_.entered.data() + index(begin), *const freed = slots_.freed.data() + index(begin);
  for (Rows r = 0; r < rows_per_frame_; ++r) {
    const Cycles stay = freed[r] - entered[r];
    frame.residence += stay;
    frame.longest = std::max(frame.longest, stay);
  }
  if (forwarded_)
    for (Rows row = begin; row < end; ++row) frame.residence -= slot_shared(row);
  if (capacity_ != unlimited_rows) frame.full = full_of(begin, end);
  total_.add(frame);
  if (window_ < 0)
    frames_.push_back(frame);
  else if (frame_ > window_)
    late_.add(frame);
  ++frame_;
  forget();
}

void BufferAccount::Frame::add(const Frame& other) {
  peak = std::max(peak, other.peak);
  residence += other.residence;
  longest = std::max(longest, other.longest);
  full += other.full;
}

/// T10: frees at the time of an entry count first.
Rows BufferAccount::peak_of(Rows begin, Rows end) {
  const Cycles *const entered = slots_.entered.data(), *const freed = slots_.freed.data();
  Rows peak = 0, freed_rows = freed_rows_ - first_row_;
  for (Rows row = begin - first_row_; row < end - first_row_; ++row) {
    const Cycles entry = entered[row];
    while (freed_rows <= row && freed[freed_rows] <= entry) ++freed_rows;
    peak = std::max(peak, row + 1 - freed_rows);
  }
  freed_rows_ = freed_rows + first_row_;
  return forwarded_ && capacity_ != unlimited_rows ? std::min(peak, capacity_) : peak;
}

/// Row r takes the last slot when row r − capacity + 1 is still there.
Cycles BufferAccount::full_of(Rows begin, Rows end) const {
  Cycles full = 0;
  const Rows first = std::max(begin, capacity_ - 1);
  if (first >= end) return 0;
  if (!forwarded_) {
    const Cycles *const entered = slots_.entered.data() + index(first), *const freed = slots_.freed.data() +
                                                                                       index(first - capacity_ + 1);
    for (Rows r = 0; r < end - first; ++r) full += std::max<Cycles>(0, freed[r] - entered[r]);
    return full;
  }
  for (Rows row = first; row < end; ++row)
    full +=
        std::max<Cycles>(0, slots_.freed[index(row - capacity_ + 1)] - slots_.entered[index(row)] - slot_shared(row));
  return full;
}

/// T16: how long a row shares its slot with the row that had it before, or stands in registers; it is not counted then.
Cycles BufferAccount::slot_shared(Rows row) const {
  if (!forwarded_ || capacity_ == unlimited_rows || row < capacity_) return 0;
  return std::max<Cycles>(0, slots_.freed[index(row - capacity_)] - slots_.entered[index(row)]);
}

/// Rows whose slot is freed after the end (credit latency).
void BufferAccount::correct(Cycles elapsed, Frame& total) const {
  for (Rows row = rows_ - 1; row >= first_row_ && slots_.freed[index(row)] > elapsed; --row) {
    const Cycles freed = slots_.freed[index(row)];
    total.residence -= std::max<Cycles>(0, freed - std::max(elapsed, slots_.entered[index(row)] + slot_shared(row)));
    const Rows newest = row + capacity_ - 1;
    if (capacity_ == unlimited_rows || newest >= rows_) continue;
    const Cycles counted = freed - slots_.entered[index(newest)] - slot_shared(newest);
    if (counted > 0) total.full -= std::min(counted, freed - elapsed);
  }
}

/// Keeps what later rows are compared with.
void BufferAccount::forget() {
  const Rows needed = std::max<Rows>(0, std::min(freed_rows_, rows_ - 2 * capacity_ - rows_per_frame_));
  if (needed - first_row_ < static_cast<Rows>(slots_.freed.size()) / 2) return;
  for (auto* times : {&slots_.entered, &slots_.freed})
    times->erase(times->begin(), times->begin() + (needed - first_row_));
  first_row_ = needed;
}

Occupancy BufferAccount::occupancy(Cycles elapsed, int first, int last, Cycles period) const {
  Frame total = total_, window = late_;
  correct(elapsed, total);
  for (int f = first + 1; f <= last && f < static_cast<int>(frames_.size()); ++f)
    window.add(frames_[static_cast<std::size_t>(f)]);
  Occupancy result;
  result.peak_rows = total.peak;
  result.mean_rows = elapsed > 0 ? static_cast<double>(total.residence) / static_cast<double>(elapsed) : 0;
  result.full_cycles = total.full;
  result.longest_stay = total.longest;
  if (period < 0) return result;
  result.steady_peak_rows = window.peak;
  result.steady_mean_rows = period > 0 ? static_cast<double>(window.residence) / static_cast<double>(period) : 0;
  result.steady_full_cycles = static_cast<double>(window.full) / (last - first);
  return result;
}

}  // namespace rowflow
