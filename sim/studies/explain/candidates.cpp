#include "sim/studies/explain/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/height_text.hpp"
#include "sim/config/device_figures.hpp"
#include "sim/point/bind.hpp"
#include "sim/studies/explain/stakes.hpp"

namespace rowflow {

namespace {

Rows now_of(const SeBlock& block) {
  return block.tile_height_effective >= block.height ? 0 : block.tile_height_effective;
}

/// Of all blocks, and what each one's height would then be.
std::vector<Change> all_tiles(const Plan& plan) {
  Rows most = 0;
  for (const SeBlock& block : plan.se_blocks) most = std::max(most, block.height);
  std::vector<Change> changes;
  for (const Rows height : grid_heights(most, -1)) {
    const auto others = std::count_if(plan.se_blocks.begin(), plan.se_blocks.end(), [&](const SeBlock& block) {
      return (height >= block.height ? 0 : height) != now_of(block);
    });
    if (others > 0)
      changes.push_back({LeverKind::all_tiles,
                         "",
                         plan.tile_height,
                         height_text(height),
                         {{Knob::tile_height, "", height_text(height)}},
                         static_cast<int>(others)});
  }
  return changes;
}

/// Of each block; those with the largest bypass first.
std::vector<Change> block_tiles(const Plan& plan) {
  std::vector<const SeBlock*> blocks;
  for (const SeBlock& block : plan.se_blocks) blocks.push_back(&block);
  const auto bytes = [&](const SeBlock* block) {
    const Buffer& bypass = plan.buffer(block->bypass);
    return bypass.capacity_rows * bypass.row_bytes;
  };
  std::stable_sort(blocks.begin(), blocks.end(), [&](auto* a, auto* b) { return bytes(a) > bytes(b); });
  std::vector<Change> changes;
  for (const SeBlock* block : blocks)
    for (const Rows height : grid_heights(block->height, now_of(*block)))
      changes.push_back({LeverKind::tile_height,
                         block->layer,
                         height_text(now_of(*block)),
                         height_text(height),
                         {{Knob::block_heights, block->layer, height_text(height)}}});
  return changes;
}

bool is_best(const DesignPoint& point) {
  return point.value(Knob::buffers) == "best" && !point.given(Knob::capacities);
}

std::vector<Change> all_depths(const DesignPoint& point, const RunResult& base) {
  if (is_best(point)) return {};
  return {
      {LeverKind::depths, "", std::string(to_string(base.plan.buffer_policy)), "best", {{Knob::buffers, "", "best"}}}};
}

std::vector<Change> single_buffers(const DesignPoint& point, const RunResult& base) {
  if (is_best(point) || base.several) return {};
  std::vector<Change> changes;
  for (const int b : buffers_at_stake(base)) {
    const Buffer& buffer = base.plan.buffer(b);
    for (const Rows rows : std::set<Rows>{buffer.capacity_rows + 1, 2 * buffer.capacity_rows})
      changes.push_back({LeverKind::buffer,
                         buffer.name,
                         fmt::format("{}", buffer.capacity_rows),
                         fmt::format("{}", rows),
                         {{Knob::capacities, buffer.name, fmt::format("{}", rows)}}});
  }
  return changes;
}

/// The name under which the mapping has the stage: its own, or its layer's.
std::string mapped_name(const Stage& stage, const EvaluateOptions& options) {
  const bool by_layer = options.mapping.count(stage.name) == 0 && options.mapping.count(stage.layer) > 0;
  return by_layer ? stage.layer : stage.name;
}

std::vector<Change> more_subclusters(const RunResult& base, const EvaluateOptions& options) {
  std::vector<Change> changes;
  for (const Stage* stage : stages_at_stake(base)) {
    const std::string more = fmt::format("{}", stage->subclusters + 1);
    changes.push_back({LeverKind::subclusters,
                       stage->name,
                       fmt::format("{}", stage->subclusters),
                       more,
                       {{Knob::stage_subclusters, mapped_name(*stage, options), more}}});
  }
  return changes;
}

std::vector<Change> cluster_moves(const RunResult& base, const EvaluateOptions& options) {
  std::vector<Change> changes;
  for (const Move& move : moves_at_stake(base)) {
    const std::string to = fmt::format("{}", move.cluster);
    Change change{
        LeverKind::cluster, move.stages.front()->name, fmt::format("{}", move.stages.front()->cluster), to, {}};
    if (move.stages.size() > 1) change.name += fmt::format(" … {}", move.stages.back()->name);
    for (const Stage* stage : move.stages)
      change.settings.push_back({Knob::stage_clusters, mapped_name(*stage, options), to});
    change.things = static_cast<int>(move.stages.size());
    changes.push_back(std::move(change));
  }
  return changes;
}

std::vector<Change> boundaries(const RunResult& base) {
  std::vector<Change> changes;
  for (const Boundary& boundary : moved_boundaries(base))
    changes.push_back({LeverKind::contexts,
                       fmt::format("context {}", boundary.context + 1),
                       boundary.from,
                       boundary.to,
                       {{Knob::context_cuts, "", fmt::format("{}", fmt::join(boundary.begin, ","))}}});
  return changes;
}

/// Figures of which less is more.
bool is_cost(const std::string& pointer) {
  for (const char* cost : {"/row_overhead/", "/latency/", "/transfer_latency", "/credit_latency", "/memory/l4_latency",
                           "/memory/host_latency", "/contexts/", "/memory/cut_bytes"})
    if (pointer.rfind(cost, 0) == 0) return true;
  return pointer.rfind("/split/", 0) == 0 && pointer.find("/max_parts") == std::string::npos;
}

/// What no run reads for its time: the peak, for shares; energy; and ceilings of other modes.
bool is_idle(const std::string& pointer) {
  return pointer.rfind("/energy/", 0) == 0 || pointer == "/macs_per_subcluster";
}

/// A tenth, and at least one; 0 stands for no limit, or is the least.
std::int64_t stepped(const std::string& pointer, std::int64_t value) {
  const std::int64_t step = std::max<std::int64_t>(1, (value + 5) / 10);
  const bool percent = pointer.find("_percent") != std::string::npos;
  return is_cost(pointer) ? value - step : percent ? std::min<std::int64_t>(100, value + step) : value + step;
}

std::vector<Change> device_figures(const DesignPoint& point, const Contents& contents) {
  const nlohmann::json document = bind_device_document(point, contents);
  std::vector<Change> changes;
  for (const std::string& pointer : number_figures(document)) {
    const std::int64_t value = figure_value(document, pointer);
    if (value <= 0 || is_idle(pointer) || stepped(pointer, value) == value) continue;
    const std::string to = fmt::format("{}", stepped(pointer, value));
    changes.push_back(
        {LeverKind::device, pointer.substr(1), fmt::format("{}", value), to, {{Knob::device_set, pointer, to}}});
  }
  return changes;
}

}  // namespace

std::vector<Rows> grid_heights(Rows height, Rows but) {
  std::vector<Rows> heights;
  if (but != 0) heights.push_back(0);
  for (const Rows candidate : {224, 112, 56, 28, 14, 7, 4, 2, 1})
    if (candidate < height && candidate != but) heights.push_back(candidate);
  return heights;
}

Candidates candidates(const DesignPoint& point, const Contents& contents, const RunResult& base,
                      const CandidateOptions& options) {
  const EvaluateOptions evaluated = bind_options(point, contents);
  Candidates found;
  const auto add = [&](std::vector<Change> changes, int most) {
    if (changes.empty()) return;
    found.all[changes.front().kind] = static_cast<int>(changes.size());
    if (most >= 0 && static_cast<std::size_t>(most) < changes.size()) changes.resize(static_cast<std::size_t>(most));
    found.changes.insert(found.changes.end(), changes.begin(), changes.end());
  };
  const int of_stages = options.most >= 0 ? options.most : options.most_of_stages;
  if (options.heights) add(all_tiles(base.plan), options.most);
  if (options.heights) add(block_tiles(base.plan), options.most);
  add(all_depths(point, base), options.most);
  add(single_buffers(point, base), of_stages);
  add(cluster_moves(base, evaluated), of_stages);
  add(more_subclusters(base, evaluated), of_stages);
  if (options.boundaries) add(boundaries(base), options.most);
  if (options.figures) add(device_figures(point, contents), options.most);
  return found;
}

}  // namespace rowflow
