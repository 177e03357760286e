#include "models/row_buffer.hpp"

namespace rowflow {

RowBuffer::RowBuffer(const sc_core::sc_module_name& name, const Buffer& buffer) : sc_module(name), ring_(buffer) {
  SC_HAS_PROCESS(RowBuffer);
  SC_METHOD(follow_level);
  sensitive << level_changed_;
  dont_initialize();
}

void RowBuffer::restart(const Buffer& buffer) {
  ring_.restart(buffer);
  consumer_ = producer_ = {};
}

const unsigned& RowBuffer::watch() {
  watched_ = true;
  return level_;
}

void RowBuffer::update_level() {
  if (watched_) level_changed_.notify(sc_core::SC_ZERO_TIME);
}

// Slots are freed a credit latency after the step that releases them (T4).
void RowBuffer::follow_level() {
  const Cycles now = current_cycle();
  const auto held = ring_.held_at(now);
  level_ = static_cast<unsigned>(held.rows);
  if (held.next_free > now) level_changed_.notify(cycles_to_time(held.next_free - now));
}

void RowBuffer::await_rows(Rows rows, sc_core::sc_event& wake) { consumer_ = {rows, &wake}; }

void RowBuffer::await_space(Rows rows, sc_core::sc_event& wake) { producer_ = {rows, &wake}; }

void RowBuffer::notify_consumer() {
  if (consumer_.wake == nullptr || !ring_.has_rows(consumer_.rows)) return;
  consumer_.wake->notify(sc_core::SC_ZERO_TIME);
  consumer_.wake = nullptr;
}

void RowBuffer::notify_producer() {
  if (producer_.wake == nullptr || !ring_.has_space(producer_.rows)) return;
  producer_.wake->notify(sc_core::SC_ZERO_TIME);
  producer_.wake = nullptr;
}

}  // namespace rowflow
