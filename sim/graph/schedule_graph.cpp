#include "sim/graph/schedule_graph.hpp"

#include <algorithm>
#include <limits>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr int latency_arc = -2;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

int first_step_with(const std::vector<Rows>& cumulative, Rows rows) {
  return static_cast<int>(std::lower_bound(cumulative.begin(), cumulative.end(), rows) - cumulative.begin());
}

const StageInput& input_of(const Stage& consumer, int buffer) {
  return *std::find_if(consumer.inputs.begin(), consumer.inputs.end(),
                       [&](const StageInput& input) { return input.buffer == buffer; });
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
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    add_rows(static_cast<int>(s));
    add_slots(static_cast<int>(s));
  }
  const std::size_t nodes = nodes_.size();
  nodes_.push_back({0, 0, static_cast<int>(rows_.size()), static_cast<int>(slots_.size()), false, false});
  times_.assign(nodes, 0);
  places_.assign(nodes, {});
  queue_.resize(nodes);
}

void ScheduleGraph::add_stages() {
  for (const Stage& stage : plan_.stages) {
    const auto base = static_cast<int>(nodes_.size());
    base_.push_back(base);
    for (const Cycles cost : stage.cost) {
      nodes_.push_back({cost * scale_, static_cast<int>(nodes_.size()) + 1, 0, 0, false, false});
      stage_of_.push_back(static_cast<int>(base_.size()) - 1);
      free_steps_ |= cost == 0;
    }
    nodes_.back().next = base;
    nodes_.back().last = true;
    nodes_.back().ends_frame = stage.outputs.empty();
  }
  for (std::size_t b = 0; b < buffers_.size(); ++b) {
    const Buffer& buffer = plan_.buffers[b];
    if (buffer.forwarding) throw Defect("a schedule graph of a plan with row forwarding");
    const StageOutput& output = output_to(plan_, static_cast<int>(b));
    BufferEnds& ends = buffers_[b];
    ends.rows = buffer.rows_per_frame;
    ends.credit = buffer.credit_latency * scale_;
    ends.node_of_row.reserve(static_cast<std::size_t>(buffer.rows_per_frame));
    const int producer = base_[at(buffer.from)];
    for (int step = 0; static_cast<Rows>(ends.node_of_row.size()) < buffer.rows_per_frame; ++step)
      while (static_cast<Rows>(ends.node_of_row.size()) < output.emits[at(step)])
        ends.node_of_row.push_back(producer + step);
  }
}

/// T3: arcs from the steps of `stage` to the steps that wait for the rows they emit, ordered by step.
void ScheduleGraph::add_rows(int index) {
  const Stage& stage = plan_.stages[at(index)];
  const std::size_t begin = rows_.size();
  std::vector<std::pair<int, Arc>> arcs;
  for (const StageOutput& output : stage.outputs) {
    const Buffer& buffer = plan_.buffers[at(output.buffer)];
    const Stage& consumer = plan_.stages[at(buffer.to)];
    const StageInput& input = input_of(consumer, output.buffer);
    Rows before = 0;
    int step = 0;
    for (std::size_t i = 0; i < consumer.steps(); before = input.needs[i++]) {
      if (input.needs[i] == before) continue;
      while (output.emits[at(step)] < input.needs[i]) ++step;
      const Cycles length = stage.cost[at(step)] + stage.latency + buffer.transfer_latency;
      arcs.push_back({step, {length * scale_, base_[at(buffer.to)] + static_cast<int>(i)}});
    }
  }
  std::vector<std::size_t> next(stage.steps() + 1);
  for (const auto& [step, arc] : arcs) ++next[at(step) + 1];
  for (std::size_t i = 0; i < stage.steps(); ++i) {
    next[i + 1] += next[i];
    nodes_[at(base_[at(index)]) + i].row_arcs = static_cast<int>(begin + next[i]);
  }
  rows_.resize(begin + arcs.size());
  for (const auto& [step, arc] : arcs) rows_[begin + next[at(step)]++] = arc;
}

/// T4: the slot of the first row that a step frees is waited for by the step that emits the row a capacity later; those
/// of its other rows by steps that follow that one anyway.
void ScheduleGraph::add_slots(int index) {
  const Stage& stage = plan_.stages[at(index)];
  for (std::size_t i = 0; i < stage.steps(); ++i) {
    nodes_[at(base_[at(index)]) + i].slots = static_cast<int>(slots_.size());
    for (const StageInput& input : stage.inputs) {
      const Rows row = i > 0 ? input.releases[i - 1] : 0;
      if (row < input.releases[i]) slots_.push_back({input.buffer, static_cast<int>(row)});
    }
  }
}

void ScheduleGraph::raise_interval(const Ratio& interval) {
  const auto rescaled = [&](Time time) { return time / scale_ * interval.denominator; };
  for (Node& node : nodes_) node.cost = rescaled(node.cost);
  for (Arc& arc : rows_) arc.length = rescaled(arc.length);
  for (BufferEnds& ends : buffers_) ends.credit = rescaled(ends.credit);
  if (latency_) latency_ = rescaled(*latency_);
  for (Time& time : times_) time = rescaled(time);
  scale_ = interval.denominator;
  frame_ = interval.numerator;
  least_latency_ = unknown;
  settled_once_ = false;
}

void ScheduleGraph::start_from(const std::vector<Cycles>& frame_start) {
  std::vector<Cycles> step_starts;
  for (std::size_t s = 0; s < frame_start.size(); ++s) {
    Cycles time = frame_start[s];
    for (const Cycles cost : plan_.stages[s].cost) {
      step_starts.push_back(time);
      time += cost;
    }
  }
  start_at(step_starts);
}

