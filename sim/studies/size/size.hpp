// rowflow size: the cheapest buffers of a design point that hold a throughput, simulated, beside the configured ones.
#pragma once

#include "sim/evaluate/evaluate.hpp"
#include "sim/metrics/size_result.hpp"

namespace rowflow {

struct SizeOptions {
  double min_fps = 0;                 ///< 0: the highest throughput there is
  bool cuts = false;                  ///< the cuts of memory count, not bytes
  std::int64_t effort = 100'000'000;  ///< about so many looks at a step or a choice; a count, so that the same input
                                      ///< gives the same answer
  int front_points = 0;  ///< the buffer-throughput front too, with at most about so many searches; 0: not wanted
  int jobs = 1;          ///< processes at once, for the front
};

/// Where one context does not hold the network and the options ask for several, each of them is sized (size_contexts);
/// a front is always of one. Throws InputError (compile).
SizeResult size(const Network& network, const Device& device, const EvaluateOptions& options,
                const SizeOptions& wanted);

}  // namespace rowflow
