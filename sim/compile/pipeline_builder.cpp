#include "sim/compile/pipeline_builder.hpp"

#include <algorithm>
#include <map>
#include <queue>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"

namespace rowflow {

int PipelineBuilder::add_stage(const std::string& name, const std::string& layer, StageKind kind, Rows steps,
                               StageOrigin origin) {
  Stage stage;
  stage.name = name;
  stage.layer = layer;
  stage.kind = kind;
  stage.cost.assign(static_cast<std::size_t>(steps), 0);
  lowered_.plan.stages.push_back(std::move(stage));
  lowered_.origin.push_back(origin);
  emits_.emplace_back();
  return static_cast<int>(lowered_.plan.stages.size()) - 1;
}

Stream PipelineBuilder::output(int stage, std::vector<Rows> emits, Elements row_elements, std::int64_t bits) {
  const Rows rows = emits.back();
  emits_[stage] = std::move(emits);
  lowered_.origin[stage].row_elements = row_elements;
  return {stage, rows, row_elements, static_cast<int>(bits)};
}

/// What lies in the host's memory is read from there by whoever needs it, as it is between contexts (T17, T20).
int PipelineBuilder::connect_own_source(const Stream& stream, int consumer, RowWindow window) {
  const Stage& reader = stage(consumer);
  const auto reads = std::count_if(reader.inputs.begin(), reader.inputs.end(), [&](const StageInput& input) {
    return lowered_.plan.stage(lowered_.plan.buffer(input.buffer).from).kind == StageKind::source &&
           lowered_.plan.buffer(input.buffer).prefetch;
  });
  const std::string name = reader.name + ".read" + (reads > 0 ? std::to_string(reads + 1) : "");
  StageOrigin origin;
  origin.layer = stream.further_input;
  const int source = add_stage(name, reader.layer, StageKind::source, stream.rows, origin);
  stage(source).physical_layers = 0;
  const Stream rows = output(source, emit_rows(stream.rows), stream.row_elements, stream.bits);
  const int buffer = connect(rows, consumer, std::move(window), BufferRole::transfer);
  plan().buffer(buffer).prefetch = true;
  return buffer;
}

int PipelineBuilder::connect(const Stream& stream, int consumer, RowWindow window, BufferRole role) {
  if (stream.further_input != network_input) return connect_own_source(stream, consumer, std::move(window));
  Plan& plan = lowered_.plan;
  const int index = static_cast<int>(plan.buffers.size());
  Buffer buffer;
  buffer.from = stream.stage;
  buffer.to = consumer;
  buffer.role = role;
  buffer.level = MemoryLevel::l3;
  buffer.rows_per_frame = stream.rows;
  buffer.row_elements = stream.row_elements;
  buffer.bits = stream.bits;
  buffer.row_bytes = ceil_div(checked_multiply(stream.row_elements, stream.bits), 8);
  plan.buffers.push_back(std::move(buffer));
  plan.stages[stream.stage].outputs.push_back({index, emits_[stream.stage]});
  plan.stages[consumer].inputs.push_back({index, std::move(window.needs), std::move(window.releases)});
  return index;
}

std::vector<int> PipelineBuilder::topological_order() const {
  const Plan& plan = lowered_.plan;
  std::vector<std::size_t> missing(plan.stages.size());
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    missing[s] = plan.stages[s].inputs.size();
    if (missing[s] == 0) ready.push(static_cast<int>(s));
  }
  std::vector<int> order;
  while (!ready.empty()) {
    const int stage = ready.top();
    ready.pop();
    order.push_back(stage);
    for (const StageOutput& output : plan.stages[stage].outputs)
      if (--missing[plan.buffers[output.buffer].to] == 0) ready.push(plan.buffers[output.buffer].to);
  }
  if (order.size() != plan.stages.size()) throw Defect("lowering: the stages form a cycle");
  return order;
}

void PipelineBuilder::reorder(const std::vector<int>& order) {
  Plan& plan = lowered_.plan;
  std::vector<int> position(order.size());
  std::vector<Stage> stages;
  std::vector<StageOrigin> origin;
  for (std::size_t i = 0; i < order.size(); ++i) {
    position[order[i]] = static_cast<int>(i);
    stages.push_back(std::move(plan.stages[order[i]]));
    origin.push_back(lowered_.origin[order[i]]);
  }
  plan.stages = std::move(stages);
  lowered_.origin = std::move(origin);
  for (Buffer& buffer : plan.buffers) {
    buffer.from = position[buffer.from];
    buffer.to = position[buffer.to];
  }
  plan.source = position[plan.source];
  for (SeBlock& block : plan.se_blocks) {
    block.squeeze = position[block.squeeze];
    block.scale = position[block.scale];
    for (int& stage : block.excite) stage = position[stage];
  }
}

void PipelineBuilder::name_buffers() {
  Plan& plan = lowered_.plan;
  std::map<std::string, int> seen;
  for (Buffer& buffer : plan.buffers) {
    buffer.name = plan.stages[buffer.from].name + "->" + plan.stages[buffer.to].name;
    const int count = ++seen[buffer.name];
    if (count > 1) buffer.name += "#" + std::to_string(count);
  }
}

Lowered PipelineBuilder::finish() && {
  reorder(topological_order());
  name_buffers();
  return std::move(lowered_);
}

}  // namespace rowflow
