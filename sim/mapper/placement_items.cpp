#include "sim/mapper/placement_items.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/integer.hpp"

namespace rowflow {

namespace {

/// Part `k` of `n` things in `parts` as equal as can be.
std::int64_t share(std::int64_t n, std::int64_t parts, std::int64_t k) { return n / parts + (k < n % parts ? 1 : 0); }

PlacementItem physical_layer(const Plan& plan, std::size_t s, std::int64_t subclusters, Bytes weight_bytes,
                             const PhysicalRules& rules) {
  PlacementItem item;
  item.stage = s;
  item.use.subclusters = subclusters;
  item.use.controllers = item.use.activation_units = 1;
  item.use.input_aligners =
      std::min<std::int64_t>(2, std::max<std::int64_t>(1, static_cast<std::int64_t>(plan.stages[s].inputs.size())));
  item.use.weight_cuts = ceil_div(std::max<Bytes>(0, weight_bytes - subclusters * rules.l2_bytes), rules.cut_bytes);
  return item;
}

/// Splitters and joins, or fan-out copies, each an activation unit and an aligner.
PlacementItem inserted_layers(std::size_t s, std::int64_t subclusters, std::int64_t controllers) {
  PlacementItem item;
  item.stage = s;
  item.use.subclusters = subclusters;
  item.use.controllers = item.use.activation_units = item.use.input_aligners = controllers;
  return item;
}

void join(PlacementItems& all, int a, int b) {
  all.items[static_cast<std::size_t>(a)].neighbours.push_back(b);
  all.items[static_cast<std::size_t>(b)].neighbours.push_back(a);
}

int add_item(PlacementItems& all, PlacementItem item) {
  all.items.push_back(std::move(item));
  return static_cast<int>(all.items.size()) - 1;
}

void add_stage(PlacementItems& all, const Plan& plan, std::size_t s, const Allocation& allocation,
               const PhysicalStage& stage, const PhysicalRules& rules) {
  const std::int64_t parts = allocation.parts[s];
  for (std::int64_t k = 0; k < parts; ++k) {
    const Bytes weights = ceil_div(stage.weight_bytes, parts);
    all.parts[s].push_back(
        add_item(all, physical_layer(plan, s, share(allocation.subclusters[s], parts, k), weights, rules)));
  }
  if (parts == 0) return;
  all.output[s] = all.parts[s].front();
  const std::int64_t copies = allocation.copies[s];
  const std::pair<std::int64_t, std::int64_t> split{parts > 1 ? stage.split_subclusters : 0,
                                                    parts > 1 ? stage.split_controllers : 0};
  for (const auto& [subclusters, controllers] : {split, std::pair{copies, copies}}) {
    if (subclusters == 0 && controllers == 0) continue;
    const int item = add_item(all, inserted_layers(s, subclusters, controllers));
    if (all.output[s] == all.parts[s].front() && parts > 1)
      for (const int part : all.parts[s]) join(all, part, item);
    else
      join(all, all.output[s], item);
    all.output[s] = item;
  }
}

Cycles transfer_interval(const Buffer& buffer, std::int64_t width) {
  return width == 0 ? 0 : checked_multiply(buffer.rows_per_frame, ceil_div(buffer.row_elements, width));
}

}  // namespace

std::int64_t PlacementEdge::cuts(bool crosses) const {
  return ceil_div(crosses ? ceil_div(bytes, 2) : bytes, cut_bytes);
}

bool within_limit(const ClusterUse& use, const ClusterUse& limit) {
  const auto within = [](std::int64_t demand, std::int64_t most) { return most == 0 || demand <= most; };
  return within(use.subclusters, limit.subclusters) && within(use.controllers, limit.controllers) &&
         within(use.activation_units, limit.activation_units) && within(use.input_aligners, limit.input_aligners) &&
         within(use.weight_cuts + use.buffer_cuts, limit.weight_cuts);
}

PlacementItems placement_items(const Plan& plan, const Allocation& allocation, const std::vector<PhysicalStage>& stages,
                               const PhysicalRules& rules, const std::vector<Bytes>& buffer_bytes) {
  PlacementItems all;
  all.parts.resize(plan.stages.size());
  all.output.assign(plan.stages.size(), -1);
  for (std::size_t s = 0; s < plan.stages.size(); ++s) add_stage(all, plan, s, allocation, stages[s], rules);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    const int from = all.output[static_cast<std::size_t>(plan.buffers[b].from)];
    const std::vector<int>& to = all.parts[static_cast<std::size_t>(plan.buffers[b].to)];
    all.edges.push_back(
        {from, to, buffer_bytes[b], rules.cut_bytes, transfer_interval(plan.buffers[b], rules.transfer_width)});
    if (from < 0) continue;
    for (const int part : to) join(all, from, part);
  }
  return all;
}

}  // namespace rowflow
