#include "sim/report/limiter.hpp"

#include <fmt/format.h>

#include "sim/metrics/limit.hpp"

namespace rowflow {

namespace {

std::string stage_remedy(const Plan& plan, int index) {
  const Stage& stage = plan.stages.at(static_cast<std::size_t>(index));
  if (stage.kind == StageKind::source || stage.kind == StageKind::sink) {
    return fmt::format("a faster {} link; neither buffers nor tile heights change this",
                       stage.kind == StageKind::source ? "input" : "output");
  }
  if (const SeBlock* block = excited_by(plan, index)) {
    return fmt::format("larger tiles in {}, so that {} runs less often, or more compute for it", block->layer, stage.name);
  }
  return fmt::format("more compute or a wider stream for {} ({}); neither deeper buffers nor another tile height change this", stage.name,
                     to_string(stage.kind));
}

std::string buffer_remedy(const Plan& plan, int index) {
  const Buffer& buffer = plan.buffers.at(static_cast<std::size_t>(index));
  const std::string deeper = fmt::format("a deeper {} (now {} rows)", buffer.name, buffer.capacity_rows);
  for (const SeBlock& block : plan.se_blocks) {
    if (block.bypass == index) return fmt::format("{}, or smaller tiles in {}", deeper, block.layer);
  }
  return buffer.role == BufferRole::skip ? deeper + ", or smaller tiles in the SE block that it runs beside" : deeper;
}

std::string remedy(const RunResult& result) {
  const Limit limit = limit_of(result);
  switch (limit.kind) {
    case LimitKind::deadlock:
      return "the buffer capacities of the cure";
    case LimitKind::does_not_fit:
      return "more memory or smaller tiles";
    case LimitKind::stage:
      return stage_remedy(result.plan, limit.stage);
    case LimitKind::buffer:
      return buffer_remedy(result.plan, limit.buffer);
    case LimitKind::untraced:
      return "deeper buffers, found by comparing runs";
    case LimitKind::unknown:
      break;
  }
  return "a longer run (--frames) to find the critical cycle";
}

}  // namespace

Limiter limiter(const RunResult& result) { return {limit_name(result), remedy(result)}; }

}  // namespace rowflow
