#include "sim/graph/long_cycle.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/graph/schedule_graph.hpp"

namespace rowflow {

namespace {

constexpr int no_buffer = -1;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace

void add_arc(CriticalCycle& cycle, const BindingArc& arc) {
  const auto same = std::find_if(cycle.arcs.begin(), cycle.arcs.end(), [&](const BindingArc& other) {
    return other.stage == arc.stage && other.buffer == arc.buffer && other.for_space == arc.for_space;
  });
  if (same == cycle.arcs.end())
    cycle.arcs.push_back(arc);
  else
    same->cycles += arc.cycles;
}

// Of the schedule graph.
std::optional<CriticalCycle> ScheduleGraph::long_cycle() const {
  if (cycle_.empty()) return std::nullopt;
  CriticalCycle cycle;
  for (const Wait& wait : cycle_) {
    int frames = 0;
    const BindingArc arc = arc_of(wait.from, wait.to, wait.buffer, frames);
    add_arc(cycle, arc);
    cycle.cycles += arc.cycles;
    cycle.frames += frames;
  }
  return cycle;
}

BindingArc ScheduleGraph::arc_of(int from, int to, int buffer, int& frames) const {
  if (buffer != no_buffer) return space_arc_of(from, to, buffer, frames);
  const int stage = stage_of_[at(from)], waiting = stage_of_[at(to)];
  const int step = from - base_[at(stage)];
  const Stage& producer = plan_.stages[at(stage)];
  const Cycles cost = producer.cost[at(step)];
  if (stage == waiting) {
    frames = at(step) + 1 == producer.steps() ? 1 : 0;
    return {stage, no_buffer, false, cost};
  }
  // Of several buffers between the two, that of the longest arc.
  BindingArc arc{waiting, no_buffer, false, -1};
  for (const StageInput& input : plan_.stages[at(waiting)].inputs) {
    const Buffer& ends = plan_.buffers[at(input.buffer)];
    const Rows needed = input.needs[at(to - base_[at(waiting)])];
    if (ends.from != stage || needed == 0 ||
        buffers_[at(input.buffer)].node_of_row[static_cast<std::size_t>(needed - 1)] != from)
      continue;
    const Cycles length = cost + producer.latency + ends.transfer_latency;
    if (length > arc.cycles) arc = {waiting, input.buffer, false, length};
  }
  if (arc.buffer == no_buffer)
    throw Defect("stage " + plan_.stages[at(waiting)].name + " waits for no row of " + producer.name);
  return arc;
}

BindingArc ScheduleGraph::space_arc_of(int from, int to, int buffer, int& frames) const {
  const BufferEnds& ends = buffers_[at(buffer)];
  const Buffer& planned = plan_.buffers[at(buffer)];
  const Stage& consumer = plan_.stages[at(planned.to)];
  const int step = from - base_[at(planned.to)];
  for (const StageInput& input : consumer.inputs) {
    if (input.buffer != buffer) continue;
    for (Rows row = step > 0 ? input.releases[at(step) - 1] : 0; row < input.releases[at(step)]; ++row) {
      if (ends.node_of_row[static_cast<std::size_t>((row + ends.capacity) % ends.rows)] != to) continue;
      frames = static_cast<int>((row + ends.capacity) / ends.rows);
      return {planned.from, buffer, true, consumer.cost[at(step)] + planned.credit_latency};
    }
  }
  throw Defect("no step of " + consumer.name + " frees the slot of " + planned.name);
}

}  // namespace rowflow
