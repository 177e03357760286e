// What a device says of its energy, as a plan carries it: from here on nobody looks at the device again.
#pragma once

#include <cstdint>

namespace rowflow {

/// A figure and the ends of its range; all alike where it is not assumed.
struct EnergyFigure {
  std::int64_t value = 0, low = 0, high = 0;
};

/// Power is static + MACs a second × energy of a MAC. How the second term divides among MACs and memories is told by
/// relative weights only.
struct EnergyFigures {
  EnergyFigure static_milliwatts, femtojoules_per_mac;
  std::int64_t mac = 0;                                ///< weight of a MAC by itself,
  std::int64_t l2_byte = 0, l3_byte = 0, l4_byte = 0;  ///< of a byte read or written there,
  std::int64_t link_byte = 0;                          ///< and of one over the link to the host
};

}  // namespace rowflow
