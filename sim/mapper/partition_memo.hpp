// What partitions of one network have found out, for the next one with other tile heights.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// For one network, device and set of options; tile heights alone may differ. A stretch of the pipeline takes the same
/// whatever the blocks elsewhere do.
struct PartitionMemo {
  /// Positions first … last − 1 of the stages that contexts are made of, and the heights of the SE blocks that lie
  /// there in part, −1 for the others.
  using Stretch = std::tuple<int, int, std::vector<Rows>>;
  struct Sized {
    Cycles cycles = 0;                 ///< of the batch: switch, reload, frames
    std::shared_ptr<const Plan> plan;  ///< nothing for a stretch that was given none
  };

  std::map<Stretch, Cycles> bounded;    ///< of the batch, at least
  std::map<Stretch, Cycles> allocated;  ///< of the batch, with unlimited buffers
  std::map<Stretch, Sized> sized;       ///< with those that it has
  std::optional<bool> hopeless;         ///< of one context: controllers, units or weights are too many at any height
};

}  // namespace rowflow
