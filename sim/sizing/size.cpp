#include "sim/sizing/size.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/base/error.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/sizing/capacities.hpp"
#include "sim/sizing/front.hpp"
#include "sim/sizing/smallest.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t target_denominator = 1000;
constexpr std::int64_t front_share = 8;  // of the effort, for each point of the front

Cycles shortest_interval(const Plan& plan) {
  Cycles slowest = 1;
  for (const Stage& stage : plan.stages) slowest = std::max(slowest, stage_interval(stage));
  return slowest;
}

/// The longest interval that is at least `fps`; for none, or nearly the shortest, the shortest.
Ratio target_of(const Plan& plan, double fps) {
  const Cycles shortest = shortest_interval(plan);
  if (fps == 0) return {shortest, 1};
  const double cycles = static_cast<double>(plan.device.clock_hz) / fps;
  if (cycles > 1e12) throw InputError("--min-fps", fmt::format("found {}, expected more than one frame in 1e12 cycles", fps));
  return {static_cast<Cycles>(std::floor(cycles * target_denominator)), target_denominator};
}

bool reaches(const Measurement& run, const Ratio& target) {
  const auto& interval = run.throughput.interval;
  return run.completed && interval && interval->numerator * target.denominator <= target.numerator * interval->denominator;
}

RunResult simulated(Plan plan, const std::vector<Rows>& capacities, const EvaluateOptions& options) {
  set_capacities(plan, capacities);
  plan.buffer_policy = "size";
  update_memory_fit(plan);
  return evaluate_plan(std::move(plan), options);
}

void fill_table(SizeResult& result, const Plan& full_rate, const std::vector<Rows>& needed_alone) {
  const auto minimal = minimal_capacities(full_rate);
  const auto& measured = result.configured.saturated.buffers;
  for (std::size_t b = 0; b < full_rate.buffers.size(); ++b) {
    result.buffers.push_back({result.configured.plan.buffers[b].capacity_rows, b < measured.size() ? measured[b].peak_rows : 0,
                              full_rate.buffers[b].capacity_rows, minimal[b], needed_alone[b],
                              result.answer.plan.buffers[b].capacity_rows});
  }
}

}  // namespace

SizeResult size(const Network& network, const Device& device, const EvaluateOptions& options, const SizeOptions& wanted) {
  if (device.row_forwarding)
    throw InputError(device.name, "found row_forwarding true, expected false for size: it is not covered yet (T16)");
  SizeResult result;
  result.configured = evaluate(network, device, options);
  Plan full_rate = result.configured.plan;
  set_capacities(full_rate, full_rate_capacities(full_rate));
  const Cycles shortest = shortest_interval(full_rate);
  result.asked_fps = wanted.min_fps;
  result.highest_fps = static_cast<double>(full_rate.device.clock_hz) / static_cast<double>(shortest);
  result.granule = wanted.granule;
  result.target = target_of(full_rate, wanted.min_fps);
  result.reachable = result.target.numerator >= shortest * result.target.denominator;
  if (!result.reachable) return result;

  const Smallest smallest = smallest_capacities(full_rate, result.target, {{wanted.granule}, wanted.effort});
  result.price = smallest.price;
  result.lower_bound = smallest.lower_bound;
  result.effort = smallest.effort;
  result.answer = simulated(full_rate, smallest.capacities, options);
  if (result.answer.status == RunStatus::ok && options.frames == 0 && !reaches(result.answer.saturated, result.target)) {
    throw Defect("the buffers found reach an interval of " + std::to_string(result.answer.saturated.throughput.interval->value()) +
                 " cycles, asked for " + std::to_string(result.target.value()));
  }
  fill_table(result, full_rate, smallest.needed_alone);
  if (wanted.front_points > 0) add_front(result, full_rate, {{wanted.granule}, wanted.effort / front_share}, wanted.front_points);
  return result;
}

}  // namespace rowflow
