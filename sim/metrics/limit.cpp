#include "sim/metrics/limit.hpp"

#include <algorithm>

#include "sim/metrics/contexts_result.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

bool waits_untraced(const RunResult& result) {
  const auto& interval = result.saturated.throughput.interval;
  return interval && interval->numerator > result.plan.bounds.stage_interval * interval->denominator &&
         is_forwarded(result.plan);
}

Limit limit_on(const CriticalCycle& critical) {
  const BindingArc* space = nullptr;  // the longest wait for space, if any
  const BindingArc* longest = &critical.arcs.front();
  for (const BindingArc& arc : critical.arcs) {
    if (arc.cycles > longest->cycles) longest = &arc;
    if (arc.for_space && arc.buffer >= 0 && (space == nullptr || arc.cycles > space->cycles)) space = &arc;
  }
  if (space != nullptr) return {LimitKind::buffer, -1, space->buffer};
  return {LimitKind::stage, longest->stage, -1};
}

std::string stage_limit(const Plan& plan, int index) {
  const Stage& stage = plan.stages.at(static_cast<std::size_t>(index));
  if (stage.kind == StageKind::source) return "input link";
  if (stage.kind == StageKind::sink) return "output link";
  return excited_by(plan, index) != nullptr ? stage.name + " (per tile)" : stage.name;
}

std::string buffer_limit(const Plan& plan, int index) {
  for (const SeBlock& block : plan.se_blocks)
    if (block.bypass == index) return "bypass of " + block.layer;
  const Buffer& buffer = plan.buffers.at(static_cast<std::size_t>(index));
  return (buffer.role == BufferRole::skip ? "skip " : "depth of ") + buffer.name;
}

}  // namespace

const SeBlock* excited_by(const Plan& plan, int stage) {
  for (const SeBlock& block : plan.se_blocks) {
    if (std::find(block.excite.begin(), block.excite.end(), stage) != block.excite.end()) return &block;
  }
  return nullptr;
}

Limit limit_of(const RunResult& result) {
  if (result.status == RunStatus::deadlock) return {LimitKind::deadlock};
  if (result.status == RunStatus::does_not_fit && !result.saturated.completed) return {LimitKind::does_not_fit};
  const auto& critical = result.saturated.critical;
  if (critical && !critical->arcs.empty()) return limit_on(*critical);
  if (waits_untraced(result)) return {LimitKind::untraced};
  const int stage = find_stage(result.plan, result.plan.bounds.stage);
  return stage >= 0 ? Limit{LimitKind::stage, stage, -1} : Limit{};
}

namespace {

/// The largest term of the time of a batch (T19), and of a context's frames what limits these.
std::string contexts_limit(const RunResult& result) {
  const ContextsResult& several = *result.several;
  const BatchTime time = batch_time(several, several.batch);
  std::size_t slowest = 0;
  for (std::size_t c = 1; c < several.list.size(); ++c)
    if (time_of_frames(several.list[c].run, several.batch) > time_of_frames(several.list[slowest].run, several.batch))
      slowest = c;
  const Cycles compute = time_of_frames(several.list[slowest].run, several.batch);
  if (time.switches >= std::max(compute, time.reload)) return "context switches";
  if (time.reload >= compute) return "reload of weights";
  return "context " + std::to_string(slowest + 1) + ": " + limit_name(result_of(result, slowest));
}

}  // namespace

std::string limit_name(const RunResult& result) {
  if (result.several) return contexts_limit(result);
  const Limit limit = limit_of(result);
  switch (limit.kind) {
    case LimitKind::deadlock:
      return "deadlock";
    case LimitKind::does_not_fit:
      return "does not fit";
    case LimitKind::stage:
      return stage_limit(result.plan, limit.stage);
    case LimitKind::buffer:
      return buffer_limit(result.plan, limit.buffer);
    case LimitKind::untraced:
      return "waits for rows or space that are not traced with row forwarding";
    case LimitKind::unknown:
      break;
  }
  return "unknown";
}

}  // namespace rowflow
