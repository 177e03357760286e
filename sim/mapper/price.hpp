// What buffers cost: bytes, or cuts of memory.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapper/memory.hpp"
#include "sim/plan/plan.hpp"

namespace rowflow {

class Price {
 public:
  /// `unit` bytes of one buffer cost 1, begun ones too; a unit of one byte: capacity in bytes.
  explicit Price(const Plan& plan, Bytes unit = 1);

  /// The cuts of L3 and L4 that the plan's mapping needs (cuts_of): one for each end of an edge between clusters, and
  /// for each reader.
  static Price cuts(const Plan& plan);

  /// Bytes, those in the host's memory for nothing (bytes_of).
  static Price bytes_on_chip(const Plan& plan);

  std::int64_t of(int buffer, Rows rows) const;
  std::int64_t of(const std::vector<Rows>& capacities) const;

  bool is_free(int buffer) const { return entries_[static_cast<std::size_t>(buffer)].times == 0; }

  /// The most rows that cost no more than these and `more`, at least so many. What is free grows by a row for each
  /// unit.
  Rows raised(int buffer, Rows rows, std::int64_t more) const;

 private:
  /// `times` units for every `unit` bytes begun.
  struct Entry {
    Bytes row_bytes = 1, unit = 1;
    std::int64_t times = 1;
  };
  std::vector<Entry> entries_;
};

}  // namespace rowflow
