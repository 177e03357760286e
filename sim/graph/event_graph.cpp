#include "sim/graph/event_graph.hpp"

#include <algorithm>
#include <limits>

#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t most_index = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t most_events_back = std::int64_t{1} << 24;  // an evaluation holds some twice as many

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

/// The step of each row of a frame that brings a cumulative table beyond it.
std::vector<std::int32_t> step_of_row(const std::vector<Rows>& cumulative, std::int32_t base) {
  std::vector<std::int32_t> steps;
  for (std::size_t i = 0; i < cumulative.size(); ++i)
    steps.resize(at(cumulative[i]), base + static_cast<std::int32_t>(i));
  return steps;
}

/// One frame, executed greedily and without time; what runs when is remembered.
class Order {
 public:
  explicit Order(const Plan& plan)
      : plan_(plan),
        step_(plan.stages.size()),
        queued_(plan.stages.size()),
        emitted_(plan.buffers.size()),
        released_(plan.buffers.size()) {}

  /// False in a deadlock.
  bool find(const std::vector<std::int32_t>& base, std::vector<EventRun>& runs) {
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) enqueue(static_cast<int>(s));
    for (std::size_t next = 0; next < queue_.size(); ++next) {
      const int stage = queue_[next];
      queued_[at(stage)] = 0;
      const std::size_t first = step_[at(stage)], count = advance(stage);
      if (count == 0) continue;
      runs.push_back({stage, base[at(stage)] + static_cast<std::int32_t>(first), static_cast<std::int32_t>(count)});
      if (step_[at(stage)] == plan_.stages[at(stage)].steps()) ++finished_;
      for (const StageInput& input : plan_.stages[at(stage)].inputs) enqueue(plan_.buffers[at(input.buffer)].from);
      for (const StageOutput& output : plan_.stages[at(stage)].outputs) enqueue(plan_.buffers[at(output.buffer)].to);
    }
    return finished_ == plan_.stages.size();
  }

 private:
  void enqueue(int stage) {
    if (queued_[at(stage)] != 0 || step_[at(stage)] == plan_.stages[at(stage)].steps()) return;
    queued_[at(stage)] = 1;
    queue_.push_back(stage);
  }

  /// Steps that could run.
  std::size_t advance(int index) {
    const Stage& stage = plan_.stages[at(index)];
    std::size_t& i = step_[at(index)];
    const std::size_t first = i;
    for (; i < stage.steps() && can_run(stage, i); ++i) {
      for (const StageInput& input : stage.inputs) released_[at(input.buffer)] = input.releases[i];
      for (const StageOutput& output : stage.outputs) emitted_[at(output.buffer)] = output.emits[i];
    }
    return i - first;
  }

  bool can_run(const Stage& stage, std::size_t i) const {
    for (const StageInput& input : stage.inputs)
      if (emitted_[at(input.buffer)] < input.needs[i]) return false;
    for (const StageOutput& output : stage.outputs) {
      const Buffer& buffer = plan_.buffers[at(output.buffer)];
      if (buffer.capacity_rows == unlimited_rows || output.emits[i] == emitted_[at(output.buffer)]) continue;
      const Rows held = buffer.forwarding ? buffer.forwarding->held_rows : 0;
      if (output.emits[i] - released_[at(output.buffer)] > buffer.capacity_rows + held) return false;
    }
    return true;
  }

  const Plan& plan_;
  std::vector<std::size_t> step_;
  std::vector<char> queued_;
  std::vector<int> queue_;
  std::vector<Rows> emitted_, released_;
  std::size_t finished_ = 0;
};

}  // namespace

EventGraph::EventGraph(const Plan& plan) : plan_(plan), forwarded_(is_forwarded(plan)) {
  number_steps();
  if (usable_) deadlocks_ = !Order(plan_).find(base_, runs_);
  usable_ = usable_ && !deadlocks_;
  if (usable_) add_arcs();
}

void EventGraph::number_steps() {
  std::int64_t steps = 0;
  for (const Stage& stage : plan_.stages) {
    base_.push_back(static_cast<std::int32_t>(steps));
    steps += static_cast<std::int64_t>(stage.steps());
    cost_.insert(cost_.end(), stage.cost.begin(), stage.cost.end());
    usable_ = usable_ && 2 * steps < most_index;
  }
  base_.push_back(static_cast<std::int32_t>(steps));
  writes_.resize(plan_.buffers.size());
  frees_.resize(plan_.buffers.size());
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
    for (const StageOutput& output : plan_.stages[s].outputs)
      writes_[at(output.buffer)] = step_of_row(output.emits, base_[s]);
    for (const StageInput& input : plan_.stages[s].inputs)
      frees_[at(input.buffer)] = step_of_row(input.releases, base_[s]);
  }
}

