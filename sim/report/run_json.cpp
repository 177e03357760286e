#include "sim/report/run_json.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/energy.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/stalls.hpp"
#include "sim/plan/plan_json.hpp"
#include "sim/report/json_lines.hpp"
#include "sim/report/result_parts.hpp"
#include "sim/report/verdict.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

Json demands(const std::vector<ResourceUse>& uses) {
  Json list = Json::array();
  for (const ResourceUse& use : uses)
    list.push_back({{"name", use.name}, {"scope", use.scope}, {"demand", use.demand}, {"limit", use.limit}});
  return list;
}

Json fit(const Fit& fit) {
  return {{"mode", fit.mode},
          {"fits", fit.fits},
          {"verdict", verdict(fit)},
          {"contexts", fit.contexts},
          {"resources", demands(fit.resources)},
          {"impossible", demands(fit.impossible)}};
}

Json throughput(const RunResult& result) {
  const Throughput& t = result.saturated.throughput;
  const auto interval = interval_cycles(result), fps = frames_per_second(result);
  const bool known = result.saturated.completed;
  const auto or_null = [&](auto value) { return known ? Json(value) : Json(); };
  return {{"interval_cycles", interval ? Json(*interval) : Json()},
          {"fps", fps ? Json(*fps) : Json()},
          {"proof", or_null(std::string(to_string(t.proof)))},
          {"periodic", or_null(t.periodic)},
          {"period_cycles", or_null(t.period_cycles)},
          {"period_frames", or_null(t.period_frames)},
          {"transient_frames", or_null(t.transient_frames)},
          {"steady_exact", or_null(t.steady_exact)}};
}

/// "stage" where they are of one pipeline.
Json stalls_json(const Plan& plan, const std::optional<StallShares>& stalls) {
  if (!stalls) return nullptr;
  const auto shares = [](const TimeShares& s) {
    return Json{{"busy", s.busy}, {"starved", s.starved}, {"blocked", s.blocked}};
  };
  Json bottleneck = {{"stage", stalls->stage < 0 ? Json() : Json(stage_name(plan, stalls->stage))}};
  bottleneck.update(shares(stalls->bottleneck));
  return {{"bottleneck", std::move(bottleneck)},
          {"se_producers", stalls->se_producers ? shares(*stalls->se_producers) : Json()},
          {"vector_wait", stalls->vector_wait ? Json(*stalls->vector_wait) : Json()}};
}

Json batch_json(const RunResult& result, int frames) {
  const BatchTime time = batch_time(*result.several, frames);
  const BatchRange range = batch_range(*result.several, frames);
  const auto fps = [&](Cycles cycles) { return fps_of_batch(result, cycles, frames); };
  return {{"frames", frames},
          {"fps", fps(time.total)},
          {"fps_low", fps(range.high)},
          {"fps_high", fps(range.low)},
          {"total_cycles", time.total},
          {"switch_cycles", time.switches},
          {"reload_cycles", time.reload},
          {"fill_drain_cycles", time.fill_drain},
          {"steady_cycles", time.steady}};
}

Json context_json(const ContextResult& result, int batch, std::size_t first_stage) {
  const Plan& plan = result.context.plan;
  const auto demand = [&](const char* name) { return chip_demand(plan, name).value_or(0); };
  return {{"first_stage", first_stage},
          {"stages", plan.stages.size()},
          {"weight_bytes", result.context.weight_bytes},
          {"switch_cycles", result.context.overhead.context_switch},
          {"reload_cycles", result.context.overhead.reload},
          {"interval_cycles", result.run.throughput.interval->value()},
          {"proof", result.run.throughput.proof},
          {"first_frame_cycles", time_of_frames(result.run, 1)},
          {"batch_cycles", time_of_frames(result.run, batch)},
          {"subclusters", demand("subclusters")},
          {"controllers", demand("controllers")},
          {"l3_cuts", demand("l3_cuts")},
          {"l4_cuts", demand("l4_cuts")},
          {"buffer_bytes", total_buffer_bytes(plan)},
          {"read_bytes", bytes_read(plan)},
          {"written_bytes", bytes_written(plan)},
          {"cut_blocks", result.context.cut_blocks},
          {"stalls", stalls_json(plan, stall_shares(result))}};
}

/// Null where nobody asked.
Json one_context_json(const OneContext& one) {
  if (one.resources.empty()) return nullptr;
  return {{"resources", demands(one.resources)}, {"se_controllers", one.se_controllers}};
}

/// Stages and buffers of the contexts follow each other in "stages" and "buffers".
Json contexts_json(const RunResult& result) {
  const ContextsResult& several = *result.several;
  Json list = Json::array();
  std::size_t stage = 0;
  for (const ContextResult& context : several.list) {
    list.push_back(context_json(context, several.batch, stage));
    stage += context.context.plan.stages.size();
  }
  Json batches = Json::array();
  std::set<int> sizes{1, 8, several.batch};
  for (const int frames : sizes) batches.push_back(batch_json(result, frames));
  return {{"batch", several.batch},
          {"given", several.given},
          {"evaluated", several.evaluated},
          {"gap", several.gap},
          {"reload_overlap", several.reload_overlap},
          {"host_overhead_cycles", several.host_overhead},
          {"interval_limit_cycles", interval_limit(several)},
          {"inter_context_bytes", inter_context_bytes(result)},
          {"one_context", one_context_json(several.one)},
          {"batches", std::move(batches)},
          {"list", std::move(list)}};
}

