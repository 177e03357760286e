#include <nlohmann/json.hpp>

#include "sim/metrics/figures.hpp"
#include "sim/report/explain_text.hpp"
#include "sim/report/json_lines.hpp"
#include "sim/report/result_parts.hpp"
#include "sim/report/stall_chain.hpp"
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

const char* kind_word(LeverKind kind) {
  switch (kind) {
    case LeverKind::deeper:
      return "deeper";
    case LeverKind::to_minimum:
      return "to_minimum";
    case LeverKind::subcluster:
      return "subcluster";
    case LeverKind::tile_height:
      break;
  }
  return "tile_height";
}

Json lever_json(const ExplainResult& result, const Lever& lever) {
  const auto value = [&](std::int64_t v) {
    return lever.kind == LeverKind::tile_height && v == 0 ? Json("full") : Json(v);
  };
  return {{"lever", kind_word(lever.kind)},
          {"name", lever.name},
          {"from", value(lever.from)},
          {"to", value(lever.to)},
          {"status", status_word(lever.status)},
          {"fps", or_null(lever.fps)},
          {"paced_cycles", or_null(lever.paced_cycles)},
          {"paced_ms", or_null(milliseconds(result.base.plan, lever.paced_cycles))},
          {"capacity_bytes", lever.bytes}};
}

}  // namespace

std::string explain_json(const ExplainResult& result) {
  const RunResult& base = result.base;
  const auto fps = frames_per_second(base);
  Json json = {{"schema", "rowflow.explain/1"},
               {"version", version()},
               {"network", base.plan.network.name},
               {"device", base.plan.device.name},
               {"tile_height", tile_height_json(base.plan)},
               {"buffer_policy", base.plan.buffer_policy},
               {"status", status_word(base.status)},
               {"interval_cycles", fps ? Json(base.saturated.throughput.interval->value()) : Json()},
               {"fps", or_null(fps)},
               {"paced_cycles", or_null(base.latency.paced)},
               {"capacity_bytes", total_buffer_bytes(base.plan)}};
  if (base.deadlock) json["deadlock"] = deadlock_json(base);
  if (base.status == RunStatus::ok) {
    const StallChain chain = stall_chain(base);
    json["critical_cycle"] = cycle_json(base);
    json["chain"] = chain_json(base, chain);
    json["root"] = chain.root < 0 ? Json() : Json(stage_name(base.plan, chain.root));
    json["text"] = chain_sentence(base, chain);
    json["levers"] = Json::array();
    for (const Lever& lever : result.levers) json["levers"].push_back(lever_json(result, lever));
  }
  json["assumed"] = base.plan.assumed;
  return json_lines(json) + "\n";
}

}  // namespace rowflow
