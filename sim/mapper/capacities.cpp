#include "sim/mapper/capacities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/graph/event_graph.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/run/run.hpp"

namespace rowflow {

namespace {

constexpr Rows shares = 256;  // steps of the common way from minimal to full rate
constexpr int most_growths = 24;

std::vector<Rows> share_of(const Plan& plan, const std::vector<Rows>& minimal, const std::vector<Rows>& full_rate,
                           Rows share) {
  std::vector<Rows> capacities(minimal);
  for (std::size_t b = 0; b < capacities.size(); ++b)
    capacities[b] += std::max<Rows>(0, full_rate[b] - minimal[b]) *
                     (plan.buffers[b].level == MemoryLevel::host ? shares : share) / shares;
  return capacities;
}

/// The interval with these capacities, and the buffers whose space is on the critical cycle.
Measurement measure_with(Plan plan, const std::vector<Rows>& capacities) {
  set_capacities(plan, capacities);
  return measure_interval(plan);
}

bool faster(const Measurement& a, const Measurement& b) {
  return a.throughput.interval && b.throughput.interval &&
         a.throughput.interval->value() < b.throughput.interval->value();
}

/// Grows each full buffer of the critical cycle by an eighth of its way to full rate, as far as the budget reaches.
/// False: nothing grew.
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
  for (std::size_t b = 0; b < capacities.size(); ++b)
    if (plan.buffers[b].level != MemoryLevel::host) bytes += checked_multiply(capacities[b], plan.buffers[b].row_bytes);
  return bytes;
}

namespace {

/// Of a stage between others: links of unlimited bandwidth hold nothing back.
bool has_free_steps(const Plan& plan) {
  return std::any_of(plan.stages.begin(), plan.stages.end(), [](const Stage& stage) {
    return !stage.inputs.empty() && !stage.outputs.empty() &&
           *std::min_element(stage.cost.begin(), stage.cost.end()) == 0;
  });
}

constexpr double most_rows_under_way = 1 << 21, most_frames_under_way = 1 << 12, most_work = 1 << 25;
constexpr double long_wait =
    64;  // rows: what a buffer of an ordinary device has under way is fewer, however many layers there are

/// The largest of a buffer's latencies, to be named.
std::string latency_text(const Stage& from, const Buffer& buffer) {
  const std::pair<Cycles, const char*> largest = std::max({std::pair{from.latency, "latency"},
                                                           {buffer.transfer_latency, "transfer_latency"},
                                                           {buffer.credit_latency, "credit_latency"}});
  return fmt::format("{} of {} cycles", largest.second, largest.first);
}

/// A latency of many rows asks for as many rows of depth, and for a run of as many frames before anything repeats.
/// Refused with the figure that it comes from when that is more than a machine would hold.
void refuse_too_much_under_way(const Plan& plan, Cycles period) {
  double rows = 0, cycles = 0, largest = 0;
  const Buffer* worst = nullptr;
  std::vector<double> path(
      plan.stages.size());  // cycles of long latencies up to a stage; buffers go up in the order of stages
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    for (const StageOutput& output : plan.stages[s].outputs) {
      const Buffer& buffer = plan.buffers[static_cast<std::size_t>(output.buffer)];
      const auto latency =
          static_cast<double>(plan.stages[s].latency + buffer.transfer_latency + buffer.credit_latency);
      const double share = latency * static_cast<double>(buffer.rows_per_frame) / static_cast<double>(period);
      rows += share;
      if (share > largest) worst = &buffer;
      largest = std::max(largest, share);
      double& next = path[static_cast<std::size_t>(buffer.to)];
      next = std::max(next, path[s] + (share > long_wait ? latency : 0));
      cycles = std::max(cycles, next);
    }
  }
  const double frames = cycles / static_cast<double>(period);
  if (rows <= most_rows_under_way && frames <= most_frames_under_way && rows * frames <= most_work) return;
  const std::string figure = latency_text(plan.stages[static_cast<std::size_t>(worst->from)], *worst);
  throw InputError(
      "buffer " + worst->name,
      fmt::format(
          "found a {}: {:.3g} rows of all buffers and {:.3g} frames would be under way at the full rate, more than "
          "can be simulated; expected a smaller {}",
          figure, rows, frames, figure.substr(0, figure.find(' '))));
}

}  // namespace

