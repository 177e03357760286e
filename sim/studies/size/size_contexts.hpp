// The cheapest buffers of each of several contexts, so that a batch takes no longer than it may.
#pragma once

#include "sim/evaluate/evaluate.hpp"
#include "sim/metrics/size_result.hpp"
#include "sim/plan/contexts.hpp"
#include "sim/studies/size/size.hpp"

namespace rowflow {

/// `contexts` are those of the options; where they are cut stays. A batch of B frames takes a context at most
/// latency + (B − 1) · interval of a schedule that repeats (T19): with `min_fps`, of the batch in the options, all
/// contexts' limits grow by one factor, as far as the batch still keeps it. Throws InputError.
SizeResult size_contexts(const Network& network, const Device& device, const EvaluateOptions& options,
                         const SizeOptions& wanted, const Contexts& contexts);

}  // namespace rowflow
