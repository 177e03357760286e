#include "sim/sizing/capacities.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

namespace {

constexpr Rows shares = 256;  // steps of the common way from minimal to full rate
constexpr int most_growths = 24;

std::vector<Rows> share_of(const std::vector<Rows>& minimal, const std::vector<Rows>& full_rate, Rows share) {
  std::vector<Rows> capacities(minimal);
  for (std::size_t b = 0; b < capacities.size(); ++b) capacities[b] += std::max<Rows>(0, full_rate[b] - minimal[b]) * share / shares;
  return capacities;
}

/// The interval with these capacities, and the buffers whose space is on the critical cycle.
Measurement measure(Plan plan, const std::vector<Rows>& capacities) {
  set_capacities(plan, capacities);
  return simulate(plan);
}

bool faster(const Measurement& a, const Measurement& b) {
  return a.throughput.interval && b.throughput.interval && a.throughput.interval->value() < b.throughput.interval->value();
}

/// Grows each full buffer of the critical cycle by an eighth of its way to full rate, as far as the budget reaches. False: nothing grew.
bool grow_critical(const Plan& plan, const Measurement& measured, const std::vector<Rows>& full_rate, Bytes budget,
                   std::vector<Rows>& capacities) {
  bool grew = false;
  if (!measured.critical) return false;
  for (const auto& arc : measured.critical->arcs) {
    if (!arc.for_space) continue;
    const auto b = static_cast<std::size_t>(arc.buffer);
    const Rows missing = full_rate[b] - capacities[b];
    const Rows affordable = (budget - bytes_of(plan, capacities)) / std::max<Bytes>(1, plan.buffers[b].row_bytes);
    const Rows growth = std::min(std::max<Rows>(1, missing / 8), affordable);
    if (missing <= 0 || growth <= 0) continue;
    capacities[b] += growth;
    grew = true;
  }
  return grew;
}

}  // namespace

void set_capacities(Plan& plan, const std::vector<Rows>& capacities) {
  for (std::size_t b = 0; b < capacities.size(); ++b) plan.buffers[b].capacity_rows = capacities[b];
}

Bytes bytes_of(const Plan& plan, const std::vector<Rows>& capacities) {
  Bytes bytes = 0;
  for (std::size_t b = 0; b < capacities.size(); ++b) bytes += capacities[b] * plan.buffers[b].row_bytes;
  return bytes;
}

FullRate full_rate(Plan plan) {
  FullRate result;
  for (auto& buffer : plan.buffers)
    if (!buffer.prefetch) buffer.capacity_rows = unlimited_rows;
  result.period = 1;  // a pipeline without any cost still needs a schedule
  for (const auto& stage : plan.stages) result.period = std::max(result.period, stage_interval(stage));
  plan.pacing = even_pacing(result.period, static_cast<Rows>(plan.stages[static_cast<std::size_t>(plan.source)].steps()));
  RunOptions options;
  options.settle_peaks = true;
  result.run = simulate(plan, options);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    // Rows that come and go at the same instant (steps without cost) count in no peak, but need their slots.
    const Rows least = plan.buffers[b].forwarding ? 1 : smallest_capacity(plan, static_cast<int>(b));
    result.capacities.push_back(plan.buffers[b].prefetch ? plan.buffers[b].capacity_rows
                                                         : std::max(least, result.run.buffers[b].peak_rows));
  }
  return result;
}

std::vector<Rows> full_rate_capacities(const Plan& plan) { return full_rate(plan).capacities; }

std::vector<Rows> capacities_within(const Plan& plan, const std::vector<Rows>& minimal, const std::vector<Rows>& full_rate, Bytes budget) {
  if (bytes_of(plan, minimal) > budget) return {};
  if (bytes_of(plan, full_rate) <= budget) return full_rate;
  Rows low = 0, high = shares;
  while (high - low > 1) {
    const Rows middle = (low + high) / 2;
    (bytes_of(plan, share_of(minimal, full_rate, middle)) <= budget ? low : high) = middle;
  }
  auto best = share_of(minimal, full_rate, low);
  auto measured = measure(plan, best);
  for (int growth = 0; growth < most_growths; ++growth) {
    auto larger = best;
    if (!grow_critical(plan, measured, full_rate, budget, larger)) break;
    auto next = measure(plan, larger);
    const bool helps = faster(next, measured);
    best = std::move(larger);
    measured = std::move(next);
    if (!helps && growth > most_growths / 2) break;
  }
  return best;
}

}  // namespace rowflow