Json latency(const RunResult& result) {
  Json cycles = Json::object();
  Json times = Json::object();
  const auto put = [&](const std::string& name, const auto& value) {
    cycles[name + "_cycles"] = value ? Json(*value) : Json();
    times[name + "_ms"] = value ? Json(milliseconds(result.plan, static_cast<double>(*value))) : Json();
  };
  put("isolated", result.latency.isolated);
  put("link_sharing", result.latency.link_sharing);
  put("paced", result.latency.paced);
  put("after_last_row", result.latency.after_last_row);
  put("loaded", result.latency.loaded);
  cycles.update(times);
  return cycles;
}

Json buffering(const RunResult& result) {
  Json levels = Json::object();
  const auto peak = peak_bytes(result);
  for (const auto& [level, use] : use_by_level(result)) {
    levels[std::string(to_string(level))] = {
        {"capacity_bytes", use.capacity}, {"peak_bytes", use.peak}, {"cuts", use.cuts}};
  }
  return {{"capacity_bytes", largest(result, total_buffer_bytes)},
          {"peak_bytes", peak ? Json(*peak) : Json()},
          {"cuts", largest(result, buffer_cuts)},
          {"cut_bytes", result.plan.mapping.cut_bytes},
          {"by_level", std::move(levels)}};
}

Json spread(const Spread& spread, double unit) {
  return {{"value", spread.value * unit}, {"low", spread.low * unit}, {"high", spread.high * unit}};
}

/// In millijoules and watts; null without figures of energy.
Json energy_json(const RunResult& result) {
  const auto spent = energy(result);
  if (!spent) return nullptr;
  Json parts = Json::object(), kinds = Json::object();
  for (std::size_t p = 0; p < spent->dynamic.parts.size(); ++p)
    parts[std::string(to_string(static_cast<EnergyPart>(p)))] = spent->dynamic.parts[p] * 1e3;
  for (const auto& [kind, joules] : spent->kinds) kinds[std::string(to_string(kind))] = joules * 1e3;
  return {{"frame_mj", spread(spent->frame_joules, 1e3)},
          {"watts", spread(spent->watts, 1)},
          {"static_mj", spent->static_joules * 1e3},
          {"by_part_mj", std::move(parts)},
          {"by_kind_mj", std::move(kinds)}};
}

}  // namespace

Json result_json(const RunResult& result) {
  const Plan& plan = result.plan;
  Json json = {{"schema", "rowflow.result/1"}, {"version", version()}};
  json["network"] = network_json(plan.network);
  json["device"] = {{"name", plan.device.name}, {"clock_hz", plan.device.clock_hz}};
  json["tile_height"] = tile_height_json(plan);
  json["engine"] = result.saturated.engine;
  json["timing"] = result.timing;
  json["buffer_policy"] = plan.buffer_policy;
  json["goal"] = plan.goal;
  json["target_fps"] = plan.target_fps > 0 ? Json(plan.target_fps) : Json();
  json["penalty"] = result.penalty ? Json(*result.penalty) : Json();
  json["frames"] = result.saturated.frames;
  json["status"] = status_name(result.status);
  const Verdict words = verdict(result);
  json["verdict"] = {{"fit", words.fit.whole()}, {"answer", words.answer.whole()}};
  json["fit"] = fit(plan.fit);
  json["throughput"] = throughput(result);
  json["bounds"] = {{"stage_interval", plan.bounds.stage_interval},
                    {"min_latency", plan.bounds.min_latency},
                    {"device_interval", plan.bounds.device_interval},
                    {"link_interval", plan.bounds.link_interval}};
  json["latency"] = latency(result);
  json["elapsed_cycles"] = result.saturated.elapsed;
  json["frame_start_cycles"] = result.saturated.frame_start;
  json["frame_completion_cycles"] = result.saturated.frame_completion;
  json["pipeline_buffering"] = pipeline_buffering_json(plan);
  json["buffering"] = buffering(result);
  json["energy"] = energy_json(result);
  json["se_blocks"] = se_blocks_json(result);
  json["stages"] = stages_json(result);
  json["buffers"] = buffers_json(result);
  json["bottleneck"] = bottleneck_json(result);
  json["stalls"] = stalls_json(plan, stall_shares(result));
  if (result.several) json["contexts"] = contexts_json(result);
  if (result.deadlock) json["deadlock"] = deadlock_json(result);
  json["assumed"] = plan.assumed;
  json["notes"] = plan.warnings;
  return json;
}

std::string run_json(const std::vector<RunResult>& results) {
  if (results.size() == 1) return json_lines(result_json(results.front())) + "\n";
  std::string text = "[";
  for (std::size_t r = 0; r < results.size(); ++r)
    text += (r == 0 ? "\n" : ",\n") + json_lines(result_json(results[r]));
  return text + "\n]\n";
}

}  // namespace rowflow
