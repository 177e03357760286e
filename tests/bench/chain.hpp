// A long pipeline without any branch, for the benchmarks.
#pragma once

#include <string>

#include "sim/plan/plan.hpp"

namespace rowflow {

/// A chain of row-wise stages with slightly different costs and buffers of four rows.
inline Plan chain(int stages, Rows rows) {
  Plan plan;
  const auto count = static_cast<std::size_t>(rows);
  std::vector<Rows> each(count);
  for (std::size_t i = 0; i < count; ++i) each[i] = static_cast<Rows>(i) + 1;
  for (int s = 0; s < stages; ++s) {
    Stage stage;
    stage.name = stage.layer = "s" + std::to_string(s);
    stage.kind = s == 0 ? StageKind::source : s == stages - 1 ? StageKind::sink : StageKind::conv;
    stage.cost.assign(count, 100 + (s * 7) % 13);
    stage.latency = 20;
    if (s > 0) {
      const int buffer = static_cast<int>(plan.buffers.size());
      plan.buffers.push_back(
          {"b" + std::to_string(s), s - 1, s, BufferRole::straight, MemoryLevel::l3, rows, 4, 64, 8, 64, 0, 0, {}});
      plan.stages.back().outputs.push_back({buffer, each});
      stage.inputs.push_back({buffer, each, each});
    }
    plan.stages.push_back(stage);
  }
  plan.device.clock_hz = 1'000'000;
  return plan;
}

}  // namespace rowflow
