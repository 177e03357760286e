#include "sim/explore/tune_bound.hpp"

#include <algorithm>
#include <limits>

#include "sim/explore/buffer_bound.hpp"
#include "sim/explore/tune_scores.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr int several = -2;  ///< more than one block

/// By buffer: the only block that has stages between its ends, -1 for none.
std::vector<int> owners(const Plan& plan, const BufferBound& bound) {
  std::vector<int> block_of(plan.stages.size(), -1);
  for (std::size_t k = 0; k < plan.se_blocks.size(); ++k) {
    const SeBlock& block = plan.se_blocks[k];
    block_of[block.squeeze] = block_of[block.scale] = static_cast<int>(k);
    for (const int stage : block.excite) block_of[stage] = static_cast<int>(k);
  }
  std::vector<int> owner(plan.buffers.size(), -1);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    for (const int stage : bound.stages_between(static_cast<int>(b))) {
      if (block_of[stage] < 0 || block_of[stage] == owner[b]) continue;
      owner[b] = owner[b] == -1 ? block_of[stage] : several;
      if (owner[b] == several) break;
    }
  }
  return owner;
}

Bytes owned_bytes(const Plan& plan, const BufferBound& bound, const std::vector<int>& owner, int block, Cycles interval) {
  Bytes bytes = 0;
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    if (owner[b] == block) bytes += bound.least_rows(static_cast<int>(b), interval) * plan.buffers[b].row_bytes;
  }
  return bytes;
}

constexpr Cycles any_time = std::numeric_limits<Cycles>::max() / 4;

/// The map of a block whose vector comes, and whose scale is through, within a frame period after the last row of the frame: never more
/// than two frames wait. If those are within what a buffer may take on the chip, they wait there.
bool stays_near(const Plan& plan, const SeBlock& block, Cycles period, Cycles way) {
  const Buffer& bypass = plan.buffers[block.bypass];
  const Stage& squeeze = plan.stages[block.squeeze];
  Cycles behind = squeeze.cost.back() + squeeze.latency + 2 * way + stage_interval(plan.stages[block.scale]);
  for (const int s : block.excite) behind += stage_interval(plan.stages[s]) + plan.stages[s].latency + way;
  const Mapping& memory = plan.mapping;
  const bool no_limit = memory.l3_limit_cuts == 0;
  return no_limit || (behind <= period && 2 * bypass.rows_per_frame * bypass.row_bytes <= memory.l3_limit_cuts * memory.cut_bytes);
}

std::vector<Cycles> features_late(const Plan& plan, Cycles period, Cycles way, bool narrow) {
  std::vector<Cycles> late;
  for (const SeBlock& block : plan.se_blocks) late.push_back(!narrow && stays_near(plan, block, period, way) ? way : any_time);
  return late;
}

}  // namespace

TuneBound tune_bound(const Network& network, Device device, const CompileOptions& options, const std::vector<std::vector<Rows>>& candidates,
                     Cycles period) {
  const bool narrow = device.transfer_width.value != 0;
  const Cycles way = device.transfer_latency.value;
  device.transfer_width.value = device.transfer_latency.value = 0;
  const Heights full(candidates.size(), 0);
  const auto compiled = [&](const Heights& heights) { return compile(with_heights(network, heights), device, options); };
  const Plan plan = compiled(full);
  const BufferBound bound(plan, features_late(plan, period, way, narrow));
  const std::vector<int> owner = owners(plan, bound);
  TuneBound result;
  result.interval = plan.bounds.stage_interval;
  result.least_bytes = owned_bytes(plan, bound, owner, -1, period);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    if (owner[b] != several) continue;
    const Rows least = plan.buffers[b].forwarding ? 1 : smallest_capacity(plan, static_cast<int>(b));
    result.least_bytes += least * plan.buffers[b].row_bytes;
  }
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    std::vector<HeightBound> heights;
    for (const Rows height : candidates[k]) {
      Heights choice = full;
      choice[k] = height;
      const Plan changed = compiled(choice);
      const BufferBound own(changed, features_late(changed, period, way, narrow));
      heights.push_back({changed.bounds.stage_interval, owned_bytes(changed, own, owner, static_cast<int>(k), period)});
    }
    result.blocks.push_back(std::move(heights));
  }
  return result;
}

}  // namespace rowflow
