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
    if (auto period = earliest_repeat(schedule)) return period;
    if (frames == max_frames) return std::nullopt;
  }
}

}  // namespace rowflow::oracle
