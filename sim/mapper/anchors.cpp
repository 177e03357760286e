#include "sim/mapper/anchors.hpp"

#include <algorithm>

namespace rowflow {

namespace {

constexpr std::int64_t usual_layer = 8;  // subclusters of a physical layer at most, on the chips that there are

/// The largest 2ᵏ or 3·2ᵏ below the value; 0: none.
std::int64_t next_lower(std::int64_t value) {
  std::int64_t lower = value > 1 ? 1 : 0;
  for (std::int64_t power = 1; power < value; power *= 2) {
    lower = std::max(lower, power);
    if (power > 1 && power / 2 * 3 < value) lower = std::max(lower, power / 2 * 3);
  }
  return lower;
}

}  // namespace

std::vector<Device> anchors_of(const Device& device) {
  std::vector<Device> anchors;
  const auto add = [&](auto figure) {
    Device smaller = device;
    Parameter& parameter = figure(smaller);
    parameter.value = next_lower(parameter.value);
    if (parameter.value > 0) anchors.push_back(std::move(smaller));
  };
  add([](Device& d) -> Parameter& { return d.subclusters_per_cluster; });
  add([](Device& d) -> Parameter& { return d.clusters; });
  add([](Device& d) -> Parameter& { return d.memory.l2_bytes_per_subcluster; });
  add([](Device& d) -> Parameter& { return d.max_subclusters_per_layer; });
  add([](Device& d) -> Parameter& { return d.memory.l3_limit_cuts; });
  add([](Device& d) -> Parameter& { return d.memory.l3_cuts_per_cluster; });
  add([](Device& d) -> Parameter& { return d.controllers_per_cluster; });
  const std::int64_t layers_of = device.max_subclusters_per_layer.value;
  for (std::int64_t power = usual_layer; power < layers_of; power *= 2) {
    if (power == next_lower(layers_of)) continue;
    anchors.push_back(device);
    anchors.back().max_subclusters_per_layer.value = power;
  }
  return anchors;
}

}  // namespace rowflow