namespace {

/// The interval of a plan whose buffers are unlimited but for prefetch buffers; nothing where it is not known exactly.
std::optional<Ratio> reached_interval(const EventGraph& graph, Cycles period) {
  const Plan& plan = graph.plan();
  const auto prefetched = [](const Buffer& buffer) { return buffer.prefetch; };
  if (std::none_of(plan.buffers.begin(), plan.buffers.end(), prefetched)) return Ratio{period, 1};
  require_measurable(plan, 0);
  const Throughput reached = measure_interval(graph).throughput;
  return reached.proof != Proof::none ? reached.interval : std::nullopt;
}

/// Each buffer's peak in the regime at the full rate.
std::vector<Rows> peaks_at_full_rate(const Plan& plan, FullRate& result) {
  std::vector<Rows> peaks;
  const EventGraph graph(plan);
  const auto interval = graph.usable() ? reached_interval(graph, result.period) : std::nullopt;
  auto regime = interval ? steady_regime(graph, *interval) : std::nullopt;
  if (regime) {
    for (const Occupancy& buffer : regime->buffers) peaks.push_back(buffer.steady_peak_rows);
    result.regime = std::move(regime);
    return peaks;
  }
  // Figures too large for the graph.
  for (const Occupancy& buffer : simulate(plan).buffers) peaks.push_back(buffer.peak_rows);
  return peaks;
}

}  // namespace

FullRate full_rate(Plan plan) {
  FullRate result;
  for (auto& buffer : plan.buffers)
    if (!buffer.prefetch) buffer.capacity_rows = unlimited_rows;
  result.period = slowest_interval(plan);
  refuse_too_much_under_way(plan, result.period);
  plan.pacing =
      even_pacing(result.period, static_cast<Rows>(plan.stages[static_cast<std::size_t>(plan.source)].steps()));
  const std::vector<Rows> peaks = peaks_at_full_rate(plan, result);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    const Rows least = plan.buffers[b].forwarding ? 1 : smallest_capacity(plan, static_cast<int>(b));
    result.capacities.push_back(plan.buffers[b].prefetch ? plan.buffers[b].capacity_rows : std::max(least, peaks[b]));
  }
  // Rows that come and go at the same instant count in no peak (T10), but a frame needs their places.
  if (has_free_steps(plan)) {
    set_capacities(plan, result.capacities);
    result.capacities = live_capacities(plan);
  }
  return result;
}

std::vector<Rows> full_rate_capacities(const Plan& plan) { return full_rate(plan).capacities; }

std::vector<Rows> capacities_within(const Plan& plan, const std::vector<Rows>& minimal,
                                    const std::vector<Rows>& full_rate, Bytes budget) {
  if (bytes_of(plan, minimal) > budget) return {};
  if (bytes_of(plan, full_rate) <= budget) return full_rate;
  Rows low = 0, high = shares;
  while (high - low > 1) {
    const Rows middle = (low + high) / 2;
    (bytes_of(plan, share_of(plan, minimal, full_rate, middle)) <= budget ? low : high) = middle;
  }
  auto best = share_of(plan, minimal, full_rate, low);
  auto measured = measure_with(plan, best);
  for (int growth = 0; growth < most_growths; ++growth) {
    auto larger = best;
    if (!grow_critical(plan, measured, full_rate, budget, larger)) break;
    auto next = measure_with(plan, larger);
    const bool helps = faster(next, measured);
    best = std::move(larger);
    measured = std::move(next);
    if (!helps && growth > most_growths / 2) break;
  }
  return best;
}

}  // namespace rowflow
