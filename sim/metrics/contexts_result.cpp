#include "sim/metrics/contexts_result.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"
#include "sim/metrics/figures.hpp"

namespace rowflow {

namespace {

std::vector<Cycles> times_of(const ContextsResult& result, int frames) {
  std::vector<Cycles> times;
  for (const ContextResult& context : result.list) times.push_back(time_of_frames(context.run, frames));
  return times;
}

template <class Of>
std::vector<ContextOverhead> overheads(const ContextsResult& result, Of of) {
  std::vector<ContextOverhead> list;
  for (const ContextResult& context : result.list) list.push_back(of(context.context));
  return list;
}

ContextOverhead usual(const ContextPlan& context) { return context.overhead; }

Cycles steady_of(const Measurement& run, int frames) {
  const Ratio& interval = *run.throughput.interval;
  return ceil_multiply_divide(frames, interval.numerator, interval.denominator);
}

}  // namespace

Cycles time_of_frames(const Measurement& run, int frames) {
  const auto known = static_cast<int>(run.frame_completion.size());
  if (frames <= known) return run.frame_completion[static_cast<std::size_t>(frames) - 1];
  return run.frame_completion.back() + steady_of(run, frames - known);
}

BatchTime batch_time(const ContextsResult& result, int frames) {
  BatchTime time;
  time.frames = frames;
  const std::vector<Cycles> compute = times_of(result, frames);
  time.total = batch_cycles(overheads(result, usual), compute, result.reload_overlap);
  time.reload = time.total;
  for (std::size_t c = 0; c < result.list.size(); ++c) {
    const Cycles steady = steady_of(result.list[c].run, frames);
    time.switches += result.list[c].context.overhead.context_switch;
    time.steady += steady;
    time.fill_drain += compute[c] - steady;
    time.reload -= compute[c];
  }
  time.reload -= time.switches;
  return time;
}

BatchRange batch_range(const ContextsResult& result, int frames) {
  const std::vector<Cycles> compute = times_of(result, frames);
  const auto low = overheads(result, [](const ContextPlan& c) { return c.range.low; });
  const auto high = overheads(result, [](const ContextPlan& c) { return c.range.high; });
  return {batch_cycles(low, compute, true), batch_cycles(high, compute, false)};
}

BatchRange batch_range(const ContextsResult& result, int frames, Overhead varied) {
  const std::vector<Cycles> compute = times_of(result, frames);
  const bool of_switch = varied == Overhead::context_switch;
  const auto at = [&](const ContextOverhead OverheadRange::*end) {
    return overheads(result, [&](const ContextPlan& c) {
      const ContextOverhead& there = c.range.*end;
      return of_switch ? ContextOverhead{there.context_switch, c.overhead.reload}
                       : ContextOverhead{c.overhead.context_switch, there.reload};
    });
  };
  return {batch_cycles(at(&OverheadRange::low), compute, of_switch ? result.reload_overlap : true),
          batch_cycles(at(&OverheadRange::high), compute, of_switch ? result.reload_overlap : false)};
}

std::vector<Cycles> context_begins(const ContextsResult& result) {
  const std::vector<Cycles> compute = times_of(result, result.batch);
  std::vector<Cycles> begins;
  Cycles end = 0;
  for (std::size_t c = 0; c < result.list.size(); ++c) {
    const ContextOverhead& overhead = result.list[c].context.overhead;
    const Cycles hidden = c == 0 ? overhead.reload : compute[c - 1];
    end += overhead.context_switch +
           (result.reload_overlap ? std::max<Cycles>(0, overhead.reload - hidden) : overhead.reload);
    begins.push_back(end);
    end += compute[c];
  }
  return begins;
}

double interval_limit(const ContextsResult& result) {
  double sum = 0;
  for (const ContextResult& context : result.list) sum += context.run.throughput.interval->value();
  return sum;
}

double fps_of_batch(const RunResult& result, Cycles cycles, int frames) {
  return frames_per_second(result.plan, static_cast<double>(cycles) / frames);
}

std::optional<double> batch_fps(const RunResult& result, int frames) {
  if (result.status != RunStatus::ok || !result.saturated.throughput.interval) return std::nullopt;
  if (!result.several) return result.saturated.throughput.fps;
  return fps_of_batch(result, batch_time(*result.several, frames).total, frames);
}

std::optional<double> unlimited_batch_fps(const RunResult& result) {
  if (!result.several) return batch_fps(result, 1);
  return frames_per_second(result.plan, interval_limit(*result.several));
}

Bytes inter_context_bytes(const RunResult& result) {
  Bytes bytes = 0;
  for (std::size_t c = 0; result.several && c < result.several->list.size(); ++c)
    bytes += bytes_between(result.several->list[c].context.plan);
  return bytes;
}

std::vector<std::string> cut_blocks(const RunResult& result) {
  std::vector<std::string> layers;
  if (!result.several) return layers;
  for (const ContextResult& context : result.several->list)
    for (const std::string& layer : context.context.cut_blocks)
      if (std::find(layers.begin(), layers.end(), layer) == layers.end()) layers.push_back(layer);
  return layers;
}

std::size_t slowest_context(const ContextsResult& result) {
  std::size_t slowest = 0;
  Cycles most = -1;
  for (std::size_t c = 0; c < result.list.size(); ++c) {
    const ContextResult& context = result.list[c];
    const Cycles term = context.context.overhead.context_switch + context.context.overhead.reload +
                        time_of_frames(context.run, result.batch);
    if (term > most) slowest = c;
    most = std::max(most, term);
  }
  return slowest;
}

RunResult result_of(const RunResult& whole, std::size_t context) {
  const ContextResult& part = whole.several->list[context];
  RunResult result;
  result.plan = part.context.plan;
  result.timing = whole.timing;
  result.saturated = part.run;
  result.se = part.se;
  result.latency.isolated = part.run.frame_completion.front();
  return result;
}

}  // namespace rowflow
