#include "sim/evaluate/diagnosis.hpp"

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/plan/untimed.hpp"

namespace rowflow {

Deadlock diagnose(const Plan& plan) {
  const auto outcome = execute_untimed(plan);
  if (outcome.completed) throw Defect("the run stopped, but one untimed frame completes");
  Deadlock deadlock;
  std::string sentence;
  for (const auto& wait : outcome.cycle) {
    deadlock.waiting.push_back({wait.stage, wait.for_space, wait.buffer});
    const auto& buffer = plan.buffers[static_cast<std::size_t>(wait.buffer)];
    const auto& other = plan.stages[static_cast<std::size_t>(wait.for_space ? buffer.to : buffer.from)];
    sentence += fmt::format(
        "{}{} waits for {} {} ({})", sentence.empty() ? "" : "; ",
        plan.stages[static_cast<std::size_t>(wait.stage)].name, wait.for_space ? "space in the buffer to" : "rows from",
        other.name,
        wait.for_space ? fmt::format("{} rows, needs {}", buffer.capacity_rows, wait.needed_capacity) : "none left");
  }
  deadlock.text = "deadlock: " + sentence;
  const auto cured = live_capacities(plan);
  for (std::size_t b = 0; b < cured.size(); ++b) {
    if (cured[b] != plan.buffers[b].capacity_rows) deadlock.cure.push_back({static_cast<int>(b), cured[b]});
  }
  return deadlock;
}

}  // namespace rowflow
