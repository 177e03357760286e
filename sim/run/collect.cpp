#include "sim/run/collect.hpp"

#include <algorithm>
#include <numeric>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// Cycles waited for each thing (Activity::waits) between the ends of two frames.
std::vector<Cycles> waits_between(const Activity& activity, const SteadyWindow& window) {
  const std::size_t width = activity.waits.size();
  std::vector<Cycles> waits(width);
  for (std::size_t w = 0; w < width; ++w) {
    waits[w] = activity.frame_waits[at(window.last) * width + w] - activity.frame_waits[at(window.first) * width + w];
  }
  return waits;
}

/// The time from the last step's end to the end of a deadlocked run, charged as T9 says.
void charge_final_wait(const StageModule& module, std::size_t inputs, Cycles elapsed, std::vector<Cycles>& waits) {
  const auto wait = module.waiting();
  if (!wait.for_space) {
    waits[1 + wait.port] += elapsed - module.last_end();
    return;
  }
  const Cycles starved_until = std::clamp(wait.starved_until, module.last_end(), elapsed);
  // The rows had come, the last of them maybe after the end of the last step.
  waits[wait.starved_on - 1U] += starved_until - module.last_end();
  waits[1 + inputs + wait.port] += elapsed - starved_until;
}

/// Of stage `index`; none in a deadlock or for a single frame.
std::optional<SteadyTimes> steady_times(const SteadyPart& steady, std::size_t index, const Activity& activity) {
  if (steady.regime) return SteadyTimes{steady.regime->waits[index], steady.regime->period, steady.regime->scale};
  if (!steady.window) return std::nullopt;
  const SteadyWindow& window = *steady.window;
  return SteadyTimes{waits_between(activity, window),
                     activity.frame_end[at(window.last)] - activity.frame_end[at(window.first)], window.frames()};
}

StageActivity collect_stage(const Stage& stage, std::size_t index, const StageModule& module, Cycles elapsed,
                            int frames, const SteadyPart& steady) {
  const auto& activity = module.activity();
  StageTimes times;
  times.waits = activity.waits;
  const auto partial =
      activity.steps - static_cast<std::int64_t>(module.frames_done()) * static_cast<std::int64_t>(stage.steps());
  times.busy = module.frames_done() * stage_interval(stage) +
               std::accumulate(stage.cost.begin(), stage.cost.begin() + partial, Cycles{0});
  if (module.frames_done() < frames)
    charge_final_wait(module, stage.inputs.size(), elapsed, times.waits);
  else
    times.done = elapsed - module.last_end();
  times.steady = steady_times(steady, index, activity);
  return stage_activity(stage, times, elapsed);
}

}  // namespace

namespace {

/// The part of T11's state in one forwarded buffer (T16): free times of first and last beats, as the producer's next
/// starts and ends look at them. `freed` walks along both stamps of the last rows.
void add_forwarded_state(const Buffer& buffer, int frame, std::vector<Cycles>::const_iterator freed,
                         std::vector<Cycles>& state) {
  const Cycles producer_end = state[at(buffer.from)];
  const Rows slots = buffer.capacity_rows + buffer.forwarding->held_rows;
  const Rows known = std::min(slots, (frame + 1) * buffer.rows_per_frame);
  for (Rows slot = known; slot < slots; ++slot) state.insert(state.end(), 2, producer_end);
  for (Rows slot = 0; slot < known; ++slot) {
    state.push_back(std::max(*freed++ - buffer.forwarding->head_start, producer_end));
    state.push_back(std::max(*freed++ + buffer.forwarding->last_free, producer_end));
  }
}

}  // namespace

