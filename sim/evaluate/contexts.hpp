// A design point in several contexts: each simulated by itself, then put together (rule T19).
#pragma once

#include "sim/evaluate/evaluate.hpp"
#include "sim/metrics/timeline.hpp"
#include "sim/plan/contexts.hpp"

namespace rowflow {

/// Simulates every context until its interval is proven (options.frames: exactly so many frames). Of the result's plan
/// the stages, buffers and SE blocks are those of all contexts in order, resources are the most that any context takes,
/// and throughput is that of the batch.
RunResult evaluate_contexts(const Contexts& contexts, const EvaluateOptions& options);

/// What happens in one batch through all contexts, on its time axis: stages and buffers as in the result's plan.
/// `window` says from when to when, in cycles from the start of the batch.
Timeline record_batch(const RunResult& result, const Timeline& window);

/// Steady stalls that a block's buffers cause.
SeActivity se_activity(const Plan& plan, const Measurement& run, const SeBlock& block);

}  // namespace rowflow
