#include "sim/compile/cut_pipeline.hpp"

#include <algorithm>
#include <map>

#include "sim/base/integer.hpp"
#include "sim/compile/pipeline_builder.hpp"
#include "sim/compile/windows.hpp"

namespace rowflow {

namespace {

/// Position of each stage in cuttable_stages(); the source lies before all of them, sinks behind.
std::vector<int> positions(const Plan& plan) {
  std::vector<int> position(plan.stages.size());
  int next = 0;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const StageKind kind = plan.stages[s].kind;
    position[s] = kind == StageKind::source ? -1
                  : kind == StageKind::sink ? static_cast<int>(plan.stages.size())
                                            : next;
    next += is_end_kind(kind) ? 0 : 1;
  }
  return position;
}

/// A whole row of a stage's output: its readers may take slices of it.
Bytes tensor_bytes(const Buffer& buffer, const StageOrigin* origin) {
  const Elements row = std::max(buffer.row_elements, origin == nullptr ? 0 : origin->row_elements);
  return checked_multiply(buffer.rows_per_frame, ceil_div(checked_multiply(row, buffer.bits), 8));
}

class Cutter {
 public:
  Cutter(const Lowered& whole, const PipelinePart& part)
      : whole_(whole),
        plan_(whole.plan),
        part_(part),
        position_(positions(whole.plan)),
        source_is_read_(reads_source()) {}

  Lowered cut() && {
    describe();
    stage_of_.assign(plan_.stages.size(), -1);
    buffer_of_.assign(plan_.buffers.size(), -1);
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
      if (is_part(static_cast<int>(s))) add_sources(static_cast<int>(s));
      if (holds(static_cast<int>(s))) add_stage(static_cast<int>(s));
    }
    for (std::size_t s = 0; s < plan_.stages.size(); ++s)
      if (is_part(static_cast<int>(s))) connect_inputs(static_cast<int>(s));
    for (std::size_t s = 0; s < plan_.stages.size(); ++s)
      if (is_part(static_cast<int>(s))) write_output(static_cast<int>(s));
    add_blocks();
    Lowered lowered = std::move(builder_).finish();
    return lowered;
  }

 private:
  bool is_part(int stage) const {
    const int position = position_[static_cast<std::size_t>(stage)];
    return position >= part_.first && position < part_.last && !is_end_kind(plan_.stage(stage).kind);
  }
  /// The source of the first part is the network's own, if anything there reads it.
  bool holds(int stage) const {
    return is_part(stage) || (part_.first == 0 && stage == plan_.source && source_is_read_);
  }
  bool reads_source() const {
    const auto& outputs = plan_.stage(plan_.source).outputs;
    return std::any_of(outputs.begin(), outputs.end(),
                       [&](const StageOutput& output) { return is_part(plan_.buffer(output.buffer).to); });
  }

  void describe() {
    Plan& plan = builder_.plan();
    plan.source = -1;
    if (part_.first == 0) plan.warnings = plan_.warnings;
  }

  void add_stage(int index) {
    const Stage& stage = plan_.stage(index);
    const StageOrigin& origin = whole_.origin[static_cast<std::size_t>(index)];
    const int added = builder_.add_stage(stage.name, stage.layer, stage.kind, static_cast<Rows>(stage.steps()), origin);
    builder_.stage(added).macs_per_step = stage.macs_per_step;
    builder_.stage(added).physical_layers = stage.physical_layers;
    if (!stage.outputs.empty()) {
      const Buffer& rows = plan_.buffer(stage.outputs.front().buffer);
      builder_.output(added, stage.outputs.front().emits, origin.row_elements, rows.bits);
    }
    stage_of_[static_cast<std::size_t>(index)] = added;
    if (index == plan_.source) builder_.plan().source = added;
  }

  Stream stream_of(const Buffer& buffer, int stage) const {
    return {stage, buffer.rows_per_frame, buffer.row_elements, buffer.bits};
  }

  /// One for each tensor that the stage reads from outside.
  void add_sources(int index) {
    const Stage& stage = plan_.stage(index);
    int reads = 0;
    for (const StageInput& input : stage.inputs) {
      const Buffer& buffer = plan_.buffer(input.buffer);
      if (holds(buffer.from)) continue;
      const std::string name = stage.name + ".read" + (++reads > 1 ? std::to_string(reads) : "");
      const bool is_input = plan_.stage(buffer.from).kind == StageKind::source;
      const int source =
          builder_.add_stage(name, stage.layer, StageKind::source, buffer.rows_per_frame,
                             is_input ? whole_.origin[static_cast<std::size_t>(buffer.from)] : StageOrigin{});
      builder_.stage(source).physical_layers = 0;
      builder_.output(source, emit_rows(buffer.rows_per_frame), buffer.row_elements, buffer.bits);
      if (builder_.plan().source < 0) builder_.plan().source = source;
      read_by_[input.buffer] = source;
    }
  }

