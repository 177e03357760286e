#include "tests/support/oracle_plan.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace rowflow::oracle {
namespace {

using nlohmann::json;
using Names = std::map<std::string, std::size_t>;

std::size_t index_of(const Names& names, const json& reference) {
  const auto found = names.find(reference.get<std::string>());
  if (found == names.end()) throw std::runtime_error("oracle: no such name: " + reference.dump());
  return found->second;
}

Names names_of(const json& list) {
  Names names;
  for (const json& item : list) {
    const auto name = item.at("name").get<std::string>();
    if (!names.emplace(name, names.size()).second) throw std::runtime_error("oracle: twice the name " + name);
  }
  return names;
}

void require(bool holds, const std::string& stage, const char* what) {
  if (!holds) throw std::runtime_error("oracle: T1 broken in stage " + stage + ": " + what);
}

void check_table(const StageSpec& stage, const std::vector<Int>& table, Int rows) {
  require(table.size() == stage.cost.size(), stage.name, "a table has not one entry a step");
  require(!table.empty() && table.front() >= 0, stage.name, "an empty or negative table");
  for (std::size_t i = 1; i < table.size(); ++i) require(table[i - 1] <= table[i], stage.name, "a table decreases");
  require(table.back() == rows, stage.name, "the last step does not reach the rows of a frame");
}

void check_stage(const PlanSpec& plan, std::size_t index) {
  const StageSpec& stage = plan.stages[index];
  for (const Int cost : stage.cost) require(cost >= 0, stage.name, "a negative cost");
  for (const InputPort& port : stage.inputs) {
    const BufferSpec& buffer = plan.buffers[port.buffer];
    require(buffer.to == index, stage.name, "reads a buffer that leads elsewhere");
    check_table(stage, port.needs, buffer.rows);
    check_table(stage, port.releases, buffer.rows);
    for (std::size_t i = 0; i < port.needs.size(); ++i)
      require(port.releases[i] <= port.needs[i], stage.name, "releases > needs");
  }
  for (const OutputPort& port : stage.outputs) {
    require(plan.buffers[port.buffer].from == index, stage.name, "writes a buffer that comes from elsewhere");
    check_table(stage, port.emits, plan.buffers[port.buffer].rows);
  }
  require(stage.inputs.empty() || index != plan.source, stage.name, "the source has no inputs");
  require(stage.outputs.empty() == (stage.kind == "sink"), stage.name, "only sinks have no outputs");
}

StageSpec read_stage(const json& item, const Names& buffers) {
  StageSpec stage;
  stage.name = item.at("name").get<std::string>();
  stage.kind = item.at("kind").get<std::string>();
  stage.latency = item.at("latency").get<Int>();
  stage.cost = item.at("cost").get<std::vector<Int>>();
  require(stage.cost.size() == item.at("steps").get<std::size_t>(), stage.name, "not one cost a step");
  for (const json& port : item.at("inputs"))
    stage.inputs.push_back({index_of(buffers, port.at("buffer")), port.at("needs").get<std::vector<Int>>(),
                            port.at("releases").get<std::vector<Int>>()});
  for (const json& port : item.at("outputs"))
    stage.outputs.push_back({index_of(buffers, port.at("buffer")), port.at("emits").get<std::vector<Int>>()});
  return stage;
}

}  // namespace

PlanSpec read_plan(const json& document) {
  const Names stages = names_of(document.at("stages"));
  const Names buffers = names_of(document.at("buffers"));
  PlanSpec plan;
  for (const json& item : document.at("buffers"))
    plan.buffers.push_back({item.at("name").get<std::string>(), index_of(stages, item.at("from")),
                            index_of(stages, item.at("to")), item.at("rows_per_frame").get<Int>(),
                            item.at("capacity_rows").get<Int>(), item.at("transfer_latency").get<Int>(),
                            item.at("credit_latency").get<Int>()});
  for (const json& item : document.at("stages")) plan.stages.push_back(read_stage(item, buffers));
  const json& source = document.at("source");
  plan.source = index_of(stages, source.at("stage"));
  plan.frame_period = source.at("frame_period").get<Int>();
  plan.row_interval = source.at("row_interval").get<Int>();
  plan.row_remainder = source.value("row_remainder", Int{0});
  for (std::size_t s = 0; s < plan.stages.size(); ++s) check_stage(plan, s);
  return plan;
}

}  // namespace rowflow::oracle
