#include "sim/graph/interval.hpp"

#include <algorithm>
#include <numeric>

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

}  // namespace

std::optional<ProvenInterval> proven_interval(const Plan& plan, Cycles at_least,
                                              const std::vector<Cycles>& frame_start) {
  return proven_interval(plan, capacities_of(plan), at_least, frame_start);
}

std::optional<ProvenInterval> proven_interval(const Plan& plan, const std::vector<Rows>& capacities, Cycles at_least,
                                              const std::vector<Cycles>& frame_start) {
  const auto forwarded = [](const Buffer& buffer) { return buffer.forwarding.has_value(); };
  if (std::any_of(plan.buffers.begin(), plan.buffers.end(), forwarded)) return std::nullopt;
  if (longest_path(plan) > most_time) return std::nullopt;
  ScheduleGraph graph(plan, {at_least, 1});
  graph.start_from(frame_start);
  return proven_interval(graph, plan, capacities, at_least);
}

std::optional<ProvenInterval> proven_interval(ScheduleGraph& graph, const Plan& plan,
                                              const std::vector<Rows>& capacities, Cycles at_least) {
  const double path = longest_path(plan);
  ProvenInterval proven{{at_least, 1}, std::nullopt};
  const auto take = [&](std::optional<CriticalCycle> cycle) {
    const std::int64_t common = std::gcd(cycle->cycles, static_cast<std::int64_t>(cycle->frames));
    proven.interval = {cycle->cycles / common, cycle->frames / common};
    proven.cycle = std::move(cycle);
    return path * static_cast<double>(proven.interval.denominator) <= most_time;
  };
  while (!graph.holds(capacities)) {
    auto cycle = graph.long_cycle();
    if (!cycle || cycle->frames == 0 || !take(std::move(cycle))) return std::nullopt;
    graph.raise_interval(proven.interval);
  }
  return proven;
}

}  // namespace rowflow
