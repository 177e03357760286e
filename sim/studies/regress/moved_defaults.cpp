#include "sim/studies/regress/moved_defaults.hpp"

#include "sim/point/knobs.hpp"

namespace rowflow {

std::vector<MovedDefault> moved_defaults(const DesignPoint& point, const AsExpected& as_expected) {
  if (point.given(Knob::defaults)) return {};
  std::vector<MovedDefault> moved;
  DesignPoint before = point;
  for (const KnobRow& row : knobs()) {
    if (row.usual_0_1 == nullptr || point.given(row.knob)) continue;
    moved.push_back({row.name, row.usual_0_1, point.value(row.knob)});
    before.set(row.knob, row.usual_0_1);
  }
  if (moved.empty() || !as_expected(before)) return {};
  for (const KnobRow& row : knobs()) {
    if (moved.size() == 1 || row.usual_0_1 == nullptr || point.given(row.knob)) continue;
    DesignPoint single = point;
    single.set(row.knob, row.usual_0_1);
    if (as_expected(single)) return {{row.name, row.usual_0_1, point.value(row.knob)}};
  }
  return moved;
}

}  // namespace rowflow
