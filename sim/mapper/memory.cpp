// Row buffers in memory levels: cuts, and the rules that send large ones out of L3 (T15).
#include <algorithm>
#include <map>

#include "sim/base/integer.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/mapper/fit.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/placement.hpp"

namespace rowflow {

namespace {

/// Clusters that hold a part of the buffer, one entry for each FIFO.
std::vector<int> clusters_of(const Plan& plan, const Buffer& buffer) {
  const Stage &from = plan.stage(buffer.from), &to = plan.stage(buffer.to);
  std::vector<int> clusters;
  for (const int part : to.part_clusters) {
    clusters.push_back(part);
    if (from.cluster >= 0 && part != from.cluster) clusters.push_back(from.cluster);
  }
  if (clusters.empty() && from.cluster >= 0) clusters.push_back(from.cluster);
  return clusters;
}

/// Physical layers that read a share of each row's channels, the others all of it.
std::int64_t readers_of_shares(const Plan& plan, const Buffer& buffer) {
  const Stage& to = plan.stages[static_cast<std::size_t>(buffer.to)];
  const bool own_channels =
      to.kind == StageKind::depthwise || to.kind == StageKind::pool || to.kind == StageKind::squeeze;
  return own_channels ? std::max<std::int64_t>(1, static_cast<std::int64_t>(to.part_clusters.size())) : 1;
}

/// Cuts of each FIFO: an edge between clusters has two, half of the capacity each.
std::int64_t cuts_of_one(const Plan& plan, const Buffer& buffer) {
  const Bytes bytes =
      ceil_div(checked_multiply(buffer.capacity_rows, buffer.row_bytes), readers_of_shares(plan, buffer));
  return ceil_div(crosses_clusters(plan, buffer) ? ceil_div(bytes, 2) : bytes, plan.mapping.cut_bytes);
}

}  // namespace

std::int64_t cuts_of(const Plan& plan, const Buffer& buffer) {
  if (buffer.capacity_rows == unlimited_rows || buffer.level == MemoryLevel::host) return 0;
  if (buffer.level == MemoryLevel::l4)
    return ceil_div(checked_multiply(buffer.capacity_rows, buffer.row_bytes), plan.mapping.cut_bytes);
  return cuts_of_one(plan, buffer) *
         std::max<std::int64_t>(1, static_cast<std::int64_t>(clusters_of(plan, buffer).size()));
}

std::map<std::string, Bytes> bytes_in_l3(const Plan& plan) {
  std::map<std::string, Bytes> bytes;
  for (const Buffer& buffer : plan.buffers)
    if (buffer.level == MemoryLevel::l3) bytes[buffer.name] = checked_multiply(buffer.capacity_rows, buffer.row_bytes);
  return bytes;
}

std::map<std::string, MemoryLevel> spilled_levels(const Plan& plan) {
  const Mapping& m = plan.mapping;
  std::map<std::string, MemoryLevel> levels;
  std::int64_t l4_free = m.l4_cuts;
  for (const Buffer& buffer : plan.buffers) {
    const std::int64_t cuts = ceil_div(checked_multiply(buffer.capacity_rows, buffer.row_bytes), m.cut_bytes);
    if (m.l3_limit_cuts == 0 || cuts <= m.l3_limit_cuts || buffer.role == BufferRole::transfer) continue;
    // Its rows are on their way to the host: written there and read back they would only cross the link three times.
    if (plan.stages[static_cast<std::size_t>(buffer.to)].kind == StageKind::sink) continue;
    const bool l4 = cuts <= l4_free && (m.l4_limit_cuts == 0 || cuts <= m.l4_limit_cuts);
    levels[buffer.name] = l4 ? MemoryLevel::l4 : MemoryLevel::host;
    if (l4) l4_free -= cuts;
  }
  return levels;
}

void update_memory_fit(Plan& plan) {
  for (ClusterUse& use : plan.mapping.clusters) use.buffer_cuts = 0;
  for (Buffer& buffer : plan.buffers) {
    buffer.cuts = cuts_of(plan, buffer);
    if (buffer.cuts == 0 || buffer.level != MemoryLevel::l3) continue;
    const std::vector<int> clusters = clusters_of(plan, buffer);  // the same cuts in each
    for (const int cluster : clusters)
      plan.mapping.clusters[static_cast<std::size_t>(cluster)].buffer_cuts +=
          buffer.cuts / static_cast<std::int64_t>(clusters.size());
  }
  assess_fit(plan, plan.fit.mode);
}

}  // namespace rowflow
