// rowflow explain: a design point, and what each change of an enumeration gives. Every change is evaluated as
// `rowflow run` evaluates it.
#pragma once

#include <cstdint>
#include <functional>

#include "sim/metrics/explain_result.hpp"
#include "sim/point/bind.hpp"
#include "sim/studies/explain/candidates.hpp"

namespace rowflow {

struct ExplainOptions {
  int levers = -1;  ///< of each kind, at most; -1: as CandidateOptions has it
  int jobs = 1;     ///< processes at once
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};
};

struct Explained {
  ExplainResult result;
  DesignPoint best;  ///< with all changes of the path; of none with the best single one that is no device's figure
};

/// Levers in the order of the goal: throughput; fewer blocks or stages that change; tiles of at least `rows_enough`;
/// latency; cuts (goal latency: latency first; memory: cuts behind throughput), figures equal within 0.05 %. What does
/// not fit although the point does comes last. A point that does not fit is explained as if it did, where it can be.
///
/// The path begins with the best change that leaves the device as it is; each further step is the best of those tried
/// on top: of every block, stage or boundary the two changes that were best alone, and what the new critical cycle
/// names. At most three steps, each of which gives `worth_naming` of throughput.
///
/// `contents` has what the point names. Throws InputError (bind, evaluate). A deadlock has no levers: its cure is in
/// the result. The process must not have run SystemC (for_each_in_children).
Explained explain(const DesignPoint& point, const Contents& contents, const ExplainOptions& wanted);

}  // namespace rowflow
