// A network in several contexts as measured (rules T17–T22), and the figures of a batch.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/run_result.hpp"
#include "sim/plan/contexts.hpp"

namespace rowflow {

struct ContextResult {
  ContextPlan context;
  Measurement run;  ///< saturated, from the empty pipeline on, until its interval is proven
  std::vector<SeActivity> se;
};

struct ContextsResult : ContextsSummary {
  std::vector<ContextResult> list;
};

/// The time of the first `frames` frames through the context's empty pipeline: the completion of the last; beyond those
/// simulated continued with the interval (T19).
Cycles time_of_frames(const Measurement& run, int frames);

/// Where the time of a batch goes; cycles, with sequential reloads their sum.
struct BatchTime {
  int frames = 1;
  Cycles total = 0;
  Cycles switches = 0;
  Cycles reload = 0;      ///< that no computing hides
  Cycles steady = 0;      ///< Σ frames · interval
  Cycles fill_drain = 0;  ///< of the pipelines, at the start and the end of a batch
};
BatchTime batch_time(const ContextsResult& result, int frames);

/// The same total at the ends of the ranges of the device's figures: lowest switch and reload, reloads hidden behind
/// computing; highest, one after the other.
struct BatchRange {
  Cycles low = 0, high = 0;
};
BatchRange batch_range(const ContextsResult& result, int frames);

/// … over the ranges of one of the two alone. Of reloads: of the figures that they come from, and their overlap.
enum class Overhead { context_switch, reload };
BatchRange batch_range(const ContextsResult& result, int frames, Overhead varied);

/// When each context's first frame may start, from the start of the batch; with overlapping reloads the first context's
/// weights are there.
std::vector<Cycles> context_begins(const ContextsResult& result);

/// Cycles a frame that no batch goes below: Σ intervals.
double interval_limit(const ContextsResult& result);

/// Frames per second of a batch of `frames`: of a plan in one context 1 / interval, whatever the batch; none in a
/// deadlock or when nothing was simulated.
std::optional<double> batch_fps(const RunResult& result, int frames);
/// Of a batch that takes so many cycles.
double fps_of_batch(const RunResult& result, Cycles cycles, int frames);
/// Without limit of the batch.
std::optional<double> unlimited_batch_fps(const RunResult& result);

/// The largest of a figure over the contexts: what the chip has to hold at once. Of one context the figure.
template <class Figure>
auto largest(const RunResult& result, Figure figure) {
  if (!result.several) return figure(result.plan);
  auto most = figure(result.several->list.front().context.plan);
  for (const ContextResult& context : result.several->list)
    if (figure(context.context.plan) > most) most = figure(context.context.plan);
  return most;
}

/// Bytes a frame over the host link of tensors between contexts (T20): written once, and read.
Bytes inter_context_bytes(const RunResult& result);

/// Layers of SE blocks that a cut goes through (T21), in order.
std::vector<std::string> cut_blocks(const RunResult& result);

/// The context whose term of the batch's time is largest.
std::size_t slowest_context(const ContextsResult& result);

/// One context as a result of its own.
RunResult result_of(const RunResult& whole, std::size_t context);

}  // namespace rowflow
