#include "sim/graph/interval_proof.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/graph/interval.hpp"

namespace rowflow {

namespace {

constexpr int frames_once_certified = 64;                    // T11
constexpr int most_frames = 4096;                            // T11
constexpr std::int64_t most_stamps = std::int64_t{1} << 25;  // of all states: 256 MiB,
constexpr std::int64_t most_once_bound = most_stamps / 4;    // and where the interval is known without them

bool same_ratio(const CriticalCycle& cycle, const Ratio& interval) {
  return cycle.cycles * interval.denominator == interval.numerator * cycle.frames;
}

std::string text_of(std::int64_t numerator, std::int64_t denominator) {
  return std::to_string(numerator) + "/" + std::to_string(denominator);
}

}  // namespace

bool is_saturated(const SourcePacing& pacing) {
  return pacing.frame_period == 0 && pacing.row_interval == 0 && pacing.row_remainder == 0;
}

CriticalCycle own_cycle(const Plan& plan, int stage) {
  CriticalCycle cycle;
  cycle.cycles = stage_interval(plan.stages[static_cast<std::size_t>(stage)]);
  cycle.frames = 1;
  cycle.arcs.push_back({stage, -1, false, cycle.cycles});
  return cycle;
}

IntervalProof::IntervalProof(const Plan& plan, std::optional<Cycles> keeps) : plan_(plan), keeps_(keeps) {
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const Cycles interval = stage_interval(plan.stages[s]);
    if (interval <= slowest_interval_) continue;
    slowest_ = static_cast<int>(s);
    slowest_interval_ = interval;
  }
}

Cycles IntervalProof::lower_bound() const { return std::max(slowest_interval_, plan_.pacing.frame_period); }

/// A lower bound λ that the states' growth never exceeds again is the interval.
bool IntervalProof::certify() {
  if (!periodicity_.certifies({lower_bound(), 1})) return false;
  take_lower_bound();
  return true;
}

void IntervalProof::take_lower_bound() {
  bound_ = Ratio{lower_bound(), 1};
  if (slowest_interval_ == lower_bound()) critical_ = own_cycle(plan_, slowest_);
}

/// States that still change are asked no further: the graph of one frame knows the interval (a paced source keeps its
/// schedule or is late).
void IntervalProof::ask_graph(const std::vector<Cycles>& frame_start) {
  asked_graph_ = true;
  if (keeps_ == lower_bound()) return take_lower_bound();
  auto proven = proven_interval(plan_, lower_bound(), frame_start);
  if (!proven) return;
  bound_ = proven->interval;
  if (proven->cycle)
    critical_ = std::move(proven->cycle);
  else if (slowest_interval_ == proven->interval.numerator)
    critical_ = own_cycle(plan_, slowest_);
}

/// Latencies of a great many rows put many frames into the pipeline, and their slots into each state.
bool IntervalProof::remembers_too_much() const {
  return periodicity_.stamps() > (bound_ ? most_once_bound : most_stamps);
}

bool IntervalProof::enough(bool until_proven) const {
  if (frames() >= 2 && remembers_too_much() && !bound_) return true;
  if (periodicity_.repeat() || (until_proven && bound_)) return true;
  return frames() >= (bound_ ? frames_once_certified : most_frames);
}

Throughput IntervalProof::throughput(const std::vector<Cycles>& completions) const {
  Throughput result;
  if (const auto& repeat = periodicity_.repeat()) {
    result.interval = Ratio{repeat->cycles, repeat->frames};
    result.proof = Proof::repeat;
    result.periodic = true;
    result.period_cycles = repeat->cycles;
    result.period_frames = repeat->frames;
    result.transient_frames = repeat->first + 1;
  } else if (bound_) {
    result.interval = bound_;
    result.proof = Proof::bound;
  } else if (completions.size() >= 2) {
    const std::size_t last = completions.size() - 1, half = completions.size() / 2;
    result.interval = Ratio{completions[last] - completions[half], static_cast<std::int64_t>(last - half)};
    if (last == half) result.interval = Ratio{completions[1] - completions[0], 1};
  }
  if (!result.interval) return result;
  if (result.proof != Proof::none && result.interval->numerator < slowest_interval_ * result.interval->denominator)
    throw Defect("the interval " + text_of(result.interval->numerator, result.interval->denominator) +
                 " is below the bound " + std::to_string(slowest_interval_));
  if (result.interval->numerator > 0)
    result.fps = static_cast<double>(plan_.device.clock_hz) * static_cast<double>(result.interval->denominator) /
                 static_cast<double>(result.interval->numerator);
  return result;
}

std::optional<CriticalCycle> IntervalProof::critical() const {
  const auto& repeat = periodicity_.repeat();
  if (!repeat && !bound_) return std::nullopt;
  const Ratio interval = repeat ? Ratio{repeat->cycles, repeat->frames} : *bound_;
  std::optional<CriticalCycle> cycle = critical_;
  if (repeat && slowest_interval_ * repeat->frames == repeat->cycles) {
    cycle = own_cycle(plan_, slowest_);
  } else if (repeat && !cycle && is_saturated(plan_.pacing)) {
    if (auto proven = proven_interval(plan_, slowest_interval_)) cycle = std::move(proven->cycle);
  }
  if (cycle && !same_ratio(*cycle, interval))
    throw Defect("the critical cycle's ratio is not the interval: " + text_of(cycle->cycles, cycle->frames) +
                 " against " + text_of(interval.numerator, interval.denominator));
  return cycle;
}

std::optional<SteadyWindow> IntervalProof::steady_window() const {
  if (const auto& repeat = periodicity_.repeat()) return SteadyWindow{repeat->first, repeat->first + repeat->frames};
  if (frames() < 2) return std::nullopt;
  return SteadyWindow{(frames() - 1) / 2, frames() - 1};
}

}  // namespace rowflow