std::vector<Cycles> state_after_frame(const Plan& plan, const Accelerator& accelerator, int frame) {
  std::vector<Cycles> state;
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    state.push_back(accelerator.stage(static_cast<int>(s)).activity().frame_end[at(frame)]);
  const std::size_t stages = state.size();
  for (std::size_t s = 0; s < stages; ++s) {
    const auto& activity = accelerator.stage(static_cast<int>(s)).activity();
    std::size_t next = activity.frame_freed_begin[at(frame)];
    for (const auto& port : plan.stages[s].inputs) {
      const auto& buffer = plan.buffers[at(port.buffer)];
      if (buffer.capacity_rows == unlimited_rows) continue;
      if (buffer.forwarding) {
        add_forwarded_state(buffer, frame, activity.frame_freed.begin() + static_cast<std::ptrdiff_t>(next), state);
        next += 2 * at(static_cast<int>(std::min(buffer.capacity_rows + buffer.forwarding->held_rows,
                                                 (frame + 1) * buffer.rows_per_frame)));
        continue;
      }
      const Cycles producer_end = state[at(buffer.from)];
      const Rows known = std::min(buffer.capacity_rows, (frame + 1) * buffer.rows_per_frame);
      for (Rows slot = known; slot < buffer.capacity_rows; ++slot) state.push_back(producer_end);
      for (Rows slot = 0; slot < known; ++slot) state.push_back(std::max(activity.frame_freed[next++], producer_end));
    }
  }
  return state;
}

std::vector<Cycles> frame_completions(const Plan& plan, const Accelerator& accelerator, int frames) {
  std::vector<Cycles> completions(at(frames), 0);
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    if (!plan.stages[s].outputs.empty()) continue;
    const auto& ends = accelerator.stage(static_cast<int>(s)).activity().frame_end;
    for (std::size_t f = 0; f < completions.size(); ++f) completions[f] = std::max(completions[f], ends[f]);
  }
  return completions;
}

Cycles latest_end(const Plan& plan, const Accelerator& accelerator) {
  Cycles latest = 0;
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    latest = std::max(latest, accelerator.stage(static_cast<int>(s)).last_end());
  return latest;
}

std::vector<StageActivity> collect_stages(const Plan& plan, const Accelerator& accelerator, Cycles elapsed, int frames,
                                          const SteadyPart& steady) {
  std::vector<StageActivity> result;
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    result.push_back(collect_stage(plan.stages[s], s, accelerator.stage(static_cast<int>(s)), elapsed, frames, steady));
  return result;
}

std::vector<Occupancy> collect_buffers(const Plan& plan, const Accelerator& accelerator, Cycles elapsed,
                                       const SteadyPart& steady_part) {
  const auto& steady = steady_part.window;
  std::vector<Occupancy> result;
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    auto& ring = accelerator.ring(static_cast<int>(b));
    ring.account();
    FrameOccupancy total = ring.correction_at(elapsed);
    Occupancy occupancy;
    FrameOccupancy window;
    for (std::size_t f = 0; f < ring.frames().size(); ++f) {
      const auto& frame = ring.frames()[f];
      total.peak = std::max(total.peak, frame.peak);
      total.residence += frame.residence;
      total.longest = std::max(total.longest, frame.longest);
      total.full += frame.full;
      if (!steady || f <= at(steady->first) || f > at(steady->last)) continue;
      window.peak = std::max(window.peak, frame.peak);
      window.residence += frame.residence;
      window.full += frame.full;
    }
    occupancy.peak_rows = total.peak;
    occupancy.mean_rows = elapsed > 0 ? static_cast<double>(total.residence) / static_cast<double>(elapsed) : 0;
    occupancy.full_cycles = total.full;
    occupancy.longest_stay = total.longest;
    if (steady) {
      const auto& ends = accelerator.stage(plan.buffers[b].to).activity().frame_end;
      const auto period = static_cast<double>(ends[at(steady->last)] - ends[at(steady->first)]);
      occupancy.steady_peak_rows = window.peak;
      occupancy.steady_mean_rows = period > 0 ? static_cast<double>(window.residence) / period : 0;
      occupancy.steady_full_cycles = static_cast<double>(window.full) / steady->frames();
    }
    if (steady_part.regime) take_steady(steady_part.regime->buffers[b], occupancy);
    if (plan.buffers[b].capacity_rows != unlimited_rows && occupancy.peak_rows > plan.buffers[b].capacity_rows) {
      throw Defect("buffer " + plan.buffers[b].name + " held " + std::to_string(occupancy.peak_rows) +
                   " rows, its capacity is " + std::to_string(plan.buffers[b].capacity_rows));
    }
    result.push_back(occupancy);
  }
  return result;
}

}  // namespace rowflow
