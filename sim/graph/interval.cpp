#include "sim/graph/interval.hpp"

#include <algorithm>
#include <numeric>

#include "sim/graph/first_frames.hpp"
#include "sim/graph/schedule_graph.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

constexpr double most_time = 4e18;  // of 64 bits

/// No path of the graph is longer: every step once, with what delays its rows and slots.
double longest_path(const Plan& plan) {
  double longest = 0;
  for (const Stage& stage : plan.stages) {
    double delay = static_cast<double>(stage.latency);
    for (const StageOutput& output : stage.outputs)
      delay = std::max(
          delay,
          static_cast<double>(stage.latency + plan.buffers[static_cast<std::size_t>(output.buffer)].transfer_latency));
    for (const StageInput& input : stage.inputs)
      delay = std::max(delay, static_cast<double>(plan.buffers[static_cast<std::size_t>(input.buffer)].credit_latency));
    for (const Cycles cost : stage.cost) longest += static_cast<double>(cost) + delay;
  }
  return longest;
}

/// The interval is at least the cycle's ratio. False where sums in its fractions would not fit.
bool take(ProvenInterval& proven, const CriticalCycle& cycle, double path) {
  const std::int64_t common = std::gcd(cycle.cycles, static_cast<std::int64_t>(cycle.frames));
  proven.interval = {cycle.cycles / common, cycle.frames / common};
  proven.cycle = cycle;
  return path * static_cast<double>(proven.interval.denominator) <= most_time;
}

/// From the graph's interval on.
std::optional<ProvenInterval> raised_interval(ScheduleGraph& graph, double path, const std::vector<Rows>& capacities,
                                              ProvenInterval proven) {
  while (!graph.holds(capacities)) {
    const auto cycle = graph.long_cycle();
    if (!cycle || cycle->frames == 0 || !take(proven, *cycle, path)) return std::nullopt;
    graph.raise_interval(proven.interval);
  }
  return proven;
}

}  // namespace

std::optional<ProvenInterval> proven_interval(const Plan& plan, Cycles at_least,
                                              const std::vector<Cycles>& frame_start) {
  return proven_interval(plan, capacities_of(plan), at_least, frame_start);
}

std::optional<ProvenInterval> proven_interval(const Plan& plan, const std::vector<Rows>& capacities, Cycles at_least,
                                              const std::vector<Cycles>& frame_start) {
  if (is_forwarded(plan)) return std::nullopt;
  if (longest_path(plan) > most_time) return std::nullopt;
  ScheduleGraph graph(plan, {at_least, 1});
  if (frame_start.empty()) return proven_interval(graph, plan, capacities, at_least);
  graph.start_from(frame_start);
  return raised_interval(graph, longest_path(plan), capacities, {{at_least, 1}, std::nullopt});
}

std::optional<ProvenInterval> proven_interval(ScheduleGraph& graph, const Plan& plan,
                                              const std::vector<Rows>& capacities, Cycles at_least) {
  const double path = longest_path(plan);
  ProvenInterval proven{{at_least, 1}, std::nullopt};
  if (const auto frames = first_frames(plan, capacities)) {
    if (frames->deadlock) return std::nullopt;
    if (frames->cycle && frames->cycle->cycles > at_least * frames->cycle->frames) {
      if (!take(proven, *frames->cycle, path)) return std::nullopt;
      graph.raise_interval(proven.interval);
    }
    graph.start_at(frames->step_starts);
  }
  return raised_interval(graph, path, capacities, std::move(proven));
}

}  // namespace rowflow
