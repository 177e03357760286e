#include "sim/plan/contexts.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"

namespace rowflow {

namespace {

/// Bytes a frame through the sources and sinks that are wanted.
template <class Wanted>
Bytes end_bytes(const Plan& plan, Wanted wanted) {
  Bytes bytes = 0;
  for (const Stage& stage : plan.stages) {
    if (!is_end_kind(stage.kind) || !wanted(stage)) continue;
    const int rows = stage.inputs.empty() ? stage.outputs.front().buffer : stage.inputs.front().buffer;
    const Buffer& buffer = plan.buffer(rows);
    bytes += checked_multiply(buffer.rows_per_frame, buffer.row_bytes);
  }
  return bytes;
}

}  // namespace

Cycles batch_cycles(const std::vector<ContextOverhead>& overheads, const std::vector<Cycles>& compute, bool overlap) {
  Cycles sum = 0;
  const std::size_t count = overheads.size();
  for (std::size_t i = 0; i < count; ++i) {
    sum += overheads[i].context_switch;
    sum += overlap ? std::max(compute[i], overheads[(i + 1) % count].reload) : compute[i] + overheads[i].reload;
  }
  return sum;
}

void add_assumed(Provenance& provenance, const std::vector<std::string>& names) {
  std::vector<std::string>& assumed = provenance.assumed;
  assumed.insert(assumed.end(), names.begin(), names.end());
  std::sort(assumed.begin(), assumed.end());
  assumed.erase(std::unique(assumed.begin(), assumed.end()), assumed.end());
}

Bytes bytes_read(const Plan& plan) {
  return end_bytes(plan, [](const Stage& stage) { return stage.kind == StageKind::source; });
}

Bytes bytes_written(const Plan& plan) {
  return end_bytes(plan, [](const Stage& stage) { return stage.kind == StageKind::sink; });
}

// The network's own input and outputs stand for themselves.
Bytes bytes_between(const Plan& plan) {
  return end_bytes(plan, [](const Stage& stage) { return stage.name != stage.layer; });
}

}  // namespace rowflow
