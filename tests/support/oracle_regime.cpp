// The regime in which the source is paced at the interval (T9, T10): a run from empty in parts of cycles, until each
// frame is the one before, an interval later.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/oracle_account.hpp"

namespace rowflow::oracle {
namespace {

PlanSpec paced(PlanSpec plan, Int period, Int parts) {
  for (StageSpec& stage : plan.stages) {
    stage.latency *= parts;
    for (Int& cost : stage.cost) cost *= parts;
  }
  for (BufferSpec& buffer : plan.buffers) {
    buffer.transfer_latency *= parts;
    buffer.credit_latency *= parts;
  }
  const auto rows = static_cast<Int>(plan.stages[plan.source].cost.size());
  plan.frame_period = period;
  plan.row_interval = period / rows;
  plan.row_remainder = period % rows;
  return plan;
}

bool alike(const Schedule& schedule, int frame, Int period) {
  for (std::size_t s = 0; s < schedule.plan().stages.size(); ++s) {
    const std::size_t steps = schedule.plan().stages[s].cost.size(), first = static_cast<std::size_t>(frame) * steps;
    for (std::size_t i = first; i < first + steps; ++i)
      if (schedule.starts(s)[i] + period != schedule.starts(s)[i + steps]) return false;
  }
  return true;
}

Int frame_start(const Schedule& schedule, std::size_t stage, int frame) {
  return schedule.starts(stage)[static_cast<std::size_t>(frame) * schedule.plan().stages[stage].cost.size()];
}

Int frame_end(const Schedule& schedule, std::size_t stage, int frame) {
  return schedule.end(stage, static_cast<std::size_t>(frame + 1) * schedule.plan().stages[stage].cost.size() - 1);
}

/// Whether in the period after the consumer's end of `frame` the buffer has no row from before frame `from`, and every
/// row that enters then is known.
bool all_of_regime(const Schedule& schedule, std::size_t b, int from, int frame, Int period) {
  const BufferSpec& buffer = schedule.plan().buffers[b];
  const Int start = frame_end(schedule, buffer.to, frame);
  const auto before = static_cast<std::size_t>(from * buffer.rows);
  return (before == 0 || schedule.rows(b).freed[before - 1] <= start) &&
         frame_start(schedule, buffer.from, schedule.frames() - 1) > start + period;
}

StageAccount account_frame(const Schedule& schedule, std::size_t stage, int frame) {
  const StageSpec& spec = schedule.plan().stages[stage];
  const std::size_t steps = spec.cost.size(), first = static_cast<std::size_t>(frame) * steps;
  StageAccount account;
  account.name = spec.name;
  StageCharges charges;
  for (std::size_t step = first; step < first + steps; ++step) {
    account.busy += spec.cost[step - first];
    charge_wait(schedule, stage, step, schedule.starts(stage)[step], charges);
  }
  for (const auto& [port, cycles] : charges) {
    const auto inputs = static_cast<int>(spec.inputs.size());
    const bool blocked = port >= inputs;
    (blocked ? account.blocked : account.starved) += cycles;
    const std::size_t index = static_cast<std::size_t>(blocked ? port - inputs : std::max(port, 0));
    const std::string name = port == schedule_port ? ""
                             : blocked             ? schedule.plan().buffers[spec.outputs[index].buffer].name
                                                   : schedule.plan().buffers[spec.inputs[index].buffer].name;
    if (cycles != 0) account.stalls.push_back({name, blocked, cycles});
  }
  return account;
}

Regime read_off(const Schedule& schedule, int frame, Int period, Int parts) {
  const PlanSpec& plan = schedule.plan();
  Regime regime;
  regime.period = period;
  regime.parts = parts;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) regime.stages.push_back(account_frame(schedule, s, frame + 1));
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    const Int start = frame_end(schedule, plan.buffers[b].to, frame);
    regime.buffers.push_back(account_buffer(schedule, b, start, start + period));
  }
  Int completion = 0;
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    if (plan.stages[s].outputs.empty()) completion = std::max(completion, frame_end(schedule, s, frame));
  regime.latency = completion - frame_start(schedule, plan.source, frame);
  regime.after_last_row = completion - frame_end(schedule, plan.source, frame);
  return regime;
}

}  // namespace

std::optional<Regime> paced_regime(const nlohmann::json& json, Int cycles, Int frames, int max_frames) {
  const PlanSpec plan = paced(read_plan(json), cycles, frames);
  Int back = 1;
  for (const BufferSpec& buffer : plan.buffers)
    back = std::max(back, (buffer.capacity + buffer.rows - 1) / buffer.rows);
  for (int run = std::min(24, max_frames);; run = std::min(3 * run, max_frames)) {
    const Schedule schedule(plan, run);
    for (std::size_t s = 0; s < plan.stages.size(); ++s)
      if (!schedule.finished(s)) return std::nullopt;
    int from = run - 1;
    while (from > 0 && alike(schedule, from - 1, cycles)) --from;
    for (int frame = from + static_cast<int>(back); frame + 2 < run; ++frame) {
      bool known = true;
      for (std::size_t b = 0; b < plan.buffers.size(); ++b)
        known = known && all_of_regime(schedule, b, from, frame, cycles);
      if (known) return read_off(schedule, frame, cycles, frames);
    }
    if (run == max_frames) return std::nullopt;
  }
}

}  // namespace rowflow::oracle
