#include "tests/rtl/two_sources.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <random>

#include "sim/base/integer.hpp"
#include "sim/run/run.hpp"
#include "tests/rtl/bench.hpp"
#include "tests/rtl/plan_of.hpp"

namespace rowflow::rtl {
namespace {

constexpr int second_place = 1;  // of the second source among the plan's stages

/// The residual of a pipeline of the grid from a source of its own, at a pace of its own.
Configuration with_second_source(Configuration c, std::mt19937& random) {
  const auto draw = [&](int low, int high) { return low + static_cast<int>(random() % (high - low + 1)); };
  c.second.beat_cycles = draw(1, 6);
  c.second.overhead = draw(0, 4);
  c.second.latency = draw(0, 12);
  c.capacity[a_add] = draw(1, 5);
  c.group = fmt::format("{} with a source of {} cycles a beat", c.group, c.second.beat_cycles);
  check(c);
  return c;
}

struct Seen {
  bool waits = false, is_waited_for = false;
};

/// "" where the two are alike.
std::string difference(const Configuration& c, int frames, Seen& seen) {
  const RtlRun rtl = run_rtl(c, HandOver::rows, frames);
  const Plan plan = plan_of_two_sources(c);
  check_plan(plan);
  RunOptions options;
  options.frames = frames;
  const Measurement run = measure(plan, options);  // with the event graph's opinion
  if (rtl.mismatches > 0 || rtl.overflow) return fmt::format("{} wrong numbers", rtl.mismatches);
  if (rtl.deadlock == run.completed) return "deadlock in one of the two";
  if (rtl.completion != run.frame_completion) return "completions differ";
  for (int e = 0; e < edge_count; ++e) {
    const auto rows = static_cast<Rows>(ceil_div(rtl.peak[e], c.row_beats(e)));
    if (rows != run.buffers[static_cast<std::size_t>(e)].peak_rows)
      return fmt::format("peak of {}: hardware {}, simulator {}", plan.buffers[static_cast<std::size_t>(e)].name, rows,
                         run.buffers[static_cast<std::size_t>(e)].peak_rows);
  }
  seen.waits |= run.stages[second_place].blocked > 0;
  for (const StallCause& stall : run.stages[static_cast<std::size_t>(find_stage(plan, "add"))].stalls)
    seen.is_waited_for |= stall.buffer == a_add && stall.kind == StallKind::starved && stall.cycles > 0;
  return "";
}

}  // namespace

Plan plan_of_two_sources(const Configuration& c) {
  Plan plan = plan_of(c);
  Stage second;
  second.name = second.layer = "second";
  second.kind = StageKind::source;
  second.latency = c.second.latency;
  const auto rows = static_cast<std::size_t>(c.map_height(2));
  second.cost.assign(rows, c.second.overhead + c.row_beats(add_sink) * c.second.beat_cycles);
  StageOutput output{a_add, {}};
  for (std::size_t i = 0; i < rows; ++i) output.emits.push_back(static_cast<Rows>(i) + 1);
  second.outputs.push_back(std::move(output));
  auto& others = plan.stages[conv_a].outputs;
  others.erase(std::remove_if(others.begin(), others.end(), [](const StageOutput& o) { return o.buffer == a_add; }),
               others.end());
  plan.stages.insert(plan.stages.begin() + second_place, std::move(second));
  for (Buffer& buffer : plan.buffers) {
    buffer.from += buffer.from >= second_place ? 1 : 0;
    buffer.to += buffer.to >= second_place ? 1 : 0;
  }
  plan.buffers[a_add].from = second_place;
  plan.buffers[a_add].name = "second->add";
  return plan;
}

std::vector<std::string> two_source_failures(int pipelines, int frames) {
  std::mt19937 random(2026);
  std::vector<std::string> failures;
  Seen seen;
  int met = 0, of_group = 0;
  std::string group;
  for (const Configuration& c : make_grid(8 * pipelines)) {  // more than a third of them have a residual
    if (!c.residual) continue;
    if (c.group != group) {
      if (met++ == pipelines) break;
      group = c.group;
      of_group = 0;
    }
    if (++of_group > 3) continue;
    const Configuration two = with_second_source(c, random);
    const std::string text = difference(two, frames, seen);
    if (!text.empty()) failures.push_back(fmt::format("{}, T = {}: {}", two.group, two.tile, text));
  }
  if (!seen.waits) failures.emplace_back("no second source ever waits");
  if (!seen.is_waited_for) failures.emplace_back("no second source is ever waited for");
  return failures;
}

}  // namespace rowflow::rtl
