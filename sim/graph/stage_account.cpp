#include "sim/graph/stage_account.hpp"

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

int buffer_of_wait(const Stage& stage, std::size_t wait) {
  if (wait == 0) return -1;
  if (wait <= stage.inputs.size()) return stage.inputs[wait - 1].buffer;
  return stage.outputs[wait - 1 - stage.inputs.size()].buffer;
}

void split_waits(const Stage& stage, const StageTimes& times, StageActivity& result) {
  for (std::size_t w = 0; w < times.waits.size(); ++w) {
    const bool blocked = w > stage.inputs.size();
    (blocked ? result.blocked : result.starved) += times.waits[w];
    const double steady =
        times.steady ? static_cast<double>(times.steady->waits[w]) / static_cast<double>(times.steady->frames) : 0;
    (blocked ? result.steady_blocked : result.steady_starved) += steady;
    if (times.waits[w] == 0 && steady == 0) continue;
    result.stalls.push_back(
        {buffer_of_wait(stage, w), blocked ? StallKind::blocked : StallKind::starved, times.waits[w], steady});
  }
}

}  // namespace

StageActivity stage_activity(const Stage& stage, const StageTimes& times, Cycles elapsed) {
  StageActivity result;
  result.busy = times.busy;
  result.done = times.done;
  split_waits(stage, times, result);
  const Cycles per_frame = stage_interval(stage);
  if (times.steady) {
    result.steady_busy = static_cast<double>(per_frame);
    const auto period = static_cast<double>(times.steady->period), frames = static_cast<double>(times.steady->frames);
    result.utilization = period > 0 ? static_cast<double>(per_frame) * frames / period : 0;
  } else if (elapsed > 0) {
    result.utilization = static_cast<double>(result.busy) / static_cast<double>(elapsed);
  }
  if (result.busy + result.starved + result.blocked + result.done != elapsed) {
    throw Defect("stage " + stage.name + ": busy " + std::to_string(result.busy) + " + starved " +
                 std::to_string(result.starved) + " + blocked " + std::to_string(result.blocked) + " + done " +
                 std::to_string(result.done) + " is not elapsed " + std::to_string(elapsed));
  }
  return result;
}

}  // namespace rowflow
