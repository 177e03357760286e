#include "sim/studies/sweep/sweep_contents.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/config/device_figures.hpp"
#include "sim/point/known_penalties.hpp"

namespace rowflow {

namespace {

std::vector<std::string> block_names(const Contents& contents) {
  std::vector<std::string> names;
  for (const auto& [name, network] : contents.networks())
    names.insert(names.end(), network.blocks.begin(), network.blocks.end());
  return names;
}

/// "*" becomes an axis a block, in the order of the network.
void expand_blocks(Sweep& sweep, const Contents& contents) {
  std::vector<Axis> grid;
  for (const Axis& axis : sweep.grid) {
    if (axis.knob != Knob::block_heights || axis.key != "*") {
      grid.push_back(axis);
      continue;
    }
    if (contents.networks().size() != 1)
      throw InputError(sweep.file, "found an axis of every block (\"*\"), expected a single network for that");
    for (const std::string& name : block_names(contents)) {
      const bool named = std::any_of(sweep.grid.begin(), sweep.grid.end(), [&](const Axis& other) {
        return other.knob == Knob::block_heights && other.key == name;
      });
      if (!named) grid.push_back({Knob::block_heights, name, axis.values});
    }
  }
  sweep.grid = std::move(grid);
  point_count(sweep);
}

/// Those that points of the sweep may name.
std::vector<std::string> devices_of(const Sweep& sweep) {
  std::vector<std::string> devices;
  for (const Axis& axis : sweep.grid)
    if (axis.knob == Knob::device) devices = axis.values;
  if (devices.empty()) devices.push_back(sweep.base.value(Knob::device));
  for (const DesignPoint& point : sweep.points)
    if (point.given(Knob::device)) devices.push_back(point.value(Knob::device));
  return devices;
}

class NameCheck {
 public:
  NameCheck(const Sweep& sweep, const Contents& contents)
      : sweep_(sweep), contents_(contents), blocks_(block_names(contents)) {}

  void check(Knob knob, const std::string& name) const {
    if (knob == Knob::device_set)
      for (const std::string& device : devices_of(sweep_)) check_figure(contents_.device(device), name, sweep_.file);
    if (knob != Knob::block_heights || std::find(blocks_.begin(), blocks_.end(), name) != blocks_.end()) return;
    throw InputError(sweep_.file,
                     fmt::format("no squeeze_excite layer is named \"{}\"{}", name, nearest_hint(name, blocks_)));
  }

 private:
  const Sweep& sweep_;
  const Contents& contents_;
  std::vector<std::string> blocks_;
};

}  // namespace

Contents read_contents(Sweep& sweep) {
  Contents contents;
  const auto add_network = [&](const std::string& name) { contents.add(row_of(Knob::network), name, sweep.base); };
  for (const std::string& name : sweep.networks) add_network(name);
  for (const DesignPoint& point : sweep.points) add_network(point.value(Knob::network));
  contents.add(sweep.base);
  for (const Axis& axis : sweep.grid)
    for (const std::string& value : axis.values) contents.add(row_of(axis.knob), value, sweep.base);
  for (const DesignPoint& point : sweep.points) {
    DesignPoint whole = sweep.base;
    whole.lay_over(point);
    contents.add(whole);
  }
  expand_blocks(sweep, contents);
  known_penalties(sweep.base, contents);  // a block that no network has is not each point's fault
  const NameCheck names(sweep, contents);
  for (const Axis& axis : sweep.grid) names.check(axis.knob, axis.key);
  for (const DesignPoint& point : sweep.points)
    for (const Knob knob : {Knob::block_heights, Knob::device_set})
      for (const auto& [name, value] : point.values(knob)) names.check(knob, name);
  return contents;
}

}  // namespace rowflow
