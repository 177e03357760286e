#include "sim/report/size_json.hpp"

#include <nlohmann/json.hpp>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/report/json_lines.hpp"
#include "sim/report/result_parts.hpp"
#include "sim/report/text_parts.hpp"
#include "sim/report/version.hpp"

namespace rowflow {

namespace {

nlohmann::ordered_json point_json(const RunResult& result) {
  using Json = nlohmann::ordered_json;
  const auto fps = frames_per_second(result);
  const auto paced = milliseconds(result.plan, result.latency.paced);
  return {{"capacity_bytes", largest(result, total_buffer_bytes)},
          {"buffer_policy", result.plan.buffer_policy},
          {"interval_cycles", fps ? Json(result.saturated.throughput.interval->value()) : Json()},
          {"fps", fps ? Json(*fps) : Json()},
          {"paced_ms", paced ? Json(*paced) : Json()}};
}

nlohmann::ordered_json contexts_json(const SizeResult& r) {
  nlohmann::ordered_json contexts = nlohmann::ordered_json::array();
  for (std::size_t c = 0; c < r.contexts.size(); ++c) {
    const SizeResult& one = r.contexts[c];
    const Measurement& run = r.answer.several->list[c].run;
    contexts.push_back({{"context", c + 1},
                        {"begins_with", first_layer(one.answer.plan)},
                        {"interval_cycles", run.throughput.interval->value()},
                        {"first_frame_cycles", time_of_frames(run, 1)},
                        {"configured_bytes", total_buffer_bytes(one.configured.plan)},
                        {"capacity_bytes", total_buffer_bytes(one.answer.plan)},
                        {"price", one.price},
                        {"lower_bound", one.lower_bound},
                        {"exact", one.exact()},
                        {"settled", one.settled},
                        {"fits", one.answer.plan.fit.fits}});
  }
  return contexts;
}

}  // namespace

std::string size_json(const SizeResult& r) {
  using Json = nlohmann::ordered_json;
  const Plan& plan = r.configured.plan;
  Json json = {{"schema", "rowflow.size/2"},
               {"version", version()},
               {"network", plan.network.name},
               {"device", plan.device.name},
               {"tile_height", tile_height_json(plan)},
               {"status", r.reachable ? "ok" : "unreachable"},
               {"asked_fps", r.asked_fps > 0 ? Json(r.asked_fps) : Json()},
               {"highest_fps", r.highest_fps},
               {"configured", point_json(r.configured)}};
  if (!r.reachable) return json_lines(json) + "\n";
  json["unit"] = r.cuts ? "cuts" : "bytes";
  json["price"] = r.price;
  json["lower_bound"] = r.lower_bound;
  json["exact"] = r.exact();
  json["effort"] = r.effort;
  json["settled"] = r.settled;
  json["answer"] = point_json(r.answer);
  json["penalty"] = r.answer.penalty ? Json(*r.answer.penalty) : Json();
  if (!r.contexts.empty()) {
    json["batch"] = r.answer.several->batch;
    json["contexts"] = contexts_json(r);
  }
  json["buffers"] = Json::array();
  for (std::size_t b = 0; b < r.buffers.size(); ++b) {
    const SizedBuffer& s = r.buffers[b];
    json["buffers"].push_back({{"name", r.answer.plan.buffers[b].name},
                               {"row_bytes", r.answer.plan.buffers[b].row_bytes},
                               {"configured_rows", s.configured},
                               {"peak_rows", s.peak},
                               {"unlimited_rows", s.unlimited},
                               {"minimal_rows", s.minimal},
                               {"needed_alone_rows", s.needed_alone},
                               {"capacity_rows", s.answer}});
  }
  if (!r.front.empty()) json["front_complete"] = r.front_complete;
  for (const FrontPoint& point : r.front) {
    Json capacities = Json::object();
    for (std::size_t b = 0; b < point.capacities.size(); ++b)
      capacities[r.answer.plan.buffers[b].name] = point.capacities[b];
    json["front"].push_back({{"interval_cycles", point.interval.value()},
                             {"fps", point.fps},
                             {"paced_ms", point.paced ? Json(*milliseconds(plan, point.paced)) : Json()},
                             {"price", point.price},
                             {"lower_bound", point.lower_bound},
                             {"capacity_bytes", point.bytes},
                             {"capacity_rows", std::move(capacities)}});
  }
  json["assumed"] = plan.assumed;
  return json_lines(json) + "\n";
}

std::string buffers_file(const Plan& plan) {
  nlohmann::ordered_json buffers = nlohmann::ordered_json::object();
  for (const Buffer& buffer : plan.buffers) buffers[buffer.name] = buffer.capacity_rows;
  nlohmann::ordered_json document = {{"$schema", "buffers.schema.json"},
                                     {"network", plan.network.name},
                                     {"device", plan.device.name},
                                     {"buffers", std::move(buffers)}};
  for (const Buffer& buffer : plan.buffers)
    if (outside_l3(buffer.level)) document["levels"][buffer.name] = buffer.level;
  return document.dump(2) + "\n";
}

}  // namespace rowflow
