#include "sim/report/explain_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/report/json_lines.hpp"
#include "sim/report/result_parts.hpp"
#include "sim/report/stall_chain.hpp"
#include "sim/report/verdict.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

const char* status_word(RunStatus status) {
  return status == RunStatus::ok ? "ok" : status == RunStatus::deadlock ? "deadlock" : "does_not_fit";
}

Json cycle_json(const RunResult& r) {
  Json arcs = Json::array();
  if (!r.saturated.critical) return arcs;
  const CriticalCycle& critical = *r.saturated.critical;
  for (const BindingArc& arc : critical.arcs) {
    arcs.push_back(
        {{"stage", stage_name(r.plan, arc.stage)},
         {"waits_for", arc.buffer < 0  ? "unit"
                       : arc.for_space ? "space"
                                       : "rows"},
         {"buffer", arc.buffer < 0 ? Json() : Json(buffer_name(r.plan, arc.buffer))},
         {"cycles_per_frame", critical.frames > 0 ? Json(static_cast<double>(arc.cycles) / critical.frames) : Json()}});
  }
  return arcs;
}

Json chain_json(const RunResult& r, const StallChain& chain) {
  Json links = Json::array();
  for (const StallLink& link : chain.links) {
    links.push_back({{"stage", stage_name(r.plan, link.stage)},
                     {"kind", link.kind == StallKind::blocked ? "blocked" : "starved"},
                     {"buffer", link.buffer < 0 ? Json() : Json(buffer_name(r.plan, link.buffer))},
                     {"share", link.share},
                     {"waits_for", link.next < 0 ? Json() : Json(stage_name(r.plan, link.next))},
                     {"squeeze_row", or_null(link.squeeze_row)}});
  }
  return links;
}

/// As a share; null where it has none, or only the change runs at all.
Json gain_json(const std::optional<double>& gain) { return gain && std::isfinite(*gain) ? Json(*gain) : Json(); }

/// A number where it is one.
Json value_json(const std::string& text) {
  const bool number = !text.empty() && text.size() < 18 && text.find_first_not_of("0123456789") == std::string::npos;
  return number ? Json(std::stoll(text)) : Json(text);
}

Json lever_json(const Lever& lever, const Outcome& before) {
  const Outcome& o = lever.outcome;
  return {{"lever", to_string(lever.kind)},
          {"name", lever.name},
          {"from", value_json(lever.from)},
          {"to", value_json(lever.to)},
          {"arguments", lever.arguments},
          {"status", status_word(o.status)},
          {"fits", o.fits},
          {"contexts", o.contexts},
          {"fps", or_null(o.fps)},
          {"latency_ms", or_null(o.ms)},
          {"capacity_bytes", o.bytes},
          {"cuts", o.cuts},
          {"throughput_gain", gain_json(throughput_gain(o, before))},
          {"latency_gain", gain_json(latency_gain(o, before))}};
}

Json levers_json(const std::vector<Lever>& levers, const Outcome& before) {
  Json list = Json::array();
  for (const Lever& lever : levers) list.push_back(lever_json(lever, before));
  return list;
}

Json elasticities_json(const ExplainResult& result) {
  Json list = Json::array();
  for (const Elasticity& e : result.elasticities)
    list.push_back(
        {{"figure", e.figure}, {"from", e.from}, {"to", e.to}, {"throughput", e.throughput}, {"latency", e.latency}});
  return list;
}

/// What holds up one pipeline: of several contexts the slowest.
void add_cause(const RunResult& base, Json& json) {
  const bool several = base.several != nullptr;
  const std::size_t slowest = several ? slowest_context(*base.several) : 0;
  const RunResult one = several ? result_of(base, slowest) : base;
  const StallChain chain = stall_chain(one);
  json["slowest_context"] = several ? Json(slowest + 1) : Json();
  json["critical_cycle"] = cycle_json(one);
  json["chain"] = chain_json(one, chain);
  json["root"] = chain.root < 0 ? Json() : Json(stage_name(one.plan, chain.root));
  json["text"] = chain_sentence(one, chain);
}

void add_levers(const ExplainResult& result, Json& json) {
  Json counts = Json::object();
  for (const auto& [kind, count] : result.candidates) counts[std::string(to_string(kind))] = count;
  json["candidates"] = std::move(counts);
  json["levers"] = levers_json(result.levers, result.before);
  json["path"] = levers_json(result.path, result.before);
  json["path_command"] = result.path_command.empty() ? Json() : Json(result.path_command);
  json["elasticities"] = elasticities_json(result);
}

}  // namespace

std::string explain_json(const ExplainResult& result) {
  const RunResult& base = result.base;
  const auto fps = frames_per_second(base);
  const Verdict words = verdict(base);
  Json json = {{"schema", "rowflow.explain/2"},
               {"version", version()},
               {"network", base.plan.network.name},
               {"device", base.plan.device.name},
               {"tile_height", tile_height_json(base.plan)},
               {"buffer_policy", base.plan.buffer_policy},
               {"status", status_word(base.status)},
               {"verdict", {{"fit", words.fit.whole()}, {"answer", words.answer.whole()}}},
               {"as_if_fitted", result.as_if_fitted},
               {"contexts", result.before.contexts},
               {"interval_cycles", fps ? Json(base.saturated.throughput.interval->value()) : Json()},
               {"fps", or_null(fps)},
               {"paced_cycles", or_null(base.latency.paced)},
               {"latency_ms", or_null(result.before.ms)},
               {"capacity_bytes", result.before.bytes},
               {"cuts", result.before.cuts}};
  if (base.deadlock) json["deadlock"] = deadlock_json(base);
  if (base.status == RunStatus::ok) add_cause(base, json);
  if (base.status != RunStatus::deadlock) add_levers(result, json);
  json["assumed"] = base.plan.assumed;
  return json_lines(json) + "\n";
}

}  // namespace rowflow
