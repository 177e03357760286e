#include "sim/plan/plan_json.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/json_text.hpp"

namespace rowflow {

namespace {

using Json = nlohmann::ordered_json;

Json tile_height_json(const std::string& text) {
  const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  return number ? Json(std::stoll(text)) : Json(text);
}

Json stage_json(const Plan& plan, const Stage& stage) {
  Json inputs = Json::array();
  for (const StageInput& input : stage.inputs)
    inputs.push_back(
        {{"buffer", plan.buffers[input.buffer].name}, {"needs", input.needs}, {"releases", input.releases}});
  Json outputs = Json::array();
  for (const StageOutput& output : stage.outputs)
    outputs.push_back({{"buffer", plan.buffers[output.buffer].name}, {"emits", output.emits}});
  return {{"name", stage.name},
          {"layer", stage.layer},
          {"kind", stage.kind},
          {"steps", stage.steps()},
          {"latency", stage.latency},
          {"cost", stage.cost},
          {"macs_per_step", stage.macs_per_step},
          {"subclusters", stage.subclusters},
          {"physical_layers", stage.physical_layers},
          {"cluster", stage.cluster},
          {"part_clusters", stage.part_clusters},
          {"weight_bytes", stage.weight_bytes},
          {"step_weight_bytes", stage.step_weight_bytes},
          {"inputs", inputs},
          {"outputs", outputs}};
}

Json forwarding_json(const Forwarding& f) {
  return {{"whole", f.whole},           {"first", f.first},         {"lead", f.lead},
          {"setup", f.setup},           {"tail", f.tail},           {"first_free", f.first_free},
          {"head_start", f.head_start}, {"last_free", f.last_free}, {"held_rows", f.held_rows}};
}

Json buffer_json(const Plan& plan, const Buffer& buffer) {
  Json json = {{"name", buffer.name},
               {"from", plan.stages[buffer.from].name},
               {"to", plan.stages[buffer.to].name},
               {"role", to_string(buffer.role)},
               {"level", buffer.level},
               {"cuts", buffer.cuts},
               {"rows_per_frame", buffer.rows_per_frame},
               {"capacity_rows", buffer.capacity_rows},
               {"row_elements", buffer.row_elements},
               {"bits", buffer.bits},
               {"row_bytes", buffer.row_bytes},
               {"transfer_latency", buffer.transfer_latency},
               {"credit_latency", buffer.credit_latency}};
  if (buffer.forwarding) json["forwarding"] = forwarding_json(*buffer.forwarding);
  return json;
}

/// subclusters{used,total}, controllers{used,total}, memory{…}: whatever counts bytes goes under memory.
Json cluster_json(const ClusterUse& use) {
  return {{"controllers", use.controllers},           {"subclusters", use.subclusters},
          {"activation_units", use.activation_units}, {"input_aligners", use.input_aligners},
          {"weight_cuts", use.weight_cuts},           {"buffer_cuts", use.buffer_cuts}};
}

Json mapping_json(const Plan& plan) {
  const Fit& fit = plan.fit;
  Json mapping = {{"subclusters", Json::object()}, {"controllers", Json::object()}, {"memory", Json::object()}};
  for (const ResourceUse& use : fit.resources) {
    if (use.scope != "chip") continue;
    const Json value = {{"used", use.demand}, {"total", use.limit}};
    const bool bytes = use.name.size() > 6 && use.name.compare(use.name.size() - 6, 6, "_bytes") == 0;
    (bytes ? mapping["memory"][use.name] : mapping[use.name]) = value;
  }
  Json clusters = Json::array();
  for (const ClusterUse& use : plan.mapping.clusters) clusters.push_back(cluster_json(use));
  mapping["clusters"] = {
      {"device", plan.mapping.device_clusters}, {"limit", cluster_json(plan.mapping.limit)}, {"used", clusters}};
  mapping["inserted"] = {{"joins", plan.mapping.joins}, {"copies", plan.mapping.copies}};
  mapping["cut_bytes"] = plan.mapping.cut_bytes;
  mapping["contexts"] = fit.contexts;
  mapping["fits"] = fit.fits;
  mapping["verdict"] = verdict(fit);
  mapping["impossible"] = Json::array();
  for (const ResourceUse& use : fit.impossible)
    mapping["impossible"].push_back({{"name", use.name}, {"demand", use.demand}, {"limit", use.limit}});
  return mapping;
}

Json se_block_json(const Plan& plan, const SeBlock& block) {
  Json excite = Json::array();
  for (const int stage : block.excite) excite.push_back(plan.stages[stage].name);
  Json json = {{"layer", block.layer},
               {"height", block.height},
               {"width", block.width},
               {"channels", block.channels},
               {"skip_channels", block.skip_channels},
               {"tile_height", block.tile_height == 0 ? Json("full") : Json(block.tile_height)},
               {"tile_height_effective", block.tile_height_effective},
               {"buffering_elements", block.buffering_elements},
               {"squeeze", plan.stages[block.squeeze].name},
               {"excite", excite},
               {"scale", plan.stages[block.scale].name},
               {"bypass", plan.buffers[block.bypass].name}};
  if (block.cumulative) json["se_mode"] = "cumulative";
  return json;
}

Json device_json(const DeviceSummary& device) {
  Json json = {{"name", device.name}, {"clock_hz", device.clock_hz}};
  if (!device.energy) return json;
  const EnergyFigures& e = *device.energy;
  const auto figure = [](const EnergyFigure& f) { return Json{{"value", f.value}, {"low", f.low}, {"high", f.high}}; };
  json["energy"] = {{"static_milliwatts", figure(e.static_milliwatts)},
                    {"femtojoules_per_mac", figure(e.femtojoules_per_mac)},
                    {"shares",
                     {{"mac", e.mac},
                      {"l2_byte", e.l2_byte},
                      {"l3_byte", e.l3_byte},
                      {"l4_byte", e.l4_byte},
                      {"link_byte", e.link_byte}}}};
  return json;
}

}  // namespace

nlohmann::ordered_json network_json(const NetworkSummary& network) {
  const auto shape = [](const auto& map) {
    return Json{{"height", map.height}, {"width", map.width}, {"channels", map.channels}};
  };
  Json json = {{"name", network.name}, {"input", shape(network)}};
  for (const InputSummary& input : network.further_inputs) {
    Json further = {{"name", input.name}};
    further.update(shape(input));
    json["further_inputs"].push_back(std::move(further));
  }
  json["macs"] = network.macs;
  json["parameters"] = network.parameters;
  json["layers"] = network.layers;
  return json;
}

nlohmann::ordered_json plan_document(const Plan& plan) {
  Json stages = Json::array(), buffers = Json::array(), blocks = Json::array();
  for (const Stage& stage : plan.stages) stages.push_back(stage_json(plan, stage));
  for (const Buffer& buffer : plan.buffers) buffers.push_back(buffer_json(plan, buffer));
  for (const SeBlock& block : plan.se_blocks) blocks.push_back(se_block_json(plan, block));
  return {{"schema", "rowflow.plan/1"},
          {"network", network_json(plan.network)},
          {"device", device_json(plan.device)},
          {"tile_height", tile_height_json(plan.tile_height)},
          {"buffer_policy", plan.buffer_policy},
          {"goal", plan.goal},
          {"target_fps", plan.target_fps > 0 ? Json(plan.target_fps) : Json()},
          {"stages", stages},
          {"buffers", buffers},
          {"source",
           {{"stage", plan.stages[plan.source].name},
            {"frame_period", plan.pacing.frame_period},
            {"row_interval", plan.pacing.row_interval},
            {"row_remainder", plan.pacing.row_remainder}}},
          {"mapping", mapping_json(plan)},
          {"bounds",
           {{"stage_interval", plan.bounds.stage_interval},
            {"stage", plan.bounds.stage},
            {"min_latency", plan.bounds.min_latency},
            {"device_interval", plan.bounds.device_interval},
            {"link_interval", plan.bounds.link_interval}}},
          {"se_blocks", blocks},
          {"assumed", plan.assumed},
          {"warnings", plan.warnings}};
}

std::string plan_to_json(const Plan& plan) { return json_text(plan_document(plan), 1) + "\n"; }

}  // namespace rowflow
