// A network compiled into several contexts, which are on the device one after another (rules T17–T21).
#pragma once

#include <string>
#include <vector>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// What comes before a context's frames (T19); cycles of the device's clock.
struct ContextOverhead {
  Cycles context_switch = 0;
  Cycles reload = 0;
};

struct OverheadRange {
  ContextOverhead low, high;
};

/// One context: a pipeline of its own, with its own allocation on the whole device.
struct ContextPlan {
  Plan plan;
  int first = 0, last = 0;  ///< the stages first … last − 1 of cuttable_stages() of the whole
  Bytes weight_bytes = 0;
  ContextOverhead overhead;
  OverheadRange range;                  ///< over the ranges of the device's figures
  std::vector<std::string> cut_blocks;  ///< layers of the SE blocks that the cut in front of it goes through (T21)
};

/// What the whole network would ask of the chip in one context. Empty where the cuts were given: then nobody asked.
struct OneContext {
  std::vector<ResourceUse> resources;
  bool memory_open = false;  ///< of memory at least so much; buffers of the full rate would take more than there is
  std::int64_t se_controllers = 0;  ///< of the controllers, those of SE blocks
};

/// What holds for several of them together. The batch is what they were made for.
struct ContextsSummary {
  int batch = 1;
  bool reload_overlap = false;  ///< the weights of the next context load while a context computes
  Cycles host_overhead = 0;     ///< T22
  double gap = 0;               ///< share by which another partition might be faster: 0 unless the search was long
  int evaluated = 0;            ///< stretches of the pipeline that were mapped to find these
  bool given = false;           ///< the cuts are the user's, not found
  OneContext one;
};

/// Several of them, in order.
struct Contexts : ContextsSummary {
  Plan whole;  ///< what they are parts of: its SE blocks, and stages without costs; neither allocated nor placed
  std::vector<ContextPlan> list;
};

/// Time of a batch when its frames take `compute[i]` cycles in context i (T19): Σ switch + reload + compute, or with
/// overlapping reloads Σ switch + max(compute, reload of the next), the first context's behind the last one.
Cycles batch_cycles(const std::vector<ContextOverhead>& overheads, const std::vector<Cycles>& compute, bool overlap);

/// More figures marked assumed that entered a plan; the names stay sorted and unique.
void add_assumed(Provenance& provenance, const std::vector<std::string>& names);

/// Bytes a frame that the context reads from the host's memory and writes there (T20), the network's own input and
/// outputs included.
Bytes bytes_read(const Plan& plan);
Bytes bytes_written(const Plan& plan);
/// The same together, of tensors between contexts alone.
Bytes bytes_between(const Plan& plan);

}  // namespace rowflow
