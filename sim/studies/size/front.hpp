// The buffer-throughput front: for each throughput the cheapest buffers.
#pragma once

#include "sim/mapper/smallest.hpp"
#include "sim/metrics/size_result.hpp"

namespace rowflow {

/// Fills in SizeResult::front with at most about `searches` searches, from the cheapest buffers that do not deadlock to
/// the highest throughput. `full_rate` as for smallest_capacities; the effort is for each search.
/// `jobs`: processes at once; the answer does not depend on it.
void add_front(SizeResult& result, const Plan& full_rate, const SmallestOptions& options, int searches, int jobs);

}  // namespace rowflow
