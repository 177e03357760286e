#include "sim/plan/untimed.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace rowflow {

std::int64_t steps_of(const Plan& plan) {
  std::int64_t steps = 0;
  for (const Stage& stage : plan.stages) steps += static_cast<std::int64_t>(stage.steps());
  return steps;
}

bool is_forwarded(const Plan& plan) {
  return std::any_of(plan.buffers.begin(), plan.buffers.end(),
                     [](const Buffer& buffer) { return buffer.forwarding.has_value(); });
}

std::vector<Rows> capacities_of(const Plan& plan) {
  std::vector<Rows> capacities;
  for (const Buffer& buffer : plan.buffers) capacities.push_back(buffer.capacity_rows);
  return capacities;
}

namespace {

/// One frame, executed greedily: the set of steps that can run does not depend on the order in which they do.
class UntimedFrame {
 public:
  UntimedFrame(const Plan& plan, std::vector<Rows> capacities)
      : plan_(plan),
        capacities_(std::move(capacities)),
        step_(plan.stages.size()),
        queued_(plan.stages.size()),
        emitted_(plan.buffers.size()),
        released_(plan.buffers.size()) {
    for (std::size_t i = 0; i < plan.stages.size(); ++i) enqueue(static_cast<int>(i));
  }

  /// Runs until nothing can; true when the frame is complete.
  bool run() {
    while (!queue_.empty()) {
      const int stage = queue_.back();
      queue_.pop_back();
      queued_[stage] = 0;
      run_stage(stage);
    }
    return finished_ == plan_.stages.size();
  }

  /// The first unmet condition of an unfinished stage: inputs in order, then outputs.
  UntimedWait wait_of(int index) const {
    const Stage& stage = plan_.stages[index];
    const std::size_t i = step_[index];
    for (const StageInput& input : stage.inputs)
      if (emitted_[input.buffer] < input.needs[i]) return {index, false, input.buffer, 0};
    for (const StageOutput& output : stage.outputs)
      if (!has_space(output, i))
        return {index, true, output.buffer, output.emits[i] - released_[output.buffer] - held(output.buffer)};
    throw Defect("untimed execution: stage " + stage.name + " waits for nothing");
  }

  /// Follows waits from the first unfinished stage until a stage repeats.
  std::vector<UntimedWait> cycle() const {
    int stage = 0;
    while (finished(stage)) ++stage;
    std::vector<UntimedWait> path;
    std::vector<int> position(plan_.stages.size(), -1);
    while (position[stage] < 0) {
      position[stage] = static_cast<int>(path.size());
      path.push_back(wait_of(stage));
      const Buffer& buffer = plan_.buffers[path.back().buffer];
      stage = path.back().for_space ? buffer.to : buffer.from;
    }
    path.erase(path.begin(), path.begin() + position[stage]);
    return path;
  }

  /// Raising a capacity never undoes a step, so execution continues from where it was stuck.
  void raise(int buffer, Rows capacity) {
    capacities_[buffer] = capacity;
    enqueue(plan_.buffers[buffer].from);
  }

  const std::vector<Rows>& capacities() const { return capacities_; }

 private:
  bool finished(int stage) const { return step_[stage] == plan_.stages[stage].steps(); }

  void enqueue(int stage) {
    if (queued_[stage] || finished(stage)) return;
    queued_[stage] = 1;
    queue_.push_back(stage);
  }

  bool has_space(const StageOutput& output, std::size_t i) const {
    const Rows capacity = capacities_[output.buffer];
    return capacity == unlimited_rows || output.emits[i] == emitted_[output.buffer] ||
           output.emits[i] - released_[output.buffer] <= capacity + held(output.buffer);
  }

  /// Rows in the registers between the two (T16).
  Rows held(int buffer) const {
    return plan_.buffers[buffer].forwarding ? plan_.buffers[buffer].forwarding->held_rows : 0;
  }

  bool can_run(const Stage& stage, std::size_t i) const {
    for (const StageInput& input : stage.inputs)
      if (emitted_[input.buffer] < input.needs[i]) return false;
    for (const StageOutput& output : stage.outputs)
      if (!has_space(output, i)) return false;
    return true;
  }

  void run_stage(int index) {
    const Stage& stage = plan_.stages[index];
    std::size_t i = step_[index];
    const std::size_t first = i;
    for (; i < stage.steps() && can_run(stage, i); ++i) {
      for (const StageInput& input : stage.inputs) released_[input.buffer] = input.releases[i];
      for (const StageOutput& output : stage.outputs) emitted_[output.buffer] = output.emits[i];
    }
    if (i == first) return;
    step_[index] = i;
    if (i == stage.steps()) ++finished_;
    for (const StageInput& input : stage.inputs) enqueue(plan_.buffers[input.buffer].from);
    for (const StageOutput& output : stage.outputs) enqueue(plan_.buffers[output.buffer].to);
  }

