// Rows in flight as a small SVG picture: stage by time, a panel per design point, all on one scale.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/metrics/timeline.hpp"

namespace rowflow {

struct PicturePanel {
  std::string label;
  const RunResult* result = nullptr;
  Timeline timeline;  ///< from the start to the completion of frame 0
};

/// Frame 0 of each run on its way through the empty pipeline: per stage the time from its first step for the frame to
/// its last, in eight colours from the first eighth of the steps to the last. Integer coordinates: the same runs give
/// the same bytes.
std::string flight_picture(const std::vector<PicturePanel>& panels);

}  // namespace rowflow
