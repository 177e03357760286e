#include "tests/support/plan_to_test_json.hpp"

#include <nlohmann/json.hpp>

namespace rowflow::test {
namespace {

using nlohmann::json;

std::string buffer_name(const Plan& plan, int index) { return plan.buffers.at(static_cast<std::size_t>(index)).name; }

std::string stage_name(const Plan& plan, int index) { return plan.stages.at(static_cast<std::size_t>(index)).name; }

json stage_json(const Plan& plan, const Stage& stage) {
  json inputs = json::array(), outputs = json::array();
  for (const StageInput& port : stage.inputs)
    inputs.push_back({{"buffer", buffer_name(plan, port.buffer)}, {"needs", port.needs}, {"releases", port.releases}});
  for (const StageOutput& port : stage.outputs)
    outputs.push_back({{"buffer", buffer_name(plan, port.buffer)}, {"emits", port.emits}});
  return {{"name", stage.name}, {"kind", stage.kind}, {"steps", stage.steps()}, {"latency", stage.latency},
          {"cost", stage.cost}, {"inputs", inputs},   {"outputs", outputs}};
}

json buffer_json(const Plan& plan, const Buffer& buffer) {
  return {{"name", buffer.name},
          {"from", stage_name(plan, buffer.from)},
          {"to", stage_name(plan, buffer.to)},
          {"rows_per_frame", buffer.rows_per_frame},
          {"capacity_rows", buffer.capacity_rows},
          {"transfer_latency", buffer.transfer_latency},
          {"credit_latency", buffer.credit_latency}};
}

}  // namespace

json plan_to_test_json(const Plan& plan) {
  json stages = json::array(), buffers = json::array();
  for (const Stage& stage : plan.stages) stages.push_back(stage_json(plan, stage));
  for (const Buffer& buffer : plan.buffers) buffers.push_back(buffer_json(plan, buffer));
  return {{"schema", "rowflow.plan/1"},
          {"stages", stages},
          {"buffers", buffers},
          {"source",
           {{"stage", stage_name(plan, plan.source)},
            {"frame_period", plan.pacing.frame_period},
            {"row_interval", plan.pacing.row_interval},
            {"row_remainder", plan.pacing.row_remainder}}}};
}

}  // namespace rowflow::test