  const Plan& plan_;
  std::vector<Rows> capacities_;
  std::vector<std::size_t> step_;
  std::vector<char> queued_;
  std::vector<int> queue_;
  std::vector<Rows> emitted_, released_;  ///< rows of the frame so far, by buffer
  std::size_t finished_ = 0;
};

/// Of the space waits in a cycle, the one whose growth takes the fewest bytes; the first in plan order among equals.
const UntimedWait& cheapest_raise(const Plan& plan, const std::vector<UntimedWait>& cycle,
                                  const std::vector<Rows>& capacities) {
  const UntimedWait* best = nullptr;
  Bytes best_bytes = 0;
  for (const UntimedWait& wait : cycle) {
    if (!wait.for_space) continue;
    if (best && plan.buffers[wait.buffer].prefetch) continue;
    const Bytes bytes = (wait.needed_capacity - capacities[wait.buffer]) * plan.buffers[wait.buffer].row_bytes;
    const bool instead = best && plan.buffers[best->buffer].prefetch;
    if (best && !instead && (bytes > best_bytes || (bytes == best_bytes && wait.buffer > best->buffer))) continue;
    best = &wait;
    best_bytes = bytes;
  }
  if (!best) throw Defect("untimed execution: a cycle of waits without a full buffer");
  return *best;
}

bool completes(const Plan& plan, std::vector<Rows> capacities, int buffer, Rows capacity) {
  capacities[buffer] = capacity;
  return UntimedFrame(plan, std::move(capacities)).run();
}

/// Smallest capacity in [floor, now] with which the frame completes. Most raises are already tight, so it first tries
/// one row less and then steps of doubling size: monotone, hence exact.
Rows lowered(const Plan& plan, const std::vector<Rows>& capacities, int buffer, Rows floor) {
  Rows works = capacities[buffer];
  Rows fails = floor - 1;
  for (Rows step = 1; works > floor; step *= 2) {
    const Rows trial = std::max(floor, works - step);
    if (!completes(plan, capacities, buffer, trial)) {
      fails = trial;
      break;
    }
    works = trial;
  }
  while (works - fails > 1) {
    const Rows trial = fails + (works - fails) / 2;
    (completes(plan, capacities, buffer, trial) ? works : fails) = trial;
  }
  return works;
}

}  // namespace

UntimedOutcome execute_untimed(const Plan& plan) {
  UntimedFrame frame(plan, capacities_of(plan));
  UntimedOutcome outcome;
  outcome.completed = frame.run();
  if (!outcome.completed) outcome.cycle = frame.cycle();
  return outcome;
}

Rows smallest_capacity(const Plan& plan, int index) {
  const Buffer& buffer = plan.buffers[index];
  Rows capacity = 1;
  for (const StageInput& input : plan.stages[buffer.to].inputs) {
    if (input.buffer != index) continue;
    for (std::size_t i = 0; i < input.needs.size(); ++i)
      capacity = std::max(capacity, input.needs[i] - (i ? input.releases[i - 1] : 0));
  }
  for (const StageOutput& output : plan.stages[buffer.from].outputs) {
    if (output.buffer != index) continue;
    for (std::size_t i = 0; i < output.emits.size(); ++i)
      capacity = std::max(capacity, output.emits[i] - (i ? output.emits[i - 1] : 0));
  }
  return capacity;
}

std::vector<Rows> live_capacities(const Plan& plan) {
  const std::vector<Rows> given = capacities_of(plan);
  UntimedFrame frame(plan, given);
  while (!frame.run()) {
    const std::vector<UntimedWait> cycle = frame.cycle();
    const UntimedWait& wait = cheapest_raise(plan, cycle, frame.capacities());
    frame.raise(wait.buffer, wait.needed_capacity);
  }
  std::vector<Rows> capacities = frame.capacities();
  for (std::size_t b = 0; b < capacities.size(); ++b)
    if (capacities[b] > given[b]) capacities[b] = lowered(plan, capacities, static_cast<int>(b), given[b]);
  return capacities;
}

std::vector<Rows> minimal_capacities(Plan plan) {
  for (std::size_t b = 0; b < plan.buffers.size(); ++b)
    if (!plan.buffers[b].prefetch || plan.buffers[b].capacity_rows == unlimited_rows)
      plan.buffers[b].capacity_rows = smallest_capacity(plan, static_cast<int>(b));
  return live_capacities(plan);
}

}  // namespace rowflow
