// The three-limit formula, a baseline without mapping or simulation.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/network/network.hpp"

namespace rowflow {

/// the interval is the largest of what the subclusters allow (Σ MACs /
/// rate over all of them, divided by one `share` for everything), the controllers (Σ over stages of max(1, MACs / (rate
/// · subclusters of a physical layer · interval)) within their ceiling), and the stream (the largest port's elements a
/// frame / width). Cycles a frame.
struct ThreeLimits {
  double subclusters = 0;  ///< with a share of 1
  double controllers = 0, stream = 0;
  double interval(double share) const;
  const char* limit(double share) const;  ///< subclusters | controllers | stream
};
ThreeLimits three_limits(const Network& network, const nlohmann::json& device, const std::string& device_file);

}  // namespace rowflow
