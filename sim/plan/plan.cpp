#include "sim/plan/plan.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"

namespace rowflow {

std::string_view to_string(BufferRole role) {
  switch (role) {
    case BufferRole::straight:
      return "straight";
    case BufferRole::se_bypass:
      return "se_bypass";
    case BufferRole::vector:
      return "vector";
    case BufferRole::skip:
      return "skip";
    case BufferRole::transfer:
      return "transfer";
  }
  return "unknown";
}

namespace {
template <typename Items>
int find_named(const Items& items, std::string_view name) {
  for (std::size_t i = 0; i < items.size(); ++i)
    if (items[i].name == name) return static_cast<int>(i);
  return -1;
}
}  // namespace

int find_stage(const Plan& plan, std::string_view name) { return find_named(plan.stages, name); }
int find_buffer(const Plan& plan, std::string_view name) { return find_named(plan.buffers, name); }

void add_use(ClusterUse& sum, const ClusterUse& use, int sign) {
  sum.subclusters += sign * use.subclusters;
  sum.controllers += sign * use.controllers;
  sum.activation_units += sign * use.activation_units;
  sum.input_aligners += sign * use.input_aligners;
  sum.weight_cuts += sign * use.weight_cuts;
  sum.buffer_cuts += sign * use.buffer_cuts;
}

ClusterUse chip_use(const Mapping& mapping) {
  ClusterUse sum;
  for (const ClusterUse& use : mapping.clusters) add_use(sum, use);
  return sum;
}

std::vector<int> bypass_buffers(const Plan& plan, const SeBlock& block) {
  if (block.bypass < 0) return {};
  const Buffer& bypass = plan.buffer(block.bypass);
  const Stage &from = plan.stage(bypass.from), &to = plan.stage(bypass.to);
  if (from.kind != StageKind::store || to.kind != StageKind::load) return {block.bypass};
  return {from.inputs[0].buffer, block.bypass, to.outputs[0].buffer};
}

Cycles stage_interval(const Stage& stage) {
  Cycles sum = 0;
  for (const Cycles cost : stage.cost) sum += cost;
  return sum;
}

int least_contexts(const std::vector<ResourceUse>& resources) {
  std::int64_t contexts = 1;
  for (const ResourceUse& use : resources) {
    const bool of_buffers = use.name == "l3_cuts" || use.name == "l4_cuts" || use.name == "memory_bytes" ||
                            use.name == "buffer_budget_bytes";
    if (use.demand <= use.limit || use.scope != "chip" || use.name == "clusters" || of_buffers) continue;
    contexts = std::max(contexts, ceil_div(use.demand, std::max<std::int64_t>(1, use.limit)));
  }
  return static_cast<int>(contexts);
}

FitVerdict verdict(const Fit& fit) {
  if (fit.fits) return FitVerdict::fits;
  return fit.impossible.empty() ? FitVerdict::not_found : FitVerdict::impossible;
}

Bytes total_buffer_bytes(const Plan& plan) {
  Bytes sum = 0;
  for (const Buffer& buffer : plan.buffers) sum += checked_multiply(buffer.capacity_rows, buffer.row_bytes);
  return sum;
}

Bytes on_chip_buffer_bytes(const Plan& plan) {
  Bytes bytes = 0;
  for (const Buffer& buffer : plan.buffers)
    if (buffer.level != MemoryLevel::host) bytes += checked_multiply(buffer.capacity_rows, buffer.row_bytes);
  return bytes;
}

SourcePacing even_pacing(Cycles frame_period, Rows rows) {
  return {frame_period, frame_period / rows, frame_period % rows};
}

}  // namespace rowflow
