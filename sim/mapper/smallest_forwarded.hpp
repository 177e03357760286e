// Small buffers of pipelines with row forwarding (T16), found by trying: what waits within a row stands in no graph of
// whole rows.
#pragma once

#include "sim/mapper/smallest.hpp"

namespace rowflow {

/// Of a forwarded plan, as smallest_capacities. No buffer can be a row smaller alone, unless the effort ended before
/// that was tried; the lower bound is what stages need to run at all, and `needed_alone` what a buffer needs while the
/// others are as deep as the full rate needs them. SmallestOptions::latency and at_most are not for it.
Smallest smallest_forwarded(const Plan& plan, const Ratio& interval, const SmallestOptions& options);

/// The shortest interval of whole cycles of a forwarded plan: of buffers as deep as they ever need be.
Cycles shortest_forwarded_interval(const Plan& plan);

}  // namespace rowflow
