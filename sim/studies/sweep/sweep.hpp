// What a sweep asks for: a grid of settings, a list of points, or both.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/point/design_point.hpp"

namespace rowflow {

/// One setting of the grid and the values it takes.
struct Axis {
  Knob knob = Knob::network;
  std::string key;  ///< of values by name: whose; "*" for an axis of its own for every SE block
  std::vector<std::string> values;
};

struct Sweep {
  std::string file;  ///< for messages; empty: from the command line
  DesignPoint base;  ///< what all points have in common
  std::vector<std::string> networks;
  bool has_grid = true;             ///< else only the list
  std::vector<Axis> grid;           ///< the slowest first; the networks are slower than all
  std::vector<DesignPoint> points;  ///< after the grid; without a network of their own: for every network
};

/// Checks what no single value shows: a height beside tile_first, no axis or value twice. Throws InputError.
void check_sweep(const Sweep& sweep);

/// In the order of the table of knobs, so that the same sweep has the same points in the same order however it is said.
void sort_grid(std::vector<Axis>& grid);

/// Points of the grid and the list; several may turn out to be the same point. Throws InputError beyond 10^12.
std::uint64_t point_count(const Sweep& sweep);

/// The point at `index` < point_count.
DesignPoint point_at(const Sweep& sweep, std::uint64_t index);

/// Reads configs/sweeps/*.json (strict; throws InputError).
Sweep read_sweep(const std::string& path);
Sweep sweep_from(const nlohmann::json& document, const std::string& file);

/// Whether a document says that it is a sweep: by its "$schema", or by having a grid or points.
bool is_sweep(const nlohmann::json& document);

/// The same sweep as a document that sweep_from reads; one form for equal sweeps.
nlohmann::json sweep_json(const Sweep& sweep);

}  // namespace rowflow
