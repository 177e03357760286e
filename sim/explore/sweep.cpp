#include "sim/explore/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

constexpr std::uint64_t most_points = 1'000'000'000'000;

std::uint64_t grid_points_of_a_network(const Sweep& sweep) {
  std::uint64_t count = sweep.has_grid ? 1 : 0;
  for (const Axis& axis : sweep.grid) {
    count *= axis.values.size();
    if (count > most_points) throw InputError(sweep.file, fmt::format("the grid has more than {} points", most_points));
  }
  return count;
}

std::uint64_t networks_of(const Sweep& sweep, const DesignPoint& point) { return point.given(Knob::network) ? 1 : sweep.networks.size(); }

}  // namespace

void check_sweep(const Sweep& sweep) {
  std::set<std::pair<Knob, std::string>> axes;
  DesignPoint any = sweep.base;  // of the grid
  for (const Axis& axis : sweep.grid) {
    any.set(axis.knob, axis.key, axis.values.front());
    if (!axes.insert({axis.knob, axis.key}).second)
      throw InputError(sweep.file, fmt::format("found two axes of {}, expected one", axis.key.empty() ? row_of(axis.knob).name : axis.key));
    std::set<std::string> values;
    for (const std::string& value : axis.values)
      if (!values.insert(value).second) throw InputError(sweep.file, fmt::format("found \"{}\" twice on one axis of the grid", value));
  }
  if (sweep.has_grid) check_together(any, sweep.file);
  for (const DesignPoint& point : sweep.points) check_together(point, sweep.file);
  if (!sweep.has_grid && sweep.points.empty()) throw InputError(sweep.file, "found neither grid nor points, expected one of them");
  point_count(sweep);
}

void sort_grid(std::vector<Axis>& grid) {
  std::sort(grid.begin(), grid.end(), [](const Axis& a, const Axis& b) { return std::tie(a.knob, a.key) < std::tie(b.knob, b.key); });
}

std::uint64_t point_count(const Sweep& sweep) {
  std::uint64_t count = grid_points_of_a_network(sweep) * sweep.networks.size();
  for (const DesignPoint& point : sweep.points) count += networks_of(sweep, point);
  if (count > most_points) throw InputError(sweep.file, fmt::format("the sweep has more than {} points", most_points));
  return count;
}

DesignPoint point_at(const Sweep& sweep, std::uint64_t index) {
  const std::uint64_t each = grid_points_of_a_network(sweep);
  DesignPoint point = sweep.base;
  if (index < each * sweep.networks.size()) {
    point.set(Knob::network, sweep.networks[index / each]);
    std::uint64_t rest = index % each;
    for (auto axis = sweep.grid.rbegin(); axis != sweep.grid.rend(); ++axis) {
      point.set(axis->knob, axis->key, axis->values[rest % axis->values.size()]);
      rest /= axis->values.size();
    }
    return point;
  }
  index -= each * sweep.networks.size();
  for (const DesignPoint& listed : sweep.points) {
    const std::uint64_t count = networks_of(sweep, listed);
    if (index < count) {
      if (!listed.given(Knob::network)) point.set(Knob::network, sweep.networks[index]);
      point.lay_over(listed);
      return point;
    }
    index -= count;
  }
  throw Defect("sweep: no point of that index");
}

}  // namespace rowflow
