#include "sim/studies/tune/tune_bound.hpp"

#include <algorithm>
#include <limits>

#include "sim/plan/untimed.hpp"
#include "sim/studies/tune/buffer_bound.hpp"
#include "sim/studies/tune/tune_scores.hpp"

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

Bytes owned_bytes(const Plan& plan, const BufferBound& bound, const std::vector<int>& owner, int block,
                  Cycles interval) {
  Bytes bytes = 0;
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    if (owner[b] == block) bytes += bound.least_rows(static_cast<int>(b), interval) * plan.buffers[b].row_bytes;
  }
  return bytes;
}

constexpr Cycles any_time = std::numeric_limits<Cycles>::max() / 4;

Cycles most(const std::vector<Cycles>& costs) { return *std::max_element(costs.begin(), costs.end()); }

/// A stage that is never asked more often than it can answer needs the time of one job; else, at worst, all of a
/// frame's queue up.
Cycles longest_stay(const Stage& stage, Cycles job, Cycles gap) {
  return (job <= gap ? job : stage_interval(stage)) + stage.latency;
}

/// From the last row of a tile until the scale is through with it, at most; `way`: of a buffer between clusters.
Cycles longest_behind(const Plan& plan, const SeBlock& block, Cycles row_gap, Cycles way) {
  const Rows height = plan.buffers[block.bypass].rows_per_frame, tile = block.tile_height_effective;
  const Rows shortest = height % tile == 0 ? tile : height % tile;
  const Stage &squeeze = plan.stages[block.squeeze], &scale = plan.stages[block.scale];
  Cycles behind = longest_stay(squeeze, most(squeeze.cost), row_gap) + way;
  for (const int s : block.excite)
    behind += longest_stay(plan.stages[s], most(plan.stages[s].cost), shortest * row_gap) + way;
  return behind + way + longest_stay(scale, most(scale.cost) * tile, shortest * row_gap);
}

/// A row of a block's map waits in the bypass for the rest of its tile and then as long as the tile is behind;
/// meanwhile the producer writes no more than its own pace, and one frame a period, allow. If that is within what a
/// buffer may take on the chip, it is there.
bool stays_near(const Plan& plan, const SeBlock& block, Cycles period, Cycles way) {
  const Mapping& memory = plan.mapping;
  if (memory.l3_limit_cuts == 0) return true;
  const Buffer& bypass = plan.buffers[block.bypass];
  const Stage& producer = plan.stages[bypass.from];
  const Cycles row_gap = std::max<Cycles>(1, *std::min_element(producer.cost.begin(), producer.cost.end()));
  const Cycles behind = longest_behind(plan, block, row_gap, way);
  const Rows more = std::min(bypass.rows_per_frame, behind / row_gap + 1);
  const Bytes bytes = (block.tile_height_effective + more + 1) * bypass.row_bytes;
  return behind <= period && bytes <= memory.l3_limit_cuts * memory.cut_bytes;
}

std::vector<Cycles> features_late(const Plan& plan, Cycles period, Cycles way, bool narrow) {
  std::vector<Cycles> late;
  for (const SeBlock& block : plan.se_blocks)
    late.push_back(!narrow && stays_near(plan, block, period, way) ? way : any_time);
  return late;
}

}  // namespace

TuneBound tune_bound(const Network& network, Device device, const CompileOptions& options,
                     const std::vector<std::vector<Rows>>& candidates, Cycles period) {
  const bool narrow = device.transfer_width.value != 0;
  const Cycles way = device.transfer_latency.value;
  device.transfer_width.value = device.transfer_latency.value = 0;
  const Heights full(candidates.size(), 0);
  const auto compiled = [&](const Heights& heights) {
    return compile(with_heights(network, heights), device, options);
  };
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
