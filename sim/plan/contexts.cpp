#include "sim/plan/contexts.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"

namespace rowflow {

Cycles batch_cycles(const std::vector<ContextOverhead>& overheads, const std::vector<Cycles>& compute, bool overlap) {
  Cycles sum = 0;
  const std::size_t count = overheads.size();
  for (std::size_t i = 0; i < count; ++i) {
    sum += overheads[i].context_switch;
    sum += overlap ? std::max(compute[i], overheads[(i + 1) % count].reload) : compute[i] + overheads[i].reload;
  }
  return sum;
}

Bytes bytes_read(const Plan& plan) {
  Bytes bytes = 0;
  for (const Stage& stage : plan.stages) {
    if (stage.kind != StageKind::source) continue;
    const Buffer& buffer = plan.buffer(stage.outputs.front().buffer);
    bytes += checked_multiply(buffer.rows_per_frame, buffer.row_bytes);
  }
  return bytes;
}

Bytes bytes_written(const Plan& plan) {
  Bytes bytes = 0;
  for (const Stage& stage : plan.stages) {
    if (stage.kind != StageKind::sink) continue;
    const Buffer& buffer = plan.buffer(stage.inputs.front().buffer);
    bytes += checked_multiply(buffer.rows_per_frame, buffer.row_bytes);
  }
  return bytes;
}

}  // namespace rowflow