void EventGraph::add_arcs() {
  std::size_t ports = 0;
  for (const Stage& stage : plan_.stages) ports += stage.steps() * (stage.inputs.size() + stage.outputs.size());
  arcs_.reserve(at(kinds() / 2) * ports);
  ports_.reserve(at(kinds() / 2) * ports);
  bounds_.reserve(at(kinds()) * at(steps()) + 1);
  bounds_.push_back(0);
  for (const EventRun& run : runs_) {
    const auto stage = at(run.stage);
    for (std::int32_t i = 0; i < run.count && usable_; ++i) add_step(stage, at(run.first + i - base_[stage]));
  }
}

void EventGraph::add_step(std::size_t index, std::size_t step) {
  const Stage& stage = plan_.stages[index];
  const auto inputs = static_cast<std::uint16_t>(stage.inputs.size());
  for (const bool at_end : {false, true}) {
    if (at_end && !forwarded_) break;
    for (std::uint16_t p = 0; p < inputs; ++p) add_input(stage.inputs[p], step, p, stage.cost[step], at_end);
    bounds_.push_back(static_cast<std::uint32_t>(arcs_.size()));
    for (std::size_t p = 0; p < stage.outputs.size(); ++p)
      add_output(stage.outputs[p], step, static_cast<std::uint16_t>(inputs + p), at_end);
    bounds_.push_back(static_cast<std::uint32_t>(arcs_.size()));
  }
}

/// T3, and T16's row "data". Rows that an earlier step needed already are there.
void EventGraph::add_input(const StageInput& input, std::size_t step, std::uint16_t port, Cycles cost, bool at_end) {
  if (input.needs[step] == (step > 0 ? input.needs[step - 1] : 0)) return;
  const Buffer& buffer = plan_.buffers[at(input.buffer)];
  const Cycles latency = plan_.stages[at(buffer.from)].latency + buffer.transfer_latency;
  const std::int32_t writing = writes_[at(input.buffer)][at(input.needs[step] - 1)];
  const bool beats = buffer.forwarding && !buffer.forwarding->whole;
  if (at_end) {
    if (beats) add_arc(end_event(writing), 0, latency + (cost > 0 ? buffer.forwarding->tail : 0), port);
  } else if (beats) {
    add_arc(start_event(writing), 0,
            buffer.forwarding->first + latency + buffer.forwarding->lead - buffer.forwarding->setup, port);
  } else {
    add_arc(end_event(writing), 0, latency, port);
  }
}

/// T4, and T16's row "space". Of several rows that a step frees, the first goes early.
void EventGraph::add_output(const StageOutput& output, std::size_t step, std::uint16_t port, bool at_end) {
  const Buffer& buffer = plan_.buffers[at(output.buffer)];
  if (buffer.capacity_rows == unlimited_rows || output.emits[step] == (step > 0 ? output.emits[step - 1] : 0)) return;
  if (at_end && !buffer.forwarding) return;
  const Rows reach = buffer.capacity_rows + (buffer.forwarding ? buffer.forwarding->held_rows : 0);
  const Rows row = output.emits[step] - 1 - reach;
  const Rows back = row >= 0 ? 0 : (-row + buffer.rows_per_frame - 1) / buffer.rows_per_frame;
  const auto& freeing = frees_[at(output.buffer)];
  const auto in_frame = at(row + back * buffer.rows_per_frame);
  const std::int32_t step_of = freeing[in_frame];
  if (!buffer.forwarding) return add_arc(end_event(step_of), back, buffer.credit_latency, port);
  const Forwarding& beats = *buffer.forwarding;
  if (at_end) return add_arc(end_event(step_of), back, buffer.credit_latency + beats.last_free, port);
  const bool first = in_frame == 0 || freeing[in_frame - 1] != step_of;
  if (first)
    return add_arc(start_event(step_of), back, beats.first_free + buffer.credit_latency - beats.head_start, port);
  add_arc(end_event(step_of), back, buffer.credit_latency - beats.head_start, port);
}

void EventGraph::add_arc(std::int32_t event, std::int64_t back, Cycles cycles, std::uint16_t port) {
  const std::int64_t index = event - back * events();
  usable_ = usable_ && index > -most_events_back && cycles < most_index && cycles > -most_index &&
            arcs_.size() < static_cast<std::size_t>(most_index);
  arcs_.push_back({static_cast<std::int32_t>(index), static_cast<std::int32_t>(cycles)});
  ports_.push_back(port);
  frames_back_ = std::max(frames_back_, static_cast<int>(std::min<std::int64_t>(back, most_index)));
}

}  // namespace rowflow
