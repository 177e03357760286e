// The accounts T9 and T10 over a finished schedule.
#include "tests/support/oracle.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "tests/support/oracle_account.hpp"

namespace rowflow::oracle {
namespace {

/// The first port whose time is the latest: ties go to the first in order.
std::size_t latest_port(const std::vector<Int>& times) {
  return static_cast<std::size_t>(std::max_element(times.begin(), times.end()) - times.begin());
}

Int completion(const Schedule& schedule, std::size_t frame) {
  Int latest = 0;
  for (std::size_t s = 0; s < schedule.plan().stages.size(); ++s)
    if (schedule.plan().stages[s].outputs.empty())
      latest = std::max(latest, schedule.end(s, (frame + 1) * schedule.plan().stages[s].cost.size() - 1));
  return latest;
}

bool complete(const Schedule& schedule, std::size_t frame) {
  for (std::size_t s = 0; s < schedule.plan().stages.size(); ++s) {
    const StageSpec& stage = schedule.plan().stages[s];
    if (stage.outputs.empty() && schedule.starts(s).size() < (frame + 1) * stage.cost.size()) return false;
  }
  return true;
}

void record_frames(const Schedule& schedule, Result& result) {
  const std::size_t source = schedule.plan().source, rows = schedule.plan().stages[source].cost.size();
  const auto& starts = schedule.starts(source);
  for (std::size_t f = 0; f < static_cast<std::size_t>(schedule.frames()); ++f) {
    if (f * rows < starts.size()) result.frame_start.push_back(starts[f * rows]);
    if ((f + 1) * rows <= starts.size()) result.frame_source_end.push_back(schedule.end(source, (f + 1) * rows - 1));
    if (complete(schedule, f)) result.frame_completion.push_back(completion(schedule, f));
  }
}

/// The latest end of any executed step; where all frames arrived that is the last completion.
Int latest_end(const Schedule& schedule) {
  Int latest = 0;
  for (std::size_t s = 0; s < schedule.plan().stages.size(); ++s)
    if (!schedule.starts(s).empty()) latest = std::max(latest, schedule.end(s, schedule.starts(s).size() - 1));
  return latest;
}

Wait first_unmet(const Schedule& schedule, std::size_t stage) {
  const PlanSpec& plan = schedule.plan();
  const StartTerms terms = schedule.terms(stage, schedule.starts(stage).size());
  for (std::size_t p = 0; p < terms.visible.size(); ++p)
    if (terms.visible[p] == never)
      return {plan.stages[stage].name, plan.buffers[plan.stages[stage].inputs[p].buffer].name, false};
  for (std::size_t p = 0; p < terms.space.size(); ++p)
    if (terms.space[p] == never)
      return {plan.stages[stage].name, plan.buffers[plan.stages[stage].outputs[p].buffer].name, true};
  return {plan.stages[stage].name, "", false};
}

}  // namespace

void charge_wait(const Schedule& schedule, std::size_t stage, std::size_t step, Int until, StageCharges& charges) {
  const StartTerms terms = schedule.terms(stage, step);
  const StageSpec& spec = schedule.plan().stages[stage];
  Int now = std::min(terms.unit, until);
  const auto wait_for = [&](Int time, int port) {
    const Int reached = std::min(std::max(now, time), until);
    if (reached > now) charges[port] += reached - now;
    now = reached;
  };
  wait_for(terms.schedule, schedule_port);
  if (!terms.visible.empty()) {
    const std::size_t port = latest_port(terms.visible);
    wait_for(terms.visible[port], static_cast<int>(port));
  }
  if (!terms.space.empty()) {
    const std::size_t port = latest_port(terms.space);
    wait_for(terms.space[port], static_cast<int>(spec.inputs.size() + port));
  }
}

StageAccount account_stage(const Schedule& schedule, std::size_t stage, Int elapsed) {
  const StageSpec& spec = schedule.plan().stages[stage];
  StageAccount account;
  account.name = spec.name;
  account.starts = schedule.starts(stage);
  StageCharges charges;
  for (std::size_t step = 0; step < account.starts.size(); ++step) {
    account.busy += spec.cost[step % spec.cost.size()];
    charge_wait(schedule, stage, step, account.starts[step], charges);
  }
  if (!schedule.finished(stage))
    charge_wait(schedule, stage, account.starts.size(), elapsed, charges);
  else
    account.done = elapsed - schedule.end(stage, account.starts.size() - 1);
  for (const auto& [port, cycles] : charges) {
    const auto inputs = static_cast<int>(spec.inputs.size());
    const bool blocked = port >= inputs;
    (blocked ? account.blocked : account.starved) += cycles;
    std::string name;
    if (port != schedule_port) {
      const std::size_t buffer = blocked ? spec.outputs[static_cast<std::size_t>(port - inputs)].buffer
                                         : spec.inputs[static_cast<std::size_t>(port)].buffer;
      name = schedule.plan().buffers[buffer].name;
    }
    account.stalls.push_back({name, blocked, cycles});
  }
  return account;
}

BufferAccount account_buffer(const Schedule& schedule, std::size_t buffer, Int from, Int to) {
  const RowTimes& rows = schedule.rows(buffer);
  const Int capacity = schedule.plan().buffers[buffer].capacity;
  std::map<Int, Int>
      change;  // the net change at a time: frees count first because only the sum after them is looked at
  for (std::size_t r = 0; r < rows.written.size(); ++r) {
    const Int freed = r < rows.freed.size() ? rows.freed[r] : never;
    if (freed == rows.written[r]) continue;  // an empty interval counts nowhere
    ++change[rows.written[r]];
    if (freed != never) --change[freed];
  }
  BufferAccount account;
  account.name = schedule.plan().buffers[buffer].name;
  Int occupied = 0, since = from;
  const auto advance = [&](Int now) {
    if (now <= since) return;
    account.integral += occupied * (now - since);
    if (capacity > 0 && occupied == capacity) account.full_cycles += now - since;
    account.peak = std::max(account.peak, occupied);
    since = now;
  };
  for (const auto& [time, delta] : change) {
    if (time > to) break;
    advance(time);
    occupied += delta;
  }
  advance(to);
  account.peak = std::max(account.peak, occupied);  // a row written at the very end is there at that end
  return account;
}

Result evaluate(const nlohmann::json& json, int frames) {
  const PlanSpec plan = read_plan(json);
  const Schedule schedule(plan, frames);
  Result result;
  result.elapsed = latest_end(schedule);
  record_frames(schedule, result);
  result.completed = true;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    result.steps_executed += static_cast<Int>(schedule.starts(s).size());
    result.stages.push_back(account_stage(schedule, s, result.elapsed));
    if (schedule.finished(s)) continue;
    result.completed = false;
    result.unfinished.push_back(first_unmet(schedule, s));
  }
  for (std::size_t b = 0; b < plan.buffers.size(); ++b)
    result.buffers.push_back(account_buffer(schedule, b, 0, result.elapsed));
  return result;
}

}  // namespace rowflow::oracle
