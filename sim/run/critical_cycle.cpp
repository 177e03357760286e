#include "sim/run/critical_cycle.hpp"

#include <algorithm>
#include <unordered_map>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

/// A step of a frame.
struct Node {
  int stage;
  int step;
  int frame;
};

struct Arc {
  Node from;        // the step that bound this one
  BindingArc what;  // cycles = its length
};

int first_step_beyond(const std::vector<Rows>& cumulative, Rows row) {
  return static_cast<int>(std::upper_bound(cumulative.begin(), cumulative.end(), row) - cumulative.begin());
}

class Walk {
 public:
  Walk(const Plan& plan, const Accelerator& accelerator) : plan_(plan), accelerator_(accelerator) {}

  // None at the beginning of time: the first step of all, or one that waited for the source's schedule.
  std::optional<Arc> back(const Node& node) const {
    const auto& stage = plan_.stages[static_cast<std::size_t>(node.stage)];
    const auto steps = static_cast<int>(stage.steps());
    const auto& bindings = accelerator_.stage(node.stage).activity().bindings;
    const Binding binding = bindings[static_cast<std::size_t>(node.frame) * stage.steps() + static_cast<std::size_t>(node.step)];
    if (binding == bound_by_schedule) return std::nullopt;
    if (binding == bound_by_unit) {
      const Node from = node.step > 0 ? Node{node.stage, node.step - 1, node.frame} : Node{node.stage, steps - 1, node.frame - 1};
      if (from.frame < 0) return std::nullopt;
      return Arc{from, {node.stage, -1, false, stage.cost[static_cast<std::size_t>(from.step)]}};
    }
    const std::size_t port = binding - bound_by_port;
    if (port < stage.inputs.size()) return row_arc(node, stage.inputs[port]);
    return space_arc(node, stage.outputs[port - stage.inputs.size()]);
  }

 private:
  Arc row_arc(const Node& node, const StageInput& input) const {
    const auto& buffer = plan_.buffers[static_cast<std::size_t>(input.buffer)];
    const auto& producer = plan_.stages[static_cast<std::size_t>(buffer.from)];
    const Rows row = node.frame * buffer.rows_per_frame + input.needs[static_cast<std::size_t>(node.step)] - 1;
    const auto port =
        std::find_if(producer.outputs.begin(), producer.outputs.end(), [&](const auto& o) { return o.buffer == input.buffer; });
    const int step = first_step_beyond(port->emits, row % buffer.rows_per_frame);
    const Cycles length = producer.cost[static_cast<std::size_t>(step)] + producer.latency + buffer.transfer_latency;
    return {{buffer.from, step, static_cast<int>(row / buffer.rows_per_frame)}, {node.stage, input.buffer, false, length}};
  }

  Arc space_arc(const Node& node, const StageOutput& output) const {
    const auto& buffer = plan_.buffers[static_cast<std::size_t>(output.buffer)];
    const auto& consumer = plan_.stages[static_cast<std::size_t>(buffer.to)];
    const Rows row = node.frame * buffer.rows_per_frame + output.emits[static_cast<std::size_t>(node.step)] - 1 - buffer.capacity_rows;
    const auto port =
        std::find_if(consumer.inputs.begin(), consumer.inputs.end(), [&](const auto& i) { return i.buffer == output.buffer; });
    const int step = first_step_beyond(port->releases, row % buffer.rows_per_frame);
    const Cycles length = consumer.cost[static_cast<std::size_t>(step)] + buffer.credit_latency;
    return {{buffer.to, step, static_cast<int>(row / buffer.rows_per_frame)}, {node.stage, output.buffer, true, length}};
  }

  const Plan& plan_;
  const Accelerator& accelerator_;
};

struct Visit {
  std::size_t arcs;  // walked before this visit
  Cycles cycles;
  int frames;
};

void merge_arc(std::vector<BindingArc>& merged, const BindingArc& arc) {
  const auto same = std::find_if(merged.begin(), merged.end(), [&](const auto& m) {
    return m.stage == arc.stage && m.buffer == arc.buffer && m.for_space == arc.for_space;
  });
  if (same == merged.end()) {
    merged.push_back(arc);
  } else {
    same->cycles += arc.cycles;
  }
}

int last_sink(const Plan& plan, const Accelerator& accelerator, int frame) {
  int last = -1;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    if (!plan.stages[s].outputs.empty()) continue;
    const auto end = [&](int stage) { return accelerator.stage(stage).activity().frame_end[static_cast<std::size_t>(frame)]; };
    if (last < 0 || end(static_cast<int>(s)) > end(last)) last = static_cast<int>(s);
  }
  return last;
}

CriticalCycle make_cycle(const std::vector<BindingArc>& arcs, const Visit& newer, const Visit& older) {
  CriticalCycle cycle;
  for (std::size_t a = newer.arcs; a < older.arcs; ++a) merge_arc(cycle.arcs, arcs[a]);
  cycle.cycles = older.cycles - newer.cycles;
  cycle.frames = older.frames - newer.frames;
  return cycle;
}

bool larger_ratio(const CriticalCycle& a, const CriticalCycle& b) { return a.cycles * b.frames > b.cycles * a.frames; }

}  // namespace

CriticalCycle own_cycle(const Plan& plan, int stage) {
  CriticalCycle cycle;
  cycle.cycles = stage_interval(plan.stages[static_cast<std::size_t>(stage)]);
  cycle.frames = 1;
  cycle.arcs.push_back({stage, -1, false, cycle.cycles});
  return cycle;
}

std::optional<CriticalCycle> trace_critical_cycle(const Plan& plan, const Accelerator& accelerator, int last,
                                                  const std::optional<Repeat>& repeat) {
  const Walk walk(plan, accelerator);
  const int sink = last_sink(plan, accelerator, last);
  Node node{sink, static_cast<int>(plan.stages[static_cast<std::size_t>(sink)].steps()) - 1, last};
  std::unordered_map<std::int64_t, Visit> visits;
  std::vector<BindingArc> arcs;
  std::optional<CriticalCycle> best;
  Visit here{0, 0, 0};
  for (;;) {
    // The frame modulo the period is part of a node's identity only where the regime is known to be periodic.
    const int phase = repeat ? node.frame % repeat->frames : 0;
    const std::int64_t key = (static_cast<std::int64_t>(phase) << 40) | (static_cast<std::int64_t>(node.stage) << 24) | node.step;
    const auto [visit, first] = visits.emplace(key, here);
    if (!first) {
      auto cycle = make_cycle(arcs, visit->second, here);
      if (repeat) {
        if (cycle.cycles * repeat->frames != repeat->cycles * cycle.frames) {
          throw Defect("the critical cycle's ratio is not the interval: " + std::to_string(cycle.cycles) + "/" +
                       std::to_string(cycle.frames) + " against " + std::to_string(repeat->cycles) + "/" + std::to_string(repeat->frames));
        }
        return cycle;
      }
      if (cycle.frames > 0 && (!best || larger_ratio(cycle, *best))) best = std::move(cycle);
      visit->second = here;
    }
    const auto arc = walk.back(node);
    if (!arc) return best;
    here.frames += node.frame - arc->from.frame;
    here.cycles += arc->what.cycles;
    ++here.arcs;
    arcs.push_back(arc->what);
    node = arc->from;
    if (repeat && node.frame <= repeat->first) {
      node.frame += repeat->frames * ((repeat->first - node.frame) / repeat->frames + 1);
    }
  }
}

}  // namespace rowflow
