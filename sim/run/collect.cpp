#include "sim/run/collect.hpp"

#include <algorithm>
#include <numeric>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

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

/// Of stage `index`, between the window's first frame and the run's last; none in a deadlock or for a single frame.
std::optional<SteadyTimes> steady_times(const SteadyPart& steady, std::size_t index, const StageModule& module) {
  if (steady.regime) return SteadyTimes{steady.regime->waits[index], steady.regime->period, steady.regime->scale};
  if (!steady.window) return std::nullopt;
  const FrameMark& begin = steady.begin[index];
  SteadyTimes times{module.activity().waits, module.last_end() - begin.end, steady.window->frames()};
  for (std::size_t w = 0; w < begin.waits.size(); ++w) times.waits[w] -= begin.waits[w];
  return times;
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
  times.steady = steady_times(steady, index, module);
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
  Rows slots = 0;
  for (const Buffer& buffer : plan.buffers)
    slots += buffer.forwarding ? 2 * (buffer.capacity_rows + buffer.forwarding->held_rows) : buffer.capacity_rows;
  state.reserve(plan.stages.size() + static_cast<std::size_t>(slots));
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const Activity& activity = accelerator.stage(static_cast<int>(s)).activity();
    state.push_back(activity.frame_end[activity.index(frame)]);
  }
  const std::size_t stages = state.size();
  for (std::size_t s = 0; s < stages; ++s) {
    const auto& activity = accelerator.stage(static_cast<int>(s)).activity();
    std::size_t next = activity.frame_freed_begin[activity.index(frame)];
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
      state.insert(state.end(), static_cast<std::size_t>(buffer.capacity_rows - known), producer_end);
      const Cycles* const freed = activity.frame_freed.data() + next;
      for (Rows slot = 0; slot < known; ++slot) state.push_back(std::max(freed[slot], producer_end));
      next += static_cast<std::size_t>(known);
    }
  }
  return state;
}

std::vector<FrameMark> marks_of(const Plan& plan, const Accelerator& accelerator, int frame) {
  std::vector<FrameMark> marks;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const Activity& activity = accelerator.stage(static_cast<int>(s)).activity();
    const auto waits =
        activity.frame_waits.begin() + static_cast<std::ptrdiff_t>(activity.index(frame) * activity.waits.size());
    marks.push_back({activity.frame_end[activity.index(frame)],
                     {waits, waits + static_cast<std::ptrdiff_t>(activity.waits.size())}});
  }
  return marks;
}

Cycles frame_completion(const Plan& plan, const Accelerator& accelerator, int frame) {
  Cycles latest = 0;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const Activity& activity = accelerator.stage(static_cast<int>(s)).activity();
    if (plan.stages[s].outputs.empty()) latest = std::max(latest, activity.frame_end[activity.index(frame)]);
  }
  return latest;
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
    total.add(ring.frames().total());
    Occupancy occupancy;
    occupancy.peak_rows = total.peak;
    occupancy.mean_rows = elapsed > 0 ? static_cast<double>(total.residence) / static_cast<double>(elapsed) : 0;
    occupancy.full_cycles = total.full;
    occupancy.longest_stay = total.longest;
    if (steady) {
      const FrameOccupancy window = ring.frames().between(steady->first, steady->last);
      const auto consumer = static_cast<std::size_t>(plan.buffers[b].to);
      const auto period =
          static_cast<double>(accelerator.stage(plan.buffers[b].to).last_end() - steady_part.begin[consumer].end);
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
