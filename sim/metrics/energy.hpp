// What a frame costs in energy (T23). Pure: from the plan and an interval.
//
// The predicted figure is W = static + energy of a MAC × MACs a second, both fitted to measured boards. Where the
// energy of MACs goes (MACs, memories, link) and which stage spends it are shares of that figure, by relative weights
// that are assumed: bytes cannot be told from MACs in the boards measured so far.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/enum_names.hpp"
#include "sim/metrics/run_result.hpp"

namespace rowflow {

/// MACs by themselves; bytes of weights in L2; rows in L3, and weights beyond L2; rows in L4; rows that wait in the
/// host's memory, both ways over the link; rows of source and sinks over the link.
enum class EnergyPart { macs, l2, l3, l4, host, link, end };

template <>
struct EnumNames<EnergyPart> {
  static constexpr std::string_view of[] = {"macs", "L2", "L3", "L4", "host", "link"};
};

using EnergyParts = std::array<double, static_cast<std::size_t>(EnergyPart::end)>;  ///< by EnergyPart

/// A figure, and what it is with all figures of the device at their lows, and at their highs.
struct Spread {
  double value = 0, low = 0, high = 0;
};

/// Of one frame through one context, without the static part: what several contexts of a frame are added up from.
struct DynamicEnergy {
  Spread joules;               ///< energy of a MAC × MACs
  EnergyParts parts{};         ///< joules; add up to joules.value
  std::vector<double> stages;  ///< joules, as Pipeline::stages; add up to joules.value
};
DynamicEnergy dynamic_energy(const Context& context, const EnergyFigures& figures);

/// Of a frame every so many cycles.
struct Energy {
  Spread frame_joules, watts;
  double static_joules = 0;  ///< of a frame's interval
  DynamicEnergy dynamic;
  std::map<StageKind, double> kinds;  ///< dynamic joules by kind of stage
};

/// None where the device says nothing of energy, or for an interval of no time.
std::optional<Energy> energy(const Plan& plan, double interval_cycles);

/// At the interval that was reached; none in a deadlock, or when nothing was simulated.
std::optional<Energy> energy(const RunResult& result);

/// W = static + energy of a MAC × MACs a second.
Spread watts(const EnergyFigures& figures, double macs_per_second);

}  // namespace rowflow
