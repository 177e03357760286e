// One change of a design point, as an option of `rowflow run` says it.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/explain_result.hpp"
#include "sim/point/design_point.hpp"

namespace rowflow {

struct Setting {
  Knob knob = Knob::tile_height;
  std::string name, value;  ///< name: of KnobShape::by_name
};

struct Change {
  LeverKind kind = LeverKind::tile_height;
  std::string name, from, to;  ///< as Lever has them
  std::vector<Setting> settings;
  int things = 1;  ///< how many blocks or stages change
};

/// The point with that change: of all tile heights, those of single blocks are gone; of all depths, those of single
/// buffers.
DesignPoint with(DesignPoint point, const Change& change);

Lever lever_of(const Change& change);

/// Whether both set the same thing.
bool same_target(const Change& a, const Change& b);

}  // namespace rowflow