void ScheduleGraph::start_at(const std::vector<Cycles>& step_starts) {
  for (std::size_t n = 0; n < times_.size(); ++n) times_[n] = (step_starts[n] - step_starts.front()) * scale_;
}

bool ScheduleGraph::holds(const std::vector<Rows>& capacities) {
  return ask(capacities, std::numeric_limits<std::int64_t>::max()) == Answer::holds;
}

ScheduleGraph::Answer ScheduleGraph::ask(const std::vector<Rows>& capacities, std::int64_t most_looks) {
  conflict_.clear();
  cycle_.clear();
  start_check(capacities);
  const Answer answer = settle(most_looks);
  forget_tree();
  if (answer != Answer::holds) {
    if (!settled_once_) times_.swap(trial_);  // a start as good as any
    return answer;
  }
  if (free_steps_ && !lives(capacities)) return Answer::fails;
  times_.swap(trial_);
  least_latency_ = unknown;
  settled_once_ = true;
  for (BufferEnds& buffer : buffers_) buffer.held = buffer.capacity;
  return Answer::holds;
}

void ScheduleGraph::forget_tree() {
  for (const int node : touched_) places_[at(node)] = {};
  touched_.clear();
}

/// Times that hold for other capacities are a start: only the waits for space that are tighter now can be broken.
void ScheduleGraph::start_check(const std::vector<Rows>& capacities) {
  trial_ = times_;
  queue_head_ = queue_size_ = 0;
  for (std::size_t b = 0; b < buffers_.size(); ++b) {
    BufferEnds& buffer = buffers_[b];
    buffer.capacity = capacities[b];
    buffer.rest = buffer.capacity % buffer.rows;
    buffer.delay = buffer.credit - buffer.capacity / buffer.rows * frame_;
    if (!settled_once_ || buffer.capacity == unlimited_rows) continue;
    if (buffer.held != unlimited_rows && buffer.capacity >= buffer.held) continue;
    const int consumer = plan_.buffers[b].to;
    for (std::size_t i = 0; i < plan_.stages[at(consumer)].steps(); ++i)
      enqueue(base_[at(consumer)] + static_cast<int>(i));
  }
  if (settled_once_) return;
  for (std::size_t node = 0; node < places_.size(); ++node) enqueue(static_cast<int>(node));
}

void ScheduleGraph::find_conflict(int from, int to, int buffer) {
  cycle_.push_back({from, to, buffer});
  for (int node = from; node != to; node = places_[at(node)].parent)
    cycle_.push_back({places_[at(node)].parent, node, places_[at(node)].buffer});
  for (const Wait& wait : cycle_)
    if (wait.buffer >= 0) conflict_.push_back(wait.buffer);
  const auto of_latency = [](const Wait& wait) { return wait.buffer == latency_arc; };
  if (std::any_of(cycle_.begin(), cycle_.end(), of_latency)) cycle_.clear();  // no cycle of the pipeline's
  sort_conflict();
}

Cycles ScheduleGraph::least_latency() {
  constexpr Time unreached = std::numeric_limits<Time>::min() / 4;
  trial_.assign(places_.size(), unreached);
  const int source = base_[at(plan_.source)];
  trial_[at(source)] = 0;
  queue_head_ = queue_size_ = 0;
  enqueue(source);
  if (settle(std::numeric_limits<std::int64_t>::max()) != Answer::holds) throw Defect("an interval held and does not");
  forget_tree();
  Time longest = 0, later = 0;
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
    if (!plan_.stages[s].outputs.empty()) continue;
    const std::size_t last = at(base_[s]) + plan_.stages[s].steps() - 1;
    if (trial_[last] > unreached) longest = std::max(longest, trial_[last] + nodes_[last].cost);
  }
  // The paths' lengths are times that hold, too; what no path reaches goes before all that it leads to.
  for (std::size_t n = 0; n < places_.size(); ++n)
    if (trial_[n] > unreached) later = std::max(later, times_[n] - trial_[n]);
  for (std::size_t n = 0; n < places_.size(); ++n) times_[n] = trial_[n] > unreached ? trial_[n] : times_[n] - later;
  least_latency_ = longest;
  return ceil_div(longest, scale_);
}

void ScheduleGraph::bound_latency(Cycles most) {
  latency_ = most * scale_;
  if (settled_once_ && least_latency_ <= *latency_) return;  // times_ hold with it
  settled_once_ = false;
  std::fill(times_.begin(), times_.end(), 0);
}

std::vector<Rows> ScheduleGraph::occupied() const {
  std::vector<Rows> capacities(buffers_.size());
  for (std::size_t b = 0; b < buffers_.size(); ++b) {
    const BufferEnds& buffer = buffers_[b];
    const Stage& consumer = plan_.stages[at(plan_.buffers[b].to)];
    const StageInput& input = input_of(consumer, static_cast<int>(b));
    const int first = base_[at(plan_.buffers[b].to)];
    Rows next = 0;  // the first row whose step starts no earlier than the row looked at is freed
    for (Rows row = 0; row < buffer.rows; ++row) {
      const int freeing = first + first_step_with(input.releases, row + 1);
      const Time freed = times_[at(freeing)] + nodes_[at(freeing)].cost + buffer.credit;
      const auto start = [&](Rows r) {
        return times_[at(buffer.node_of_row[static_cast<std::size_t>(r % buffer.rows)])] + r / buffer.rows * frame_;
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
