#include "sim/metrics/explain_result.hpp"

#include <limits>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

std::optional<double> throughput_gain(const Outcome& then, const Outcome& now) {
  if (!then.fps) return std::nullopt;
  if (!now.fps || *now.fps <= 0) return std::numeric_limits<double>::infinity();
  return *then.fps / *now.fps - 1;
}

std::optional<double> latency_gain(const Outcome& then, const Outcome& now) {
  if (!then.ms || !now.ms || *now.ms <= 0) return std::nullopt;
  return 1 - *then.ms / *now.ms;
}

bool loses_fit(const Outcome& then, const Outcome& now) {
  return then.status == RunStatus::does_not_fit || (now.fits && !then.fits);
}

Outcome outcome_of(const RunResult& result) {
  Outcome outcome;
  outcome.status = result.status;
  outcome.fits = result.plan.fit.fits;
  outcome.contexts = result.several ? static_cast<int>(result.several->list.size()) : 1;
  outcome.bytes = largest(result, total_buffer_bytes);
  outcome.cuts = largest(result, chip_cuts);
  if (result.status != RunStatus::ok) return outcome;
  outcome.fps = frames_per_second(result);
  std::optional<double> cycles = result.latency.paced;
  if (result.several && result.latency.isolated) cycles = static_cast<double>(*result.latency.isolated);
  outcome.ms = milliseconds(result.plan, cycles);
  return outcome;
}

}  // namespace rowflow
