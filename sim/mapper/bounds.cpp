#include "sim/mapper/bounds.hpp"

#include <algorithm>
#include <vector>

namespace rowflow {

namespace {

/// When each row of each buffer becomes visible (T3), of forwarded buffers also its first beat (T16), and when each
/// stage ends.
struct OneFrame {
  std::vector<std::vector<Cycles>> visible, first_visible;
  Cycles end = 0;
};

void wait_for_rows(const Buffer& buffer, const StageInput& input, std::size_t i, Cycles cost, const OneFrame& frame,
                   Cycles& start, Cycles& end) {
  if (input.needs[i] == (i > 0 ? input.needs[i - 1] : 0)) return;
  const auto row = static_cast<std::size_t>(input.needs[i]) - 1;
  const Cycles last = frame.visible[input.buffer][row];
  if (!buffer.forwarding || buffer.forwarding->whole) {
    start = std::max(start, last);
    return;
  }
  start = std::max(start, frame.first_visible[input.buffer][row] + buffer.forwarding->lead - buffer.forwarding->setup);
  end = std::max(end, last + (cost > 0 ? buffer.forwarding->tail : 0));
}

void run_stage(const Plan& plan, const Stage& stage, OneFrame& frame) {
  std::vector<Rows> emitted(stage.outputs.size());
  Cycles free = 0;
  for (std::size_t i = 0; i < stage.steps(); ++i) {
    Cycles start = free, end = 0;
    for (const StageInput& input : stage.inputs)
      wait_for_rows(plan.buffers[input.buffer], input, i, stage.cost[i], frame, start, end);
    free = std::max(end, start + stage.cost[i]);
    for (std::size_t o = 0; o < stage.outputs.size(); ++o) {
      const StageOutput& output = stage.outputs[o];
      auto& rows = frame.visible[output.buffer];
      const Cycles seen = free + stage.latency + plan.buffers[output.buffer].transfer_latency;
      rows.insert(rows.end(), static_cast<std::size_t>(output.emits[i] - emitted[o]), seen);
      if (const auto& f = plan.buffers[output.buffer].forwarding)
        frame.first_visible[output.buffer].resize(
            rows.size(), start + f->first + stage.latency + plan.buffers[output.buffer].transfer_latency);
      emitted[o] = output.emits[i];
    }
  }
  if (stage.kind == StageKind::sink) frame.end = std::max(frame.end, free);
}

Cycles minimum_latency(const Plan& plan) {
  OneFrame frame;
  frame.visible.resize(plan.buffers.size());
  frame.first_visible.resize(plan.buffers.size());
  for (const Stage& stage : plan.stages) run_stage(plan, stage, frame);
  return frame.end;
}

}  // namespace

Bounds lower_bounds(const Plan& plan) {
  Bounds bounds;
  for (const Stage& stage : plan.stages) {
    const Cycles interval = stage_interval(stage);
    if (bounds.stage.empty() || interval > bounds.stage_interval) {
      bounds.stage_interval = interval;
      bounds.stage = stage.name;
    }
  }
  bounds.min_latency = minimum_latency(plan);
  return bounds;
}

}  // namespace rowflow
