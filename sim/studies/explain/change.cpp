#include "sim/studies/explain/change.hpp"

namespace rowflow {

DesignPoint with(DesignPoint point, const Change& change) {
  if (change.kind == LeverKind::all_tiles)
    for (const Knob knob : {Knob::tile_first, Knob::block_heights}) point.forget(knob);
  if (change.kind == LeverKind::depths)
    for (const Knob knob : {Knob::buffers, Knob::capacities}) point.forget(knob);
  for (const Setting& setting : change.settings) {
    if (row_of(setting.knob).shape == KnobShape::by_name)
      point.set(setting.knob, setting.name, setting.value);
    else
      point.set(setting.knob, setting.value);
  }
  return point;
}

Lever lever_of(const Change& change) {
  Lever lever;
  lever.kind = change.kind;
  lever.name = change.name;
  lever.from = change.from;
  lever.to = change.to;
  for (const Setting& setting : change.settings) {
    const KnobRow& row = row_of(setting.knob);
    lever.arguments.emplace_back(row.flag);
    lever.arguments.push_back(row.shape == KnobShape::by_name ? setting.name + "=" + setting.value : setting.value);
  }
  return lever;
}

bool same_target(const Change& a, const Change& b) {
  if (a.kind != b.kind) return false;
  for (const Setting& one : a.settings)
    for (const Setting& other : b.settings)
      if (one.knob == other.knob && one.name == other.name) return true;
  return false;
}

}  // namespace rowflow
