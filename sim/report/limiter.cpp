#include "sim/report/limiter.hpp"

#include <fmt/format.h>

#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"

namespace rowflow {

namespace {

/// What else than a faster link helps where it carries spilled rows (T15).
std::string spilled_words(const Plan& plan) {
  const Bytes host = spilled_bytes(plan, MemoryLevel::host);
  if (host == 0) return "";
  return fmt::format(", or fewer than the {:.1f} MB of rows a frame that go out to host memory and back",
                     static_cast<double>(host) / 1e6);
}

std::string stage_remedy(const Plan& plan, int index) {
  const Stage& stage = plan.stages.at(static_cast<std::size_t>(index));
  const bool store = stage.kind == StageKind::store;
  if (stage.kind == StageKind::source || stage.kind == StageKind::sink)
    return fmt::format("a faster {} link{}", stage.kind == StageKind::source ? "input" : "output", spilled_words(plan));
  if (store || stage.kind == StageKind::load) {
    const Buffer& rows =
        plan.buffers.at(static_cast<std::size_t>(store ? stage.outputs[0].buffer : stage.inputs[0].buffer));
    if (rows.level == MemoryLevel::host) return "a faster link" + spilled_words(plan);
    return fmt::format("a faster {}, or fewer rows in it", to_string(rows.level));
  }
  if (stage.kind == StageKind::transfer) return "a wider edge between clusters, or another placement (--mapping)";
  if (const SeBlock* block = excited_by(plan, index)) {
    return fmt::format("larger tiles in {}, so that {} runs less often, or more compute for it", block->layer,
                       stage.name);
  }
  return fmt::format("more compute or a wider stream for {} ({})", stage.name, to_string(stage.kind));
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
