// What limits the throughput, in words.
#include <fmt/format.h>

#include <algorithm>

#include "sim/report/figures.hpp"

namespace rowflow {

namespace {

/// The SE block that the stage is an excite stage of, or null.
const SeBlock* excites(const Plan& plan, int stage) {
  for (const SeBlock& block : plan.se_blocks) {
    if (std::find(block.excite.begin(), block.excite.end(), stage) != block.excite.end()) return &block;
  }
  return nullptr;
}

Limiter by_stage(const Plan& plan, int index) {
  const Stage& stage = plan.stages.at(static_cast<std::size_t>(index));
  if (stage.kind == "source" || stage.kind == "sink") {
    return {stage.kind == "source" ? "input link" : "output link",
            fmt::format("a faster {} link; neither buffers nor tile heights change this", stage.kind == "source" ? "input" : "output")};
  }
  if (const SeBlock* block = excites(plan, index)) {
    return {stage.name + " (per tile)",
            fmt::format("larger tiles in {}, so that {} runs less often, or more compute for it", block->layer, stage.name)};
  }
  return {stage.name, fmt::format("more compute or a wider stream for {} ({}); neither deeper buffers nor another tile height change this",
                                  stage.name, stage.kind)};
}

Limiter by_buffer(const Plan& plan, int index) {
  const Buffer& buffer = plan.buffers.at(static_cast<std::size_t>(index));
  const std::string deeper = fmt::format("a deeper {} (now {} rows)", buffer.name, buffer.capacity_rows);
  for (const SeBlock& block : plan.se_blocks) {
    if (block.bypass == index)
      return {fmt::format("bypass of {}", block.layer), fmt::format("{}, or smaller tiles in {}", deeper, block.layer)};
  }
  if (buffer.role == BufferRole::skip) return {"skip " + buffer.name, deeper + ", or smaller tiles in the SE block that it runs beside"};
  return {"depth of " + buffer.name, deeper};
}

}  // namespace

Limiter limiter(const RunResult& result) {
  const Plan& plan = result.plan;
  if (result.status == RunStatus::deadlock) return {"deadlock", "the buffer capacities of the cure"};
  if (result.status == RunStatus::does_not_fit && !result.saturated.completed) return {"does not fit", "more memory or smaller tiles"};
  const auto& critical = result.saturated.critical;
  if (critical && !critical->arcs.empty()) {
    const BindingArc* space = nullptr;  // the longest wait for space, if any: depth is what can be bought
    const BindingArc* longest = &critical->arcs.front();
    for (const BindingArc& arc : critical->arcs) {
      if (arc.cycles > longest->cycles) longest = &arc;
      if (arc.for_space && arc.buffer >= 0 && (space == nullptr || arc.cycles > space->cycles)) space = &arc;
    }
    return space != nullptr ? by_buffer(plan, space->buffer) : by_stage(plan, longest->stage);
  }
  const int stage = find_stage(plan, plan.bounds.stage);
  return stage >= 0 ? by_stage(plan, stage) : Limiter{"unknown", "a longer run (--frames) to find the critical cycle"};
}

}  // namespace rowflow
