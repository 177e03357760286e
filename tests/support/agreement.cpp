#include "tests/support/agreement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <map>

namespace rowflow::test {
namespace {

class Differences {
 public:
  template <typename A, typename B>
  void equal(const std::string& what, const A& measured, const B& expected) {
    if (!(measured == expected)) text_ += fmt::format("{}: simulator {}, oracle {}\n", what, measured, expected);
  }
  void near(const std::string& what, double measured, double expected) {
    if (!(std::abs(measured - expected) <= 1e-9 * std::max(1.0, std::abs(expected))))
      text_ += fmt::format("{}: simulator {}, oracle {}\n", what, measured, expected);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

using Stalls = std::map<std::string, Cycles>;

Stalls stalls_of(const Plan& plan, const StageActivity& stage) {
  Stalls stalls;
  for (const StallCause& cause : stage.stalls) {
    const std::string buffer = cause.buffer < 0 ? "" : plan.buffers[static_cast<std::size_t>(cause.buffer)].name;
    const std::string key = (cause.kind == StallKind::blocked ? "blocked " : "starved ") + buffer;
    // Steady cycles alone may be listed too; nothing is listed twice.
    if (cause.cycles != 0 && !stalls.emplace(key, cause.cycles).second) stalls[key + " (twice)"] = cause.cycles;
  }
  return stalls;
}

Stalls stalls_of(const oracle::StageAccount& stage) {
  Stalls stalls;
  for (const oracle::Stall& stall : stage.stalls)
    stalls[(stall.blocked ? "blocked " : "starved ") + stall.buffer] = stall.cycles;
  return stalls;
}

void compare_stage(Differences& d, const Plan& plan, const StageActivity& measured,
                   const oracle::StageAccount& expected) {
  d.equal(expected.name + " busy", measured.busy, expected.busy);
  d.equal(expected.name + " starved", measured.starved, expected.starved);
  d.equal(expected.name + " blocked", measured.blocked, expected.blocked);
  d.equal(expected.name + " done", measured.done, expected.done);
  d.equal(expected.name + " stalls", stalls_of(plan, measured), stalls_of(expected));
}

void compare_buffer(Differences& d, const Occupancy& measured, const oracle::BufferAccount& expected, Cycles elapsed) {
  d.equal(expected.name + " peak", measured.peak_rows, expected.peak);
  d.equal(expected.name + " full", measured.full_cycles, expected.full_cycles);
  if (elapsed > 0)
    d.near(expected.name + " mean", measured.mean_rows,
           static_cast<double>(expected.integral) / static_cast<double>(elapsed));
}

using SteadyStalls = std::map<std::string, double>;

void compare_steady_stage(Differences& d, const Plan& plan, const StageActivity& measured,
                          const oracle::StageAccount& expected, double parts) {
  const std::string stage = expected.name + " steady ";
  d.near(stage + "busy", measured.steady_busy, static_cast<double>(expected.busy) / parts);
  d.near(stage + "starved", measured.steady_starved, static_cast<double>(expected.starved) / parts);
  d.near(stage + "blocked", measured.steady_blocked, static_cast<double>(expected.blocked) / parts);
  SteadyStalls stalls;
  for (const StallCause& cause : measured.stalls) {
    const std::string buffer = cause.buffer < 0 ? "" : plan.buffers[static_cast<std::size_t>(cause.buffer)].name;
    stalls[(cause.kind == StallKind::blocked ? "blocked " : "starved ") + buffer] += cause.steady_cycles;
  }
  for (const oracle::Stall& stall : expected.stalls)
    stalls[(stall.blocked ? "blocked " : "starved ") + stall.buffer] -= static_cast<double>(stall.cycles) / parts;
  for (const auto& [cause, left] : stalls) d.near(stage + cause + ", what is left", left, 0);
}

}  // namespace

std::string differences(const Plan& plan, const Measurement& measured, const oracle::Result& expected) {
  Differences d;
  d.equal("completed", measured.completed, expected.completed);
  d.equal("elapsed", measured.elapsed, expected.elapsed);
  d.equal("steps executed", measured.steps_executed, expected.steps_executed);
  d.equal("frame_start", measured.frame_start, expected.frame_start);
  d.equal("frame_source_end", measured.frame_source_end, expected.frame_source_end);
  d.equal("frame_completion", measured.frame_completion, expected.frame_completion);
  d.equal("stages", measured.stages.size(), expected.stages.size());
  d.equal("buffers", measured.buffers.size(), expected.buffers.size());
  if (!d.text().empty()) return d.text();
  for (std::size_t s = 0; s < expected.stages.size(); ++s)
    compare_stage(d, plan, measured.stages[s], expected.stages[s]);
  for (std::size_t b = 0; b < expected.buffers.size(); ++b)
    compare_buffer(d, measured.buffers[b], expected.buffers[b], expected.elapsed);
  return d.text();
}

std::string throughput_differences(const Measurement& measured, const std::optional<oracle::Period>& expected,
                                   int horizon) {
  Differences d;
  const Throughput& claimed = measured.throughput;
  if (claimed.periodic || claimed.proof == Proof::repeat) {
    d.equal("periodic where proven by repeat", claimed.periodic, claimed.proof == Proof::repeat);
    d.equal("a repeat exists", true, expected.has_value());
    if (!expected) return d.text();
    d.equal("period_cycles", claimed.period_cycles, expected->cycles);
    d.equal("period_frames", claimed.period_frames, expected->frames);
  }
  if (claimed.proof == Proof::none) {
    // A repeat that the run had all frames to see must have been seen.
    if (expected) d.equal("repeat within the run", expected->first + expected->frames < measured.frames, false);
    return d.text();
  }
  d.equal("interval given", claimed.interval.has_value(), true);
  if (!claimed.interval) return d.text();
  if (expected)
    d.equal("interval × frames", claimed.interval->numerator * expected->frames,
            expected->cycles * claimed.interval->denominator);
  else
    d.equal("a bound needs no repeat within", std::string(to_string(claimed.proof)),
            std::string(horizon > 0 ? "bound" : ""));
  if (measured.critical && claimed.interval)
    d.equal("critical cycle × frames", measured.critical->cycles * claimed.interval->denominator,
            claimed.interval->numerator * measured.critical->frames);
  return d.text();
}

std::string steady_differences(const Plan& plan, const Measurement& measured, const oracle::Regime& expected) {
  Differences d;
  const auto parts = static_cast<double>(expected.parts);
  d.equal("steady figures are exact", measured.throughput.steady_exact, true);
  for (std::size_t s = 0; s < expected.stages.size(); ++s)
    compare_steady_stage(d, plan, measured.stages[s], expected.stages[s], parts);
  for (std::size_t b = 0; b < expected.buffers.size(); ++b) {
    const oracle::BufferAccount& buffer = expected.buffers[b];
    d.equal(buffer.name + " steady peak", measured.buffers[b].steady_peak_rows, buffer.peak);
    d.near(buffer.name + " steady mean", measured.buffers[b].steady_mean_rows,
           static_cast<double>(buffer.integral) / static_cast<double>(expected.period));
    d.near(buffer.name + " steady full", measured.buffers[b].steady_full_cycles,
           static_cast<double>(buffer.full_cycles) / parts);
  }
  return d.text();
}

}  // namespace rowflow::test
