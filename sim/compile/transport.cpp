#include "sim/compile/transport.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/compile/windows.hpp"

namespace rowflow {

namespace {

/// Makes room for `count` stages before stage `position`; whoever pointed behind it points further.
void make_room(Lowered& lowered, int position, int count) {
  Plan& plan = lowered.plan;
  plan.stages.insert(plan.stages.begin() + position, static_cast<std::size_t>(count), Stage{});
  lowered.origin.insert(lowered.origin.begin() + position, static_cast<std::size_t>(count), StageOrigin{});
  const auto shift = [&](int& stage) {
    if (stage >= position) stage += count;
  };
  for (Buffer& buffer : plan.buffers) {
    shift(buffer.from);
    shift(buffer.to);
  }
  shift(plan.source);
  for (SeBlock& block : plan.se_blocks) {
    shift(block.squeeze);
    shift(block.scale);
    for (int& stage : block.excite) shift(stage);
  }
}

std::string unused_name(const Plan& plan, const std::string& wanted) {
  std::string name = wanted;
  for (int k = 2; find_stage(plan, name) >= 0; ++k) name = wanted + std::to_string(k);
  return name;
}

/// A stage that takes a row of `in` and puts it into `out`, each step.
Stage mover(const std::string& name, const std::string& layer, StageKind kind, Rows rows, int in, int out) {
  Stage stage;
  stage.name = name;
  stage.layer = layer;
  stage.kind = kind;
  stage.cost.assign(static_cast<std::size_t>(rows), 0);
  RowWindow window = row_window(rows);
  stage.inputs.push_back({in, std::move(window.needs), std::move(window.releases)});
  stage.outputs.push_back({out, emit_rows(rows)});
  stage.physical_layers = 0;
  return stage;
}

/// A new buffer like `like`, at the end of the plan.
int add_buffer(Plan& plan, int like, int from, int to) {
  Buffer buffer = plan.buffer(like);
  buffer.from = from;
  buffer.to = to;
  buffer.role = BufferRole::transfer;
  buffer.level = MemoryLevel::l3;
  buffer.name = plan.stage(from).name + "->" + plan.stage(to).name;
  plan.buffers.push_back(std::move(buffer));
  return static_cast<int>(plan.buffers.size()) - 1;
}

template <class Port>
void redirect(std::vector<Port>& ports, int from, int to) {
  for (Port& port : ports)
    if (port.buffer == from) port.buffer = to;
}

}  // namespace

void insert_store(Lowered& lowered, int buffer, MemoryLevel level) {
  Plan& plan = lowered.plan;
  const auto b = static_cast<std::size_t>(buffer);
  const int producer = plan.buffers[b].from, position = producer + 1;
  const Rows rows = plan.buffers[b].rows_per_frame;
  const std::string consumer = plan.stages[static_cast<std::size_t>(plan.buffers[b].to)].name;
  const std::string layer = plan.stages[static_cast<std::size_t>(plan.buffers[b].to)].layer;
  const std::string store = unused_name(plan, consumer + ".store"), load = unused_name(plan, consumer + ".load");
  make_room(lowered, position, 2);
  const int to = plan.buffers[b].to, first_new = static_cast<int>(plan.buffers.size());
  plan.stage(position) = mover(store, layer, StageKind::store, rows, first_new, buffer);
  plan.stages[static_cast<std::size_t>(position) + 1] =
      mover(load, layer, StageKind::load, rows, buffer, first_new + 1);
  add_buffer(plan, buffer, producer, position);
  const int prefetch = add_buffer(plan, buffer, position + 1, to);
  plan.buffer(prefetch).prefetch = true;
  redirect(plan.stage(producer).outputs, buffer, first_new);
  redirect(plan.stage(to).inputs, buffer, first_new + 1);
  plan.buffers[b].from = position;
  plan.buffers[b].to = position + 1;
  plan.buffers[b].level = level;
}

void insert_transfer(Lowered& lowered, int buffer) {
  Plan& plan = lowered.plan;
  const auto b = static_cast<std::size_t>(buffer);
  const int producer = plan.buffers[b].from, position = producer + 1;
  const Stage& consumer = plan.stages[static_cast<std::size_t>(plan.buffers[b].to)];
  const std::string name = unused_name(plan, consumer.name + ".transfer"), layer = consumer.layer;
  make_room(lowered, position, 1);
  const int first_new = static_cast<int>(plan.buffers.size());
  plan.stage(position) = mover(name, layer, StageKind::transfer, plan.buffers[b].rows_per_frame, first_new, buffer);
  add_buffer(plan, buffer, producer, position);
  redirect(plan.stage(producer).outputs, buffer, first_new);
  plan.buffers[b].from = position;
}

std::map<MemoryLevel, LevelTraffic> level_traffic(const Plan& plan, const Device& device, ParameterUse& use) {
  std::map<MemoryLevel, LevelTraffic> traffic;
  traffic[MemoryLevel::host].in_bandwidth = use(device.input_link_bytes_per_kilocycle);
  traffic[MemoryLevel::host].out_bandwidth = use(device.output_link_bytes_per_kilocycle);
  const auto bytes_of = [&](int b) {
    const Buffer& buffer = plan.buffer(b);
    return checked_multiply(buffer.rows_per_frame, buffer.row_bytes);
  };
  for (const Stage& stage : plan.stages) {
    if (stage.kind == StageKind::source) traffic[MemoryLevel::host].in += bytes_of(stage.outputs[0].buffer);
    if (stage.kind == StageKind::sink) traffic[MemoryLevel::host].out += bytes_of(stage.inputs[0].buffer);
    if (stage.kind != StageKind::store) continue;
    const int stored = stage.outputs[0].buffer;
    const MemoryLevel where = plan.buffer(stored).level;
    LevelTraffic& level = traffic[where];
    level.in += bytes_of(stored);
    level.out += bytes_of(stored);
    if (where == MemoryLevel::l4) level.in_bandwidth = level.out_bandwidth = use(device.memory.l4_bytes_per_kilocycle);
  }
  return traffic;
}

Cycles shared_row_cycles(const Buffer& rows, Bytes direction_bytes, std::int64_t bandwidth) {
  if (bandwidth == 0) return 0;
  // ⌈row bytes · 1000 / (bandwidth · own / all)⌉ with own = rows a frame · row bytes, so the row bytes cancel.
  return ceil_multiply_divide(direction_bytes, 1000, checked_multiply(bandwidth, rows.rows_per_frame));
}

Cycles traffic_interval(const std::map<MemoryLevel, LevelTraffic>& traffic) {
  Cycles interval = 0;
  for (const auto& [name, level] : traffic) {
    if (level.in_bandwidth > 0) interval = std::max(interval, ceil_multiply_divide(level.in, 1000, level.in_bandwidth));
    if (level.out_bandwidth > 0)
      interval = std::max(interval, ceil_multiply_divide(level.out, 1000, level.out_bandwidth));
  }
  return interval;
}

}  // namespace rowflow
