#include "sim/graph/schedule_graph.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr int none = -1;
constexpr int no_buffer = -1;
constexpr int latency_arc = -2;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

int first_step_with(const std::vector<Rows>& cumulative, Rows rows) {
  return static_cast<int>(std::lower_bound(cumulative.begin(), cumulative.end(), rows) - cumulative.begin());
}

const StageOutput& output_to(const Plan& plan, int buffer) {
  for (const StageOutput& output : plan.stages[at(plan.buffers[at(buffer)].from)].outputs)
    if (output.buffer == buffer) return output;
  throw Defect("buffer " + plan.buffers[at(buffer)].name + " has no producer");
}

}  // namespace

ScheduleGraph::ScheduleGraph(const Plan& plan, const Ratio& interval)
    : plan_(plan), scale_(interval.denominator), frame_(interval.numerator), buffers_(plan.buffers.size()) {
  add_stages();
  const std::size_t nodes = cost_.size();
  for (std::size_t s = 0; s < plan.stages.size(); ++s) add_rows(static_cast<int>(s));
  row_begin_.push_back(rows_.size());
  times_.assign(nodes, 0);
  parent_.assign(nodes, none);
  parent_buffer_.assign(nodes, no_buffer);
  first_child_.assign(nodes, none);
  next_.assign(nodes, none);
  previous_.assign(nodes, none);
  queue_.resize(nodes);
  queued_.assign(nodes, 0);
}

void ScheduleGraph::add_stages() {
  for (const Stage& stage : plan_.stages) {
    base_.push_back(static_cast<int>(cost_.size()));
    for (const Cycles cost : stage.cost) {
      cost_.push_back(cost * scale_);
      stage_of_.push_back(static_cast<int>(base_.size()) - 1);
      free_steps_ |= cost == 0;
    }
  }
  for (std::size_t b = 0; b < buffers_.size(); ++b) {
    const Buffer& buffer = plan_.buffers[b];
    if (buffer.forwarding) throw Defect("a schedule graph of a plan with row forwarding");
    const StageOutput& output = output_to(plan_, static_cast<int>(b));
    BufferEnds& ends = buffers_[b];
    ends.consumer_base = base_[at(buffer.to)];
    ends.producer_base = base_[at(buffer.from)];
    ends.rows = buffer.rows_per_frame;
    ends.credit = buffer.credit_latency * scale_;
    for (Rows row = 0; row < buffer.rows_per_frame; ++row)
      ends.step_of_row.push_back(first_step_with(output.emits, row + 1));
  }
}

/// T3: arcs from the steps of `stage` to the steps that wait for the rows they emit.
void ScheduleGraph::add_rows(int index) {
  const Stage& stage = plan_.stages[at(index)];
  std::vector<std::vector<Arc>> arcs(stage.steps());
  for (const StageOutput& output : stage.outputs) {
    const Buffer& buffer = plan_.buffers[at(output.buffer)];
    const Stage& consumer = plan_.stages[at(buffer.to)];
    const auto input = std::find_if(consumer.inputs.begin(), consumer.inputs.end(),
                                    [&](const auto& i) { return i.buffer == output.buffer; });
    Rows before = 0;
    for (std::size_t i = 0; i < consumer.steps(); before = input->needs[i++]) {
      if (input->needs[i] == before) continue;
      const int step = first_step_with(output.emits, input->needs[i]);
      const Cycles length = stage.cost[at(step)] + stage.latency + buffer.transfer_latency;
      arcs[at(step)].push_back({base_[at(buffer.to)] + static_cast<int>(i), length * scale_, no_buffer});
    }
  }
  for (const auto& of_step : arcs) {
    row_begin_.push_back(rows_.size());
    rows_.insert(rows_.end(), of_step.begin(), of_step.end());
  }
}

void ScheduleGraph::start_from(const std::vector<Cycles>& frame_start) {
  for (std::size_t s = 0; s < frame_start.size(); ++s) {
    Time time = (frame_start[s] - frame_start.front()) * scale_;
    for (std::size_t i = 0; i < plan_.stages[s].steps(); ++i) {
      times_[at(base_[s]) + i] = time;
      time += cost_[at(base_[s]) + i];
    }
  }
}

