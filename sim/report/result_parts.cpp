#include "sim/report/result_parts.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "sim/metrics/energy.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

Json rows_or_full(Rows tile_height) { return tile_height == 0 ? Json("full") : Json(tile_height); }

/// The element at `index`, or a default one where nothing was simulated.
template <typename T>
T at_or_default(const std::vector<T>& values, std::size_t index) {
  return index < values.size() ? values[index] : T{};
}

/// Those with cycles: some wait in the run alone, some in the steady regime alone.
Json stalls_json(const Plan& plan, const StageActivity& activity, bool steady) {
  Json stalls = Json::array();
  for (const StallCause& stall : activity.stalls) {
    if (steady ? stall.steady_cycles == 0 : stall.cycles == 0) continue;
    stalls.push_back({{"buffer", stall.buffer < 0 ? Json() : Json(buffer_name(plan, stall.buffer))},
                      {"kind", stall.kind == StallKind::blocked ? "blocked" : "starved"},
                      {"cycles", steady ? Json(stall.steady_cycles) : Json(stall.cycles)}});
  }
  return stalls;
}

Json stage_json(const Plan& plan, const Stage& stage, const StageActivity& a, const Json& energy_mj) {
  return {{"name", stage.name},
          {"layer", stage.layer},
          {"kind", stage.kind},
          {"steps_per_frame", stage.steps()},
          {"macs_per_frame", stage.macs_per_step * static_cast<Macs>(stage.steps())},
          {"subclusters", stage.subclusters},
          {"energy_mj", energy_mj},
          {"busy", a.busy},
          {"starved", a.starved},
          {"blocked", a.blocked},
          {"done", a.done},
          {"utilization", a.utilization},
          {"stalls", stalls_json(plan, a, false)},
          {"steady",
           {{"busy", a.steady_busy},
            {"starved", a.steady_starved},
            {"blocked", a.steady_blocked},
            {"stalls", stalls_json(plan, a, true)}}}};
}

}  // namespace

Json tile_height_json(const Plan& plan) {
  const std::string& text = plan.tile_height;
  const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  return number ? Json(std::stoll(text)) : Json(text);
}

Json pipeline_buffering_json(const Plan& plan) {
  Json blocks = Json::array();
  for (const SeBlock& block : plan.se_blocks) {
    blocks.push_back({{"layer", block.layer},
                      {"height", block.height},
                      {"width", block.width},
                      {"channels", block.channels},
                      {"skip_channels", block.skip_channels},
                      {"tile_height", rows_or_full(block.tile_height)},
                      {"elements", block.buffering_elements}});
  }
  return {{"elements", pipeline_buffering_elements(plan)}, {"blocks", std::move(blocks)}};
}

Json se_blocks_json(const RunResult& result) {
  const Plan& plan = result.plan;
  Json blocks = Json::array();
  for (std::size_t s = 0; s < plan.se_blocks.size(); ++s) {
    const SeBlock& block = plan.se_blocks[s];
    const SeActivity activity = at_or_default(result.se, s);
    const BypassUse bypass = bypass_use(result, block);
    const bool known = block.bypass >= 0;
    blocks.push_back({{"layer", block.layer},
                      {"height", block.height},
                      {"tile_height", rows_or_full(block.tile_height)},
                      {"tile_height_effective", block.tile_height_effective},
                      {"bypass_capacity_rows", known ? Json(bypass.capacity) : Json()},
                      {"bypass_peak_rows", known ? Json(bypass.peak) : Json()},
                      {"bypass_level", known ? Json(bypass.level) : Json()},
                      {"wait_for_vector_cycles", activity.wait_for_vector_cycles},
                      {"producer_blocked_cycles", activity.producer_blocked_cycles},
                      {"excite_busy_cycles", activity.excite_busy_cycles},
                      {"controllers", controllers(block)}});
    if (block.cumulative) blocks.back()["se_mode"] = "cumulative";
  }
  return blocks;
}

Json stages_json(const RunResult& result) {
  Json stages = Json::array();
  const auto spent = energy(result);
  for (std::size_t s = 0; s < result.plan.stages.size(); ++s) {
    stages.push_back(stage_json(result.plan, result.plan.stages[s], at_or_default(result.saturated.stages, s),
                                spent ? Json(spent->dynamic.stages[s] * 1e3) : Json()));
  }
  return stages;
}

Json buffers_json(const RunResult& result) {
  Json buffers = Json::array();
  for (std::size_t b = 0; b < result.plan.buffers.size(); ++b) {
    const Buffer& buffer = result.plan.buffers[b];
    const Occupancy o = at_or_default(result.saturated.buffers, b);
    buffers.push_back({{"name", buffer.name},
                       {"from", stage_name(result.plan, buffer.from)},
                       {"to", stage_name(result.plan, buffer.to)},
                       {"role", std::string(to_string(buffer.role))},
                       {"level", buffer.level},
                       {"cuts", buffer.cuts},
                       {"row_bytes", buffer.row_bytes},
                       {"rows_per_frame", buffer.rows_per_frame},
                       {"capacity_rows", buffer.capacity_rows},
                       {"peak_rows", o.peak_rows},
                       {"mean_rows", o.mean_rows},
                       {"full_cycles", o.full_cycles},
                       {"steady",
                        {{"peak_rows", o.steady_peak_rows},
                         {"mean_rows", o.steady_mean_rows},
                         {"full_cycles", o.steady_full_cycles}}}});
  }
  return buffers;
}

Json bottleneck_json(const RunResult& result) {
  Json stages = Json::array();
  Json buffers = Json::array();
  const auto& critical = result.saturated.critical;
  if (critical) {
    std::set<int> seen_stages, seen_buffers;
    for (const BindingArc& arc : critical->arcs) {
      if (seen_stages.insert(arc.stage).second) stages.push_back(stage_name(result.plan, arc.stage));
      if (arc.buffer >= 0 && seen_buffers.insert(arc.buffer).second)
        buffers.push_back(buffer_name(result.plan, arc.buffer));
    }
  }
  const bool timed = critical && critical->frames > 0;
  return {{"stages", std::move(stages)},
          {"buffers", std::move(buffers)},
          {"interval_cycles", timed ? Json(static_cast<double>(critical->cycles) / critical->frames) : Json()},
          {"text", critical ? Json(critical->text) : Json()}};
}

Json deadlock_json(const RunResult& result) {
  const Deadlock& deadlock = *result.deadlock;
  Json waiting = Json::array();
  for (const WaitingStage& w : deadlock.waiting) {
    waiting.push_back({{"stage", stage_name(result.plan, w.stage)},
                       {"for", w.for_space ? "space" : "rows"},
                       {"buffer", buffer_name(result.plan, w.buffer)}});
  }
  Json cure = Json::array();
  for (const CapacityChange& change : deadlock.cure) {
    cure.push_back({{"buffer", buffer_name(result.plan, change.buffer)}, {"capacity_rows", change.capacity_rows}});
  }
  return {{"text", deadlock.text}, {"waiting", std::move(waiting)}, {"cure", std::move(cure)}};
}

}  // namespace rowflow
