#include "sim/plan/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"

namespace rowflow {

std::string_view to_string(BufferRole role) {
  switch (role) {
    case BufferRole::straight:
      return "straight";
    case BufferRole::se_bypass:
      return "se_bypass";
    case BufferRole::vector:
      return "vector";
    case BufferRole::skip:
      return "skip";
    case BufferRole::transfer:
      return "transfer";
  }
  return "unknown";
}

namespace {
template <typename Items>
int find_named(const Items& items, std::string_view name) {
  for (std::size_t i = 0; i < items.size(); ++i)
    if (items[i].name == name) return static_cast<int>(i);
  return -1;
}
}  // namespace

int find_stage(const Plan& plan, std::string_view name) { return find_named(plan.stages, name); }
int find_buffer(const Plan& plan, std::string_view name) { return find_named(plan.buffers, name); }

void add_use(ClusterUse& sum, const ClusterUse& use, int sign) {
  sum.subclusters += sign * use.subclusters;
  sum.controllers += sign * use.controllers;
  sum.activation_units += sign * use.activation_units;
  sum.input_aligners += sign * use.input_aligners;
  sum.weight_cuts += sign * use.weight_cuts;
  sum.buffer_cuts += sign * use.buffer_cuts;
}

ClusterUse chip_use(const Mapping& mapping) {
  ClusterUse sum;
  for (const ClusterUse& use : mapping.clusters) add_use(sum, use);
  return sum;
}

std::vector<int> bypass_buffers(const Plan& plan, const SeBlock& block) {
  if (block.bypass < 0) return {};
  const Buffer& bypass = plan.buffer(block.bypass);
  const Stage &from = plan.stage(bypass.from), &to = plan.stage(bypass.to);
  if (from.kind != StageKind::store || to.kind != StageKind::load) return {block.bypass};
  return {from.inputs[0].buffer, block.bypass, to.outputs[0].buffer};
}

Cycles stage_interval(const Stage& stage) {
  Cycles sum = 0;
  for (const Cycles cost : stage.cost) sum += cost;
  return sum;
}

int least_contexts(const std::vector<ResourceUse>& resources) {
  std::int64_t contexts = 1;
  for (const ResourceUse& use : resources) {
    const bool of_buffers = use.name == "l3_cuts" || use.name == "l4_cuts" || use.name == "memory_bytes" ||
                            use.name == "buffer_budget_bytes";
    if (use.demand <= use.limit || use.scope != "chip" || use.name == "clusters" || of_buffers) continue;
    contexts = std::max(contexts, ceil_div(use.demand, std::max<std::int64_t>(1, use.limit)));
  }
  return static_cast<int>(contexts);
}

FitVerdict verdict(const Fit& fit) {
  if (fit.fits) return FitVerdict::fits;
  return fit.impossible.empty() ? FitVerdict::not_found : FitVerdict::impossible;
}

Bytes total_buffer_bytes(const Plan& plan) {
  Bytes sum = 0;
  for (const Buffer& buffer : plan.buffers) sum += checked_multiply(buffer.capacity_rows, buffer.row_bytes);
  return sum;
}

Bytes on_chip_buffer_bytes(const Plan& plan) {
  Bytes bytes = 0;
  for (const Buffer& buffer : plan.buffers)
    if (buffer.level != MemoryLevel::host) bytes += checked_multiply(buffer.capacity_rows, buffer.row_bytes);
  return bytes;
}

SourcePacing even_pacing(Cycles frame_period, Rows rows) {
  return {frame_period, frame_period / rows, frame_period % rows};
}

namespace {

template <typename... Args>
void require(bool condition, fmt::format_string<Args...> format, Args&&... args) {
  if (!condition) throw Defect("plan: " + fmt::format(format, std::forward<Args>(args)...));
}

/// Names are unique. Every simulation checks its plan, so this is in a sweep's way: no copies of the names.
template <typename Items>
void check_names(const Items& items, const char* what) {
  std::unordered_set<std::string_view> names(2 * items.size());
  for (const auto& item : items)
    require(!item.name.empty() && names.insert(item.name).second, "{} name `{}` is empty or taken", what, item.name);
}

/// T1: one figure a step, from ≥ 0, never decreasing, ending at the rows per frame.
void check_cumulative(const Stage& stage, const char* what, const Buffer& buffer, const std::vector<Rows>& rows) {
  require(rows.size() == stage.steps(), "stage {}: {} of {} has {} steps, the stage {}", stage.name, what, buffer.name,
          rows.size(), stage.steps());
  Rows previous = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    require(rows[i] >= previous, "stage {}: {} of {} decreases at step {}", stage.name, what, buffer.name, i);
    previous = rows[i];
  }
  require(previous == buffer.rows_per_frame, "stage {}: {} of {} ends at {} of {} rows", stage.name, what, buffer.name,
          previous, buffer.rows_per_frame);
}

const Buffer& buffer_of(const Plan& plan, const Stage& stage, int index) {
  require(index >= 0 && index < static_cast<int>(plan.buffers.size()), "stage {}: buffer index {} out of range",
          stage.name, index);
  return plan.buffers[index];
}

struct Ports {
  std::vector<int> producers, consumers;  ///< of each buffer
};

void check_input(const Plan& plan, int index, const StageInput& input, Ports& ports) {
  const Stage& stage = plan.stages[index];
  const Buffer& buffer = buffer_of(plan, stage, input.buffer);
  check_cumulative(stage, "needs", buffer, input.needs);
  check_cumulative(stage, "releases", buffer, input.releases);
  for (std::size_t i = 0; i < input.needs.size(); ++i)
    require(input.releases[i] <= input.needs[i], "stage {}: step {} releases rows of {} that it never needed",
            stage.name, i, buffer.name);
  require(buffer.to == index, "buffer {} does not name its consumer {}", buffer.name, stage.name);
  ++ports.consumers[input.buffer];
}

void check_output(const Plan& plan, int index, const StageOutput& output, Ports& ports) {
  const Stage& stage = plan.stages[index];
  const Buffer& buffer = buffer_of(plan, stage, output.buffer);
  check_cumulative(stage, "emits", buffer, output.emits);
  const std::size_t n = stage.steps();
  require(output.emits[n - 1] > (n > 1 ? output.emits[n - 2] : 0) || (n > 1 && stage.cost[n - 1] == 0),
          "stage {}: the last step has a cost and emits no row of {}", stage.name, buffer.name);
  require(buffer.from == index, "buffer {} does not name its producer {}", buffer.name, stage.name);
  ++ports.producers[output.buffer];
}

void check_stage(const Plan& plan, int index, Ports& ports) {
  const Stage& stage = plan.stages[index];
  require(stage.steps() > 0, "stage {} has no steps", stage.name);
  require(stage.latency >= 0, "stage {} has a negative latency", stage.name);
  for (const Cycles cost : stage.cost) require(cost >= 0, "stage {} has a negative cost", stage.name);
  require(stage.kind == StageKind::source || index != plan.source, "stage {} of kind {} is the plan's source",
          stage.name, to_string(stage.kind));
  require(stage.inputs.empty() == (stage.kind == StageKind::source), "stage {} of kind {} has {} inputs", stage.name,
          to_string(stage.kind), stage.inputs.size());
  require(stage.outputs.empty() == (stage.kind == StageKind::sink), "stage {} of kind {} has {} outputs", stage.name,
          to_string(stage.kind), stage.outputs.size());
  for (const StageInput& input : stage.inputs) check_input(plan, index, input, ports);
  for (const StageOutput& output : stage.outputs) check_output(plan, index, output, ports);
}

/// T16. `last_free` alone may be negative: with registers between, the producer may end before the freeing step does.
void check_forwarding(const Buffer& buffer, const Forwarding& f) {
  const bool negative =
      f.first < 0 || f.lead < 0 || f.setup < 0 || f.tail < 0 || f.first_free < 0 || f.head_start < 0 || f.held_rows < 0;
  require(!negative, "buffer {}: a negative figure of row forwarding", buffer.name);
}

void check_buffer(const Plan& plan, int index, const Ports& ports) {
  const Buffer& buffer = plan.buffers[index];
  require(ports.producers[index] == 1 && ports.consumers[index] == 1, "buffer {} has {} producers and {} consumers",
          buffer.name, ports.producers[index], ports.consumers[index]);
  require(buffer.from < buffer.to, "buffer {} runs against the topological order of the stages", buffer.name);
  require(buffer.capacity_rows >= 0 && buffer.rows_per_frame > 0, "buffer {}: capacity {}, rows per frame {}",
          buffer.name, buffer.capacity_rows, buffer.rows_per_frame);
  require(buffer.bits > 0 && buffer.row_elements > 0, "buffer {}: rows of {} elements of {} bits", buffer.name,
          buffer.row_elements, buffer.bits);
  require(buffer.row_bytes == ceil_div(checked_multiply(buffer.row_elements, buffer.bits), 8),
          "buffer {}: row_bytes is {}", buffer.name, buffer.row_bytes);
  require(buffer.transfer_latency >= 0 && buffer.credit_latency >= 0, "buffer {} has a negative latency", buffer.name);
  if (buffer.forwarding) check_forwarding(buffer, *buffer.forwarding);
}

/// T6: a frame must not be due before the rows of the one before it.
void check_pacing(const Plan& plan) {
  const SourcePacing& pacing = plan.pacing;
  const auto rows = static_cast<Rows>(plan.stages[plan.source].steps());
  require(pacing.frame_period >= 0 && pacing.row_interval >= 0 && pacing.row_remainder >= 0, "negative pacing");
  const Cycles spread = checked_multiply(rows, pacing.row_interval) + pacing.row_remainder;
  require(pacing.frame_period == 0 ? pacing.row_remainder == 0 : pacing.frame_period >= spread,
          "frame period {} is shorter than its rows' {}", pacing.frame_period, spread);
}

}  // namespace

/// What the rest of the program may take for granted about a plan.
void check_plan(const Plan& plan) {
  require(plan.source >= 0 && plan.source < static_cast<int>(plan.stages.size()), "source index {} out of range",
          plan.source);
  Ports ports{std::vector<int>(plan.buffers.size()), std::vector<int>(plan.buffers.size())};
  check_names(plan.stages, "stage");
  check_names(plan.buffers, "buffer");
  for (std::size_t i = 0; i < plan.stages.size(); ++i) check_stage(plan, static_cast<int>(i), ports);
  for (std::size_t i = 0; i < plan.buffers.size(); ++i) check_buffer(plan, static_cast<int>(i), ports);
  check_pacing(plan);
}

}  // namespace rowflow
