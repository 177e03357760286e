#include "sim/evaluate/link_sharing.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/base/integer.hpp"
#include "sim/graph/evaluate_events.hpp"

namespace rowflow {

namespace {

/// A direction of a shared level, and whose rows move there.
using Way = std::pair<MemoryLevel, bool>;
struct Transfer {
  int stage = 0;
  Way way;
  Bytes bytes = 0;  ///< a frame
};

std::vector<Transfer> transfers_of(const Plan& plan) {
  std::vector<Transfer> transfers;
  for (int s = 0; s < static_cast<int>(plan.stages.size()); ++s) {
    const Stage& stage = plan.stage(s);
    const bool in = stage.kind == StageKind::source || stage.kind == StageKind::load;
    if (!in && stage.kind != StageKind::sink && stage.kind != StageKind::store) continue;
    const bool written = stage.kind == StageKind::source || stage.kind == StageKind::store;
    const Buffer& rows = plan.buffer(written ? stage.outputs[0].buffer : stage.inputs[0].buffer);
    const MemoryLevel level = is_end_kind(stage.kind) ? MemoryLevel::host : rows.level;
    transfers.push_back({s, {level, in}, checked_multiply(rows.rows_per_frame, rows.row_bytes)});
  }
  return transfers;
}

std::optional<Cycles> first_frame(const Plan& plan) {
  EventOptions options;
  options.frames = 1;
  options.accounts = false;
  const auto run = evaluate_events(plan, options);
  if (!run || !run->completed) return std::nullopt;
  return run->frame_completion.front() - run->frame_start.front();
}

}  // namespace

std::optional<Cycles> link_sharing(const Plan& plan, Cycles together) {
  std::map<Way, Bytes> all;
  const std::vector<Transfer> transfers = transfers_of(plan);
  for (const Transfer& transfer : transfers) all[transfer.way] += transfer.bytes;
  const auto has_all = [&](const Transfer& transfer) { return transfer.bytes == all[transfer.way]; };
  if (std::all_of(transfers.begin(), transfers.end(), has_all)) return 0;
  Plan alone = plan;
  for (const Transfer& transfer : transfers) {
    if (has_all(transfer)) continue;
    for (Cycles& cost : alone.stages[static_cast<std::size_t>(transfer.stage)].cost)
      cost = ceil_multiply_divide(cost, transfer.bytes, all[transfer.way]);
  }
  const auto apart = first_frame(alone);
  if (!apart) return std::nullopt;
  return together - *apart;
}

}  // namespace rowflow