bool ScheduleGraph::holds(const std::vector<Rows>& capacities) {
  conflict_.clear();
  cycle_.clear();
  latency_short_ = 0;
  start_check(capacities);
  const bool holds = settle();
  for (const int node : touched_) {
    parent_[at(node)] = first_child_[at(node)] = next_[at(node)] = previous_[at(node)] = none;
    queued_[at(node)] = 0;
  }
  touched_.clear();
  if (!holds) return false;
  if (free_steps_ && !lives(capacities)) return false;
  times_.swap(trial_);
  settled_once_ = true;
  for (BufferEnds& buffer : buffers_) buffer.held = buffer.capacity;
  return true;
}

/// Times that hold for other capacities are a start: only the waits for space that are tighter now can be broken.
void ScheduleGraph::start_check(const std::vector<Rows>& capacities) {
  trial_ = times_;
  queue_head_ = queue_size_ = 0;
  for (std::size_t b = 0; b < buffers_.size(); ++b) {
    BufferEnds& buffer = buffers_[b];
    buffer.capacity = capacities[b];
    if (!settled_once_ || buffer.capacity == unlimited_rows) continue;
    if (buffer.held != unlimited_rows && buffer.capacity >= buffer.held) continue;
    const Stage& consumer = plan_.stages[at(plan_.buffers[b].to)];
    for (std::size_t i = 0; i < consumer.steps(); ++i) enqueue(buffer.consumer_base + static_cast<int>(i));
  }
  if (settled_once_) return;
  for (std::size_t node = 0; node < cost_.size(); ++node) enqueue(static_cast<int>(node));
}

void ScheduleGraph::find_conflict(int from, int to, Time length, int buffer) {
  cycle_.push_back({from, to, buffer});
  for (int node = from; node != to; node = parent_[at(node)])
    cycle_.push_back({parent_[at(node)], node, parent_buffer_[at(node)]});
  for (const Wait& wait : cycle_)
    if (wait.buffer >= 0) conflict_.push_back(wait.buffer);
  const auto of_latency = [](const Wait& wait) { return wait.buffer == latency_arc; };
  if (std::any_of(cycle_.begin(), cycle_.end(), of_latency)) {
    // Arcs of the tree are tight: their lengths are differences of times. All arcs of the latency end in one node: a
    // cycle has but one.
    latency_short_ = ceil_div(trial_[at(from)] - trial_[at(to)] + length, scale_);
    cycle_.clear();
  }
  sort_conflict();
}

void ScheduleGraph::bound_latency(Cycles most) {
  latency_ = most * scale_;
  settled_once_ = false;
  std::fill(times_.begin(), times_.end(), 0);
}

std::vector<Rows> ScheduleGraph::occupied() const {
  std::vector<Rows> capacities(buffers_.size());
  for (std::size_t b = 0; b < buffers_.size(); ++b) {
    const BufferEnds& buffer = buffers_[b];
    const Stage& consumer = plan_.stages[at(plan_.buffers[b].to)];
    const StageInput& input = *std::find_if(consumer.inputs.begin(), consumer.inputs.end(),
                                            [&](const auto& i) { return i.buffer == static_cast<int>(b); });
    Rows next = 0;  // the first row whose step starts no earlier than the row looked at is freed
    for (Rows row = 0; row < buffer.rows; ++row) {
      const int freeing = buffer.consumer_base + first_step_with(input.releases, row + 1);
      const Time freed = times_[at(freeing)] + cost_[at(freeing)] + buffer.credit;
      const auto start = [&](Rows r) {
        const auto step = buffer.step_of_row[static_cast<std::size_t>(r % buffer.rows)];
        return times_[at(buffer.producer_base + step)] + r / buffer.rows * frame_;
      };
      for (next = std::max(next, row + 1); start(next) < freed;) ++next;
      capacities[b] = std::max(capacities[b], next - row);
    }
  }
  return capacities;
}

void ScheduleGraph::sort_conflict() {
  std::sort(conflict_.begin(), conflict_.end());
  conflict_.erase(std::unique(conflict_.begin(), conflict_.end()), conflict_.end());
}

/// T12: a cycle of waits without any cost is no long cycle, but a deadlock.
bool ScheduleGraph::lives(const std::vector<Rows>& capacities) {
  if (untimed_.stages.empty()) untimed_ = plan_;
  for (std::size_t b = 0; b < capacities.size(); ++b) untimed_.buffers[b].capacity_rows = capacities[b];
  const UntimedOutcome outcome = execute_untimed(untimed_);
  for (const UntimedWait& wait : outcome.cycle)
    if (wait.for_space) conflict_.push_back(wait.buffer);
  sort_conflict();
  return outcome.completed;
}

}  // namespace rowflow
