#include "models/row_buffer.hpp"

namespace rowflow {

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
