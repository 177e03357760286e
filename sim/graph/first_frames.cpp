#include "sim/graph/first_frames.hpp"

#include <algorithm>

#include "sim/graph/evaluation.hpp"
#include "sim/graph/event_graph.hpp"
#include "sim/graph/long_cycle.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t most_steps = 2'000'000;  // of all frames
constexpr std::int64_t least_frames = 4, most_frames = 32;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

std::int64_t frames_to_look_at(const Plan& plan) {
  return std::clamp(most_steps / (1 + steps_of(plan)), least_frames, most_frames);
}

/// A wait on the way back from the latest step.
struct Hop {
  std::int32_t waiting;  // step
  int frames;            // between what is waited for and who waits
  BindingArc arc;
};

double ratio_of(const CriticalCycle& cycle) {
  return static_cast<double>(cycle.cycles) / static_cast<double>(cycle.frames);
}

class Frames {
 public:
  Frames(const Plan& plan, const EventGraph& graph, std::int64_t frames)
      : plan_(plan), graph_(graph), evaluation_(graph, {false, false}, {}, frames) {
    Cycles before = 0;
    for (std::int64_t f = 0; f < frames; ++f) {
      evaluation_.next_frame();
      ends_.push_back(evaluation_.events());
      const Cycles now = evaluation_.completion();
      if (f > 0 && evaluation_.repeats_after(now - before)) break;
      before = now;
    }
  }

  std::vector<Cycles> step_starts() const {
    std::vector<Cycles> starts(ends_.back(), ends_.back() + graph_.events());
    for (std::size_t step = 0; step < starts.size(); ++step) starts[step] -= graph_.cost()[step];
    return starts;
  }

  /// From the latest step back to what its start has waited for, and so on; where a step comes again, the loop is taken
  /// out of the way.
  std::optional<CriticalCycle> cycle() {
    find_positions();
    std::vector<std::int32_t> place(at(graph_.steps()), -1);  // on the way
    std::vector<Hop> way;
    std::optional<CriticalCycle> best;
    auto frame = static_cast<std::int64_t>(ends_.size()) - 1;
    const Cycles* const last = ends_.back();
    auto step = static_cast<std::int32_t>(std::max_element(last, last + graph_.events()) - last);
    for (;;) {
      if (place[at(step)] >= 0) take_loop(way, at(place[at(step)]), place, best);
      place[at(step)] = static_cast<std::int32_t>(way.size());
      const auto hop = waited_for(step, frame);
      if (!hop) return best;
      way.push_back({step, static_cast<int>(frame - hop->frame), hop->arc});
      step = hop->step;
      frame = hop->frame;
    }
  }

 private:
  struct Before {
    std::int32_t step;
    std::int64_t frame;
    BindingArc arc;
  };

  void find_positions() {
    position_.resize(at(graph_.steps()));
    stage_.resize(at(graph_.steps()));
    std::size_t n = 0;
    for (const EventRun& run : graph_.runs())
      for (std::int32_t i = 0; i < run.count; ++i, ++n) {
        position_[at(run.first + i)] = n;
        stage_[at(run.first + i)] = run.stage;
      }
  }

  static void take_loop(std::vector<Hop>& way, std::size_t from, std::vector<std::int32_t>& place,
                        std::optional<CriticalCycle>& best) {
    CriticalCycle loop;
    for (std::size_t h = from; h < way.size(); ++h) {
      loop.cycles += way[h].arc.cycles;
      loop.frames += way[h].frames;
    }
    if (loop.frames > 0 && (!best || ratio_of(loop) > ratio_of(*best))) {
      for (std::size_t h = from; h < way.size(); ++h) add_arc(loop, way[h].arc);
      best = std::move(loop);
    }
    for (std::size_t h = from; h < way.size(); ++h) place[at(way[h].waiting)] = -1;
    way.resize(from);
  }

  /// What ended just when the step could start, with all that delays it; nothing for a step that waited for none.
  std::optional<Before> waited_for(std::int32_t step, std::int64_t frame) const {
    const Cycles start = ends_[at(frame)][step] - graph_.cost()[at(step)];
    const int stage = stage_[at(step)];
    const bool opens = step == graph_.base(at(stage));
    const std::int32_t previous = opens ? graph_.last(at(stage)) : step - 1;
    const std::int64_t its_frame = opens ? frame - 1 : frame;
    if (its_frame >= 0 && ends_[at(its_frame)][previous] == start)
      return Before{previous, its_frame, {stage, -1, false, graph_.cost()[at(previous)]}};
    const auto& bounds = graph_.bounds();
    const std::size_t n = 2 * position_[at(step)];
    for (std::size_t a = bounds[n]; a < bounds[n + 2]; ++a) {
      const EventArc arc = graph_.arcs()[a];
      std::int64_t event = arc.event, in = frame;
      for (; event < 0; event += graph_.events()) --in;
      if (in < 0 || ends_[at(in)][event] + arc.cycles != start) continue;
      const Stage& waiting = plan_.stages[at(stage)];
      const std::size_t port = graph_.ports()[a];
      const bool for_space = a >= bounds[n + 1];
      const int buffer = for_space ? waiting.outputs[port - waiting.inputs.size()].buffer : waiting.inputs[port].buffer;
      return Before{
          static_cast<std::int32_t>(event), in, {stage, buffer, for_space, graph_.cost()[at(event)] + arc.cycles}};
    }
    return std::nullopt;
  }

  const Plan& plan_;
  const EventGraph& graph_;
  Evaluation evaluation_;
  std::vector<const Cycles*> ends_;    // by frame, of all steps
  std::vector<std::size_t> position_;  // of steps in the order of computation
  std::vector<int> stage_;             // of steps
};

}  // namespace

std::optional<FirstFrames> first_frames(const Plan& plan, const std::vector<Rows>& capacities) {
  const std::int64_t count = frames_to_look_at(plan);
  Plan own = plan;
  for (std::size_t b = 0; b < capacities.size(); ++b) {
    Buffer& buffer = own.buffers[b];
    if (buffer.forwarding) return std::nullopt;
    // In so few frames nobody waits for the slots of so deep a buffer.
    const bool deep = capacities[b] / std::max<Rows>(1, buffer.rows_per_frame) >= count;
    buffer.capacity_rows = deep ? unlimited_rows : capacities[b];
  }
  const EventGraph graph(own);
  FirstFrames result;
  result.deadlock = graph.deadlocks();
  if (result.deadlock) return result;
  if (!graph.usable()) return std::nullopt;
  Frames frames(own, graph, count);
  result.step_starts = frames.step_starts();
  result.cycle = frames.cycle();
  return result;
}

ScheduleGraph started_graph(const Plan& plan, const Ratio& interval, const std::vector<Rows>& capacities) {
  ScheduleGraph graph(plan, interval);
  const auto frames = first_frames(plan, capacities);
  if (frames && !frames->deadlock) graph.start_at(frames->step_starts);
  return graph;
}

}  // namespace rowflow
