// A row buffer as a SystemC channel (rule T5): one producer, one consumer, finite. It carries time stamps, and wakes a
// neighbour only when that one waits.
#pragma once

#include "models/row_ring.hpp"
#include "models/systemc.hpp"

namespace rowflow {

/// What a consumer may do with a row buffer.
class RowReadInterface : public virtual sc_core::sc_interface {
 public:
  virtual RowRing& ring() = 0;
  /// Notify `wake` once `rows` rows have been written. One waiter.
  virtual void await_rows(Rows rows, sc_core::sc_event& wake) = 0;
  /// Wakes the producer if what it waits for has happened.
  virtual void notify_producer() = 0;
  /// Slots were freed: a watched level follows.
  virtual void update_level() = 0;
};

/// What a producer may do with a row buffer.
class RowWriteInterface : public virtual sc_core::sc_interface {
 public:
  virtual RowRing& ring() = 0;
  /// Notify `wake` once the slots for rows 0 … rows−1 have been freed. One waiter.
  virtual void await_space(Rows rows, sc_core::sc_event& wake) = 0;
  /// Wakes the consumer if what it waits for has happened.
  virtual void notify_consumer() = 0;
  /// Rows were reserved: a watched level follows.
  virtual void update_level() = 0;
};

class RowBuffer final : public sc_core::sc_module, public RowReadInterface, public RowWriteInterface {
 public:
  RowBuffer(const sc_core::sc_module_name& name, const Buffer& buffer);

  /// As new, for another run with `buffer`. While the kernel is not running.
  void restart(const Buffer& buffer);

  RowRing& ring() override { return ring_; }
  void await_rows(Rows rows, sc_core::sc_event& wake) override;
  void await_space(Rows rows, sc_core::sc_event& wake) override;
  void notify_producer() override;
  void notify_consumer() override;
  void update_level() override;

  /// Keeps the occupancy at the kernel's time (T10) up to date in the returned variable; for synchronous runs.
  const unsigned& watch();

 private:
  struct Waiter {
    Rows rows = 0;
    sc_core::sc_event* wake = nullptr;
  };
  void follow_level();

  RowRing ring_;
  Waiter consumer_, producer_;
  bool watched_ = false;
  unsigned level_ = 0;
  sc_core::sc_event level_changed_;
};

}  // namespace rowflow
