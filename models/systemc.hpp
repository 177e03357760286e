// The only include of SystemC in the project: everything else includes this.
#pragma once

// sc_core only; systemc.h would pull its names into the global namespace.
#include <systemc>

#include <sysc/tracing/sc_tracing_ids.h>

namespace rowflow {

/// The kernel's clock counts core cycles: its finest unit of time is one cycle.
inline sc_core::sc_time cycles_to_time(std::int64_t cycles) {
  return sc_core::sc_time::from_value(static_cast<std::uint64_t>(cycles));
}
inline std::int64_t current_cycle() { return static_cast<std::int64_t>(sc_core::sc_time_stamp().value()); }

}  // namespace rowflow
