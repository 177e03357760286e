#include "sim/studies/regress/moved_defaults.hpp"

#include "sim/point/knobs.hpp"

namespace rowflow {

std::vector<MovedDefault> moved_defaults(const DesignPoint& point, const AsExpected& as_expected) {
  std::vector<const KnobRow*> free;
  for (const KnobRow& row : knobs())
    if (row.usual_0_1 != nullptr && !point.given(row.knob)) free.push_back(&row);
  DesignPoint before = point;
  before.set(Knob::defaults, "0.1");
  if (point.given(Knob::defaults) || free.empty() || !as_expected(before)) return {};
  std::vector<MovedDefault> moved;
  for (const KnobRow* row : free) {
    moved.push_back({row->name, row->usual_0_1, point.value(row->knob)});
    DesignPoint single = point;
    single.set(row->knob, row->usual_0_1);
    if (free.size() > 1 && as_expected(single)) return {moved.back()};
  }
  return moved;
}

}  // namespace rowflow
