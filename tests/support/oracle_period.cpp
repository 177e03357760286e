// Rule T11: the state after each frame, and its earliest repeat.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/oracle_account.hpp"

namespace rowflow::oracle {
namespace {

Int frame_end(const Schedule& schedule, std::size_t stage, int frame) {
  return schedule.end(stage, static_cast<std::size_t>(frame + 1) * schedule.plan().stages[stage].cost.size() - 1);
}

/// Ends of all stages and the free slots of all buffers after a frame, relative to the source's end.
std::vector<Int> state_after(const Schedule& schedule, int frame) {
  const PlanSpec& plan = schedule.plan();
  const Int reference = frame_end(schedule, plan.source, frame);
  std::vector<Int> state;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) state.push_back(frame_end(schedule, s, frame) - reference);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    const Int rows = (frame + 1) * plan.buffers[b].rows;
    const Int producer = frame_end(schedule, plan.buffers[b].from, frame);
    for (Int r = rows - plan.buffers[b].capacity; r < rows; ++r) {
      const Int freed = r < 0 ? producer : schedule.rows(b).freed[static_cast<std::size_t>(r)];
      state.push_back(std::max(freed, producer) - reference);
    }
  }
  return state;
}

/// The split between the ends of step N−1 of frames first and last.
SteadyStage steady_split(const Schedule& schedule, std::size_t stage, int first, int last) {
  const StageSpec& spec = schedule.plan().stages[stage];
  const std::size_t steps = spec.cost.size();
  SteadyStage split;
  StageCharges charges;
  for (std::size_t step = static_cast<std::size_t>(first + 1) * steps;
       step < static_cast<std::size_t>(last + 1) * steps; ++step) {
    split.busy += spec.cost[step % steps];
    charge_wait(schedule, stage, step, schedule.starts(stage)[step], charges);
  }
  for (const auto& [port, cycles] : charges)
    (port < static_cast<int>(spec.inputs.size()) ? split.starved : split.blocked) += cycles;
  return split;
}

/// Rows of frame `first` may still sit in buffers when its last stage ends, so the window for occupancy starts at the
/// latest end of `first` among the stages and its contents all belong to periodic steps when `first` is late enough:
/// the caller passes a late one.
void account_period(const Schedule& schedule, int first, Period& period) {
  const PlanSpec& plan = schedule.plan();
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    period.stages.push_back(steady_split(schedule, s, first, first + period.frames));
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    const Int start = frame_end(schedule, plan.buffers[b].to, first);
    period.buffers.push_back(account_buffer(schedule, b, start, start + period.cycles));
  }
}

std::optional<Period> earliest_repeat(const Schedule& schedule) {
  std::map<std::vector<Int>, int> seen;
  for (int f = 0; f < schedule.frames(); ++f) {
    const auto [earlier, is_new] = seen.emplace(state_after(schedule, f), f);
    if (is_new) continue;
    Period period;
    period.first = earlier->second;
    period.frames = f - period.first;
    period.cycles =
        frame_end(schedule, schedule.plan().source, f) - frame_end(schedule, schedule.plan().source, period.first);
    return period;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Period> proven_interval(const nlohmann::json& json, int max_frames) {
  const PlanSpec plan = read_plan(json);
  for (int frames = std::min(32, max_frames);; frames = std::min(4 * frames, max_frames)) {
    const Schedule schedule(plan, frames);
    for (std::size_t s = 0; s < plan.stages.size(); ++s)
      if (!schedule.finished(s)) return std::nullopt;  // deadlocks happen in the first frames or never
    if (auto period = earliest_repeat(schedule)) {
      // Buffers hold rows of few frames beyond the state's; some more frames bring all of them into the regime and
      // beyond the window.
      Int ahead = 1;
      for (const BufferSpec& buffer : plan.buffers) ahead += (buffer.capacity + buffer.rows - 1) / buffer.rows;
      const int first = period->first + static_cast<int>(ahead);
      account_period(Schedule(plan, first + period->frames + static_cast<int>(ahead) + 1), first, *period);
      return period;
    }
    if (frames == max_frames) return std::nullopt;
  }
}

}  // namespace rowflow::oracle
