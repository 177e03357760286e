// The only include of SystemC in the project: everything else includes this.
#pragma once

// sc_core only; systemc.h would pull its names into the global namespace.
#include <systemc>

#include <sysc/tracing/sc_tracing_ids.h>

namespace rowflow {

/// Of the kernel's finest unit of time, so many make one core cycle. Alone in its kernel the program counts cycles:
/// one. Beside modules that live in real time it is the clock's period (set_cycle).
inline std::uint64_t units_per_cycle = 1;
inline void set_cycle(const sc_core::sc_time& period) { units_per_cycle = period.value(); }

inline sc_core::sc_time cycles_to_time(std::int64_t cycles) {
  return sc_core::sc_time::from_value(static_cast<std::uint64_t>(cycles) * units_per_cycle);
}
inline std::int64_t current_cycle() {
  return static_cast<std::int64_t>(sc_core::sc_time_stamp().value() / units_per_cycle);
}

}  // namespace rowflow
