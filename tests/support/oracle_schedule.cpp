#include "tests/support/oracle_schedule.hpp"

#include <algorithm>
#include <deque>

namespace rowflow::oracle {
namespace {

Int latest(const std::vector<Int>& times, Int none) {
  return times.empty() ? none : *std::max_element(times.begin(), times.end());
}

/// When row `last` (the last of those asked for) got its time, or never.
Int time_of(const std::vector<Int>& times, Int last) {
  if (last < 0) return 0;
  return static_cast<std::size_t>(last) < times.size() ? times[static_cast<std::size_t>(last)] : never;
}

}  // namespace

Schedule::Schedule(const PlanSpec& plan, int frames)
    : plan_(plan), frames_(frames), starts_(plan.stages.size()), rows_(plan.buffers.size()) {
  run();
}

Int Schedule::end(std::size_t stage, std::size_t step) const {
  const auto& cost = plan_.stages[stage].cost;
  return starts_[stage][step] + cost[step % cost.size()];
}

StartTerms Schedule::terms(std::size_t stage, std::size_t step) const {
  const StageSpec& spec = plan_.stages[stage];
  const std::size_t i = step % spec.cost.size();
  const Int frame = static_cast<Int>(step / spec.cost.size());
  StartTerms terms;
  terms.unit = step == 0 ? 0 : end(stage, step - 1);
  if (stage == plan_.source) {
    const Int row = static_cast<Int>(i), rows = static_cast<Int>(spec.cost.size());
    terms.schedule = frame * plan_.frame_period + row * plan_.row_interval + row * plan_.row_remainder / rows;
  }
  for (const InputPort& port : spec.inputs) {
    const Int needed = port.needs[i];
    const Int last = needed == 0 ? -1 : frame * plan_.buffers[port.buffer].rows + needed - 1;
    terms.visible.push_back(time_of(rows_[port.buffer].visible, last));
  }
  for (const OutputPort& port : spec.outputs) {
    const BufferSpec& buffer = plan_.buffers[port.buffer];
    const bool emits = port.emits[i] > (i == 0 ? 0 : port.emits[i - 1]);
    // Row j takes the slot that row j − capacity leaves.
    const Int leaves = frame * buffer.rows + port.emits[i] - 1 - buffer.capacity;
    terms.space.push_back(emits && buffer.capacity > 0 ? time_of(rows_[port.buffer].freed, leaves) : 0);
  }
  return terms;
}

bool Schedule::try_step(std::size_t stage) {
  if (finished(stage)) return false;
  const std::size_t step = starts_[stage].size();
  const StartTerms t = terms(stage, step);
  const Int start = std::max({t.unit, t.schedule, latest(t.visible, 0), latest(t.space, 0)});
  if (start == never) return false;
  execute(stage, step, start);
  return true;
}

void Schedule::execute(std::size_t stage, std::size_t step, Int start) {
  const StageSpec& spec = plan_.stages[stage];
  const std::size_t i = step % spec.cost.size();
  const std::size_t frame = step / spec.cost.size();
  starts_[stage].push_back(start);
  const Int end = start + spec.cost[i];
  for (const OutputPort& port : spec.outputs) {
    const BufferSpec& buffer = plan_.buffers[port.buffer];
    const auto count = frame * static_cast<std::size_t>(buffer.rows) + static_cast<std::size_t>(port.emits[i]);
    rows_[port.buffer].written.resize(count, start);
    rows_[port.buffer].visible.resize(count, end + spec.latency + buffer.transfer_latency);
  }
  for (const InputPort& port : spec.inputs) {
    const BufferSpec& buffer = plan_.buffers[port.buffer];
    const auto count = frame * static_cast<std::size_t>(buffer.rows) + static_cast<std::size_t>(port.releases[i]);
    rows_[port.buffer].freed.resize(count, end + buffer.credit_latency);
  }
}

void Schedule::run() {
  std::deque<std::size_t> work;
  std::vector<bool> queued(plan_.stages.size(), true);
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) work.push_back(s);
  while (!work.empty()) {
    const std::size_t stage = work.front();
    work.pop_front();
    queued[stage] = false;
    bool moved = false;
    while (try_step(stage)) moved = true;
    if (!moved) continue;
    const auto wake = [&](std::size_t other) {
      if (!queued[other]) work.push_back(other);
      queued[other] = true;
    };
    for (const InputPort& port : plan_.stages[stage].inputs) wake(plan_.buffers[port.buffer].from);
    for (const OutputPort& port : plan_.stages[stage].outputs) wake(plan_.buffers[port.buffer].to);
  }
}

}  // namespace rowflow::oracle
