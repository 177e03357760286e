#include "sim/graph/steady_regime.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/base/integer.hpp"
#include "sim/graph/evaluation.hpp"

namespace rowflow {

namespace {

constexpr int most_frames = 1 << 14;  // a proven interval needs about as many as are under way at once

/// The plan in cycles 1/scale as long.
Plan in_finer_cycles(Plan plan, Cycles scale) {
  for (Stage& stage : plan.stages) {
    stage.latency *= scale;
    for (Cycles& cost : stage.cost) cost *= scale;
  }
  for (Buffer& buffer : plan.buffers) {
    buffer.transfer_latency *= scale;
    buffer.credit_latency *= scale;
    if (!buffer.forwarding) continue;
    Forwarding& beats = *buffer.forwarding;
    for (Cycles* figure :
         {&beats.first, &beats.lead, &beats.setup, &beats.tail, &beats.first_free, &beats.head_start, &beats.last_free})
      *figure *= scale;
  }
  return plan;
}

/// Whether the finer cycles fit the arcs of an event graph.
bool fits(const Plan& plan, Cycles scale) {
  constexpr Cycles most = std::numeric_limits<std::int32_t>::max();
  const auto too_long = [&](Cycles cycles) { return cycles > most / scale; };
  return std::none_of(plan.stages.begin(), plan.stages.end(),
                      [&](const Stage& stage) {
                        return too_long(stage.latency) || std::any_of(stage.cost.begin(), stage.cost.end(), too_long);
                      }) &&
         std::none_of(plan.buffers.begin(), plan.buffers.end(), [&](const Buffer& buffer) {
           return too_long(buffer.transfer_latency) || too_long(buffer.credit_latency);
         });
}

/// T10 in a regime: frames like the one given until none is left that knew the first.
Occupancy occupancy_of(const Buffer& buffer, const Slots& frame, Cycles period) {
  Cycles longest = 0;
  for (std::size_t r = 0; r < frame.freed.size(); ++r) longest = std::max(longest, frame.freed[r] - frame.entered[r]);
  const Rows before = buffer.capacity_rows + (buffer.forwarding ? buffer.forwarding->held_rows : 0);
  const auto last = static_cast<int>(
      1 + std::max<std::int64_t>(ceil_div(longest, period), ceil_div(2 * before, buffer.rows_per_frame)));
  BufferAccount account(buffer);
  for (int f = 0; f <= last; ++f) {
    Slots& slots = account.begin_frame();
    for (const Cycles entered : frame.entered) slots.entered.push_back(entered + f * period);
    for (const Cycles freed : frame.freed) slots.freed.push_back(freed + f * period);
    account.end_frame();
  }
  return account.occupancy(std::numeric_limits<Cycles>::max(), last - 1, last, period);
}

class Search {
 public:
  Search(const EventGraph& graph, Cycles period, Cycles scale)
      : graph_(graph),
        source_(static_cast<std::size_t>(graph.plan().source)),
        run_(graph, {false, false}, even_pacing(period, static_cast<Rows>(graph.plan().stages[source_].steps()))) {
    regime_.scale = scale;
    regime_.period = period;
  }

  std::optional<SteadyRegime> find(bool accounts) {
    if (!settle()) return std::nullopt;
    regime_.frames = run_.frames();
    regime_.latency = run_.completion() - run_.first_start(source_);
    regime_.after_last_row = run_.completion() - run_.last_end(source_);
    if (accounts) account();
    return std::move(regime_);
  }

 private:
  /// An arc reaches back over several frames: so many have to be alike.
  bool settle() {
    for (int alike = 0; alike < graph_.frames_back();) {
      if (run_.frames() >= most_frames) return false;
      run_.next_frame();
      alike = run_.frames() > 1 && run_.repeats_after(regime_.period) ? alike + 1 : 0;
    }
    return true;
  }

  void account() {
    const Plan& plan = graph_.plan();
    run_.account_from_here({true, false});
    run_.next_frame();
    for (std::size_t s = 0; s < plan.stages.size(); ++s) regime_.waits.push_back(run_.waits_of(s));
    for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
      Slots frame;
      run_.append_slots_of_frame(b, frame);
      Occupancy occupancy = occupancy_of(plan.buffers[b], frame, regime_.period);
      occupancy.steady_full_cycles /= static_cast<double>(regime_.scale);
      regime_.buffers.push_back(occupancy);
    }
  }

  const EventGraph& graph_;
  const std::size_t source_;
  Evaluation run_;
  SteadyRegime regime_;
};

}  // namespace

std::optional<SteadyRegime> steady_regime(const EventGraph& graph, const Ratio& interval, bool accounts) {
  if (interval.numerator < 1) return std::nullopt;  // a pipeline without any cost keeps no schedule
  const Cycles scale = interval.denominator;
  if (scale == 1) return Search(graph, interval.numerator, 1).find(accounts);
  if (!fits(graph.plan(), scale)) return std::nullopt;
  const Plan finer = in_finer_cycles(graph.plan(), scale);
  const EventGraph finer_graph(finer);
  if (!finer_graph.usable()) return std::nullopt;
  return Search(finer_graph, interval.numerator, scale).find(accounts);
}

std::optional<SteadyRegime> regime_of(const EventGraph& graph, const Throughput& throughput) {
  if (throughput.proof == Proof::none || !throughput.interval || !graph.usable()) return std::nullopt;
  const std::int64_t common = std::gcd(throughput.interval->numerator, throughput.interval->denominator);
  return steady_regime(graph, {throughput.interval->numerator / common, throughput.interval->denominator / common});
}

void take_steady(const Occupancy& regime, Occupancy& run) {
  run.steady_peak_rows = regime.steady_peak_rows;
  run.steady_mean_rows = regime.steady_mean_rows;
  run.steady_full_cycles = regime.steady_full_cycles;
}

}  // namespace rowflow