  void connect_inputs(int index) {
    const int to = stage_of_[static_cast<std::size_t>(index)];
    for (const StageInput& input : plan_.stage(index).inputs) {
      const Buffer& buffer = plan_.buffer(input.buffer);
      const auto read = read_by_.find(input.buffer);
      const bool ahead = read != read_by_.end() && read->second != builder_.plan().source;
      const int from = read != read_by_.end() ? read->second : stage_of_[static_cast<std::size_t>(buffer.from)];
      const BufferRole role = read == read_by_.end() ? buffer.role
                              : ahead                ? BufferRole::transfer
                                                     : BufferRole::straight;
      const int made = builder_.connect(stream_of(buffer, from), to, {input.needs, input.releases}, role);
      builder_.plan().buffer(made).prefetch = ahead;
      buffer_of_[static_cast<std::size_t>(input.buffer)] = made;
    }
  }

  void write_output(int index) {
    const Stage& stage = plan_.stage(index);
    const int from = stage_of_[static_cast<std::size_t>(index)];
    bool read_later = false, written = false;
    for (const StageOutput& output : stage.outputs) {
      const Buffer& buffer = plan_.buffer(output.buffer);
      if (plan_.stage(buffer.to).kind == StageKind::sink) {
        written = true;
        add_sink(plan_.stage(buffer.to).name, plan_.stage(buffer.to).layer, stream_of(buffer, from));
      } else if (!is_part(buffer.to)) {
        read_later = true;
      }
    }
    if (!read_later || written) return;
    Stream stream = stream_of(plan_.buffer(stage.outputs.front().buffer), from);
    stream.row_elements = std::max(stream.row_elements, whole_.origin[static_cast<std::size_t>(index)].row_elements);
    add_sink(stage.name + ".write", stage.layer, stream);
  }

  void add_sink(const std::string& name, const std::string& layer, const Stream& stream) {
    const int sink = builder_.add_stage(name, layer, StageKind::sink, stream.rows);
    builder_.connect(stream, sink, row_window(stream.rows), BufferRole::straight);
  }

  void add_blocks() {
    for (SeBlock block : plan_.se_blocks) {
      bool whole = is_part(block.squeeze) && is_part(block.scale) && holds(plan_.buffer(block.bypass).from);
      for (const int stage : block.excite) whole = whole && is_part(stage);
      if (!whole) continue;
      block.squeeze = stage_of_[static_cast<std::size_t>(block.squeeze)];
      block.scale = stage_of_[static_cast<std::size_t>(block.scale)];
      for (int& stage : block.excite) stage = stage_of_[static_cast<std::size_t>(stage)];
      block.bypass = buffer_of_[static_cast<std::size_t>(block.bypass)];
      builder_.plan().se_blocks.push_back(std::move(block));
    }
  }

  const Lowered& whole_;
  const Plan& plan_;
  const PipelinePart part_;
  const std::vector<int> position_;
  const bool source_is_read_;
  PipelineBuilder builder_;
  std::vector<int> stage_of_, buffer_of_;  // in the part, of the whole's; -1: none
  std::map<int, int> read_by_;             // the source in place of a buffer of the whole
};

}  // namespace

std::vector<int> cuttable_stages(const Plan& plan) {
  std::vector<int> stages;
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    if (!is_end_kind(plan.stages[s].kind)) stages.push_back(static_cast<int>(s));
  return stages;
}

std::vector<Bytes> crossing_bytes(const Plan& plan) {
  const std::vector<int> position = positions(plan);
  const std::size_t count = cuttable_stages(plan).size();
  std::vector<Bytes> change(count + 1);
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    int from = position[s], last = from;
    if (plan.stages[s].kind == StageKind::source) {  // read from the host's memory once anyway
      from = static_cast<int>(count);
      for (const StageOutput& output : plan.stages[s].outputs)
        from = std::min(from, position[static_cast<std::size_t>(plan.buffer(output.buffer).to)]);
    }
    Bytes bytes = 0;
    for (const StageOutput& output : plan.stages[s].outputs) {
      const Buffer& buffer = plan.buffer(output.buffer);
      if (plan.stage(buffer.to).kind == StageKind::sink) continue;
      last = std::max(last, position[static_cast<std::size_t>(buffer.to)]);
      bytes = std::max(bytes, tensor_bytes(buffer, nullptr));
    }
    if (last <= from) continue;
    change[static_cast<std::size_t>(from + 1)] += bytes;
    change[static_cast<std::size_t>(last + 1)] -= bytes;
  }
  for (std::size_t p = 1; p <= count; ++p) change[p] += change[p - 1];
  change.resize(count);
  if (!change.empty()) change[0] = 0;
  return change;
}

Lowered cut_pipeline(const Lowered& whole, const PipelinePart& part) { return Cutter(whole, part).cut(); }

std::vector<std::string> blocks_cut_at(const Plan& plan, int position) {
  const std::vector<int> at = positions(plan);
  std::vector<std::string> layers;
  for (const SeBlock& block : plan.se_blocks) {
    const int producer = at[static_cast<std::size_t>(plan.buffer(block.bypass).from)];
    if (producer < position && position <= at[static_cast<std::size_t>(block.scale)]) layers.push_back(block.layer);
  }
  return layers;
}

}  // namespace rowflow
