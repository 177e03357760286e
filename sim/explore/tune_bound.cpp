#include "sim/explore/tune_bound.hpp"

#include <algorithm>

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

}  // namespace

TuneBound tune_bound(const Network& network, const Device& device, const CompileOptions& options,
                     const std::vector<std::vector<Rows>>& candidates) {
  const Heights full(candidates.size(), 0);
  const Plan plan = compile(with_heights(network, full), device, options);
  const BufferBound bound(plan);
  const std::vector<int> owner = owners(plan, bound);
  TuneBound result;
  result.interval = plan.bounds.stage_interval;
  result.least_bytes = owned_bytes(plan, bound, owner, -1, result.interval);
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
      const Plan changed = compile(with_heights(network, choice), device, options);
      const BufferBound own(changed);
      heights.push_back(
          {changed.bounds.stage_interval <= result.interval, owned_bytes(changed, own, owner, static_cast<int>(k), result.interval)});
    }
    result.blocks.push_back(std::move(heights));
  }
  return result;
}

}  // namespace rowflow
