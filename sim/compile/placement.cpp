#include "sim/compile/placement.hpp"

#include <cstdint>

namespace rowflow {

namespace {

/// The cluster being filled.
struct Filling {
  std::int64_t subclusters_each = 1, controllers_each = 1;
  int cluster = 0;
  std::int64_t subclusters = 0, controllers = 0;  ///< taken so far

  void next() {
    ++cluster;
    subclusters = controllers = 0;
  }

  int take(std::int64_t wanted) {
    const bool full = controllers >= controllers_each || subclusters + wanted > subclusters_each;
    if (full && (controllers > 0 || subclusters > 0)) next();
    const int placed = cluster;
    for (; wanted > subclusters_each; wanted -= subclusters_each) next();
    subclusters += wanted;
    ++controllers;
    return placed;
  }
};

}  // namespace

void place(Plan& plan, const Device& device, ParameterUse& use) {
  Filling filling;
  filling.subclusters_each = use(device.subclusters_per_cluster);
  filling.controllers_each = use(device.controllers_per_cluster);
  for (Stage& stage : plan.stages)
    if (stage.kind != "source" && stage.kind != "sink") stage.cluster = filling.take(stage.subclusters);
  for (Buffer& buffer : plan.buffers) {
    const int from = plan.stages[buffer.from].cluster, to = plan.stages[buffer.to].cluster;
    if (from >= 0 && to >= 0 && from != to) buffer.transfer_latency = use(device.transfer_latency);
  }
}

}  // namespace rowflow
