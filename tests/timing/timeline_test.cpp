// The timeline agrees with every figure that was measured without it, and recording it changes none.
#include "sim/metrics/timeline.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "sim/base/error.hpp"
#include "sim/run/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/measurements.hpp"
#include "tests/support/plan_builder.hpp"
#include "tests/support/random_forwarding.hpp"
#include "tests/support/random_plan.hpp"

using namespace rowflow;
using rowflow::test::PlanBuilder;

namespace {

/// A bypass beside a squeeze-like stage, a window, uneven costs, latencies: starves, blocks and fills its buffers.
Plan bypass_plan(Rows bypass_rows) {
  PlanBuilder b;
  const int source = b.stage("source", 6, 3, 2);
  const int conv = b.stage("conv", {4, 9, 2, 7, 5, 1}, 4);
  const int squeeze = b.stage("squeeze", 6, 2);
  const int scale = b.stage("scale", 6, 3);
  const int sink = b.stage("sink", 6, 1);
  b.connect(source, conv, 3, test::each_row(6), {2, 3, 4, 5, 6, 6}, {0, 1, 2, 3, 4, 6});
  b.connect(conv, squeeze, 2);
  b.connect(squeeze, scale, 2, {0, 0, 1, 1, 1, 2}, {1, 1, 1, 2, 2, 2}, {0, 0, 1, 1, 1, 2});
  b.connect(conv, scale, bypass_rows);
  b.connect(scale, sink, 1);
  b.plan().buffers[3].credit_latency = 5;
  b.plan().buffers[4].transfer_latency = 6;
  return b.finish();
}

void check_stage(const Plan& plan, const Timeline& timeline, const StageActivity& measured, int stage) {
  std::map<Doing, Cycles> total;
  std::map<std::pair<int, Doing>, Cycles> blamed;
  Cycles now = 0;
  for (const auto& slice : slices(plan, timeline, stage)) {
    CHECK(slice.begin == now);
    CHECK(slice.begin < slice.end);
    now = slice.end;
    total[slice.doing] += slice.end - slice.begin;
    if (slice.doing != Doing::busy) blamed[{slice.buffer, slice.doing}] += slice.end - slice.begin;
  }
  CHECK(total[Doing::busy] == measured.busy);
  CHECK(total[Doing::starved] == measured.starved);
  CHECK(total[Doing::blocked] == measured.blocked);
  CHECK(static_cast<std::ptrdiff_t>(blamed.size()) ==
        std::count_if(measured.stalls.begin(), measured.stalls.end(),
                      [](const StallCause& stall) { return stall.cycles != 0; }));  // the others are steady alone
  for (const auto& stall : measured.stalls) {
    CHECK(blamed[{stall.buffer, stall.kind == StallKind::starved ? Doing::starved : Doing::blocked}] == stall.cycles);
  }
}

void check_buffer(const Plan& plan, const Timeline& timeline, const Occupancy& measured, Cycles elapsed, int buffer) {
  const auto changes = levels(plan, timeline, buffer);
  const Rows capacity = plan.buffers[static_cast<std::size_t>(buffer)].capacity_rows;
  Rows peak = 0;
  Cycles area = 0, full = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Cycles until = std::min(elapsed, i + 1 < changes.size() ? changes[i + 1].at : elapsed);
    peak = std::max(peak, changes[i].rows);
    area += changes[i].rows * (until - changes[i].at);
    if (capacity != unlimited_rows && changes[i].rows == capacity) full += until - changes[i].at;
  }
  CHECK(peak == measured.peak_rows);
  CHECK(static_cast<double>(area) / static_cast<double>(elapsed) == Approx(measured.mean_rows));
  CHECK(full == measured.full_cycles);
}

void check_all(const Plan& plan, Timing timing, int frames, bool completes) {
  const auto plain = simulate(plan, {timing, frames});
  REQUIRE(plain.completed == completes);
  Timeline timeline;
  timeline.to = plain.elapsed;
  const auto traced = simulate(plan, {timing, frames, nullptr, &timeline});
  CHECK(test::same(plain, traced));
  CHECK_FALSE(timeline.truncated);
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    check_stage(plan, timeline, plain.stages[s], static_cast<int>(s));
  for (std::size_t b = 0; b < plan.buffers.size(); ++b)
    check_buffer(plan, timeline, plain.buffers[b], plain.elapsed, static_cast<int>(b));
}

void check_window(const Plan& plan, int frames, Cycles from, Cycles to) {
  Timeline whole, window;
  simulate(plan, {Timing::decoupled, frames, nullptr, &whole});
  window.from = from;
  window.to = to;
  simulate(plan, {Timing::decoupled, frames, nullptr, &window});
  auto cut = whole;
  cut.from = window.from;
  cut.to = window.to;
  for (int s = 0; s < static_cast<int>(plan.stages.size()); ++s) {
    CHECK(window.stages[static_cast<std::size_t>(s)].steps.size() <=
          whole.stages[static_cast<std::size_t>(s)].steps.size());
    const auto got = slices(plan, window, s), expected = slices(plan, cut, s);
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      CHECK(std::tie(got[i].begin, got[i].end, got[i].doing, got[i].buffer, got[i].step) ==
            std::tie(expected[i].begin, expected[i].end, expected[i].doing, expected[i].buffer, expected[i].step));
    }
  }
  for (int b = 0; b < static_cast<int>(plan.buffers.size()); ++b) {
    const auto got = levels(plan, window, b), expected = levels(plan, cut, b);
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
      CHECK(std::tie(got[i].at, got[i].rows) == std::tie(expected[i].at, expected[i].rows));
  }
}

using Changes = std::vector<std::pair<Cycles, Rows>>;

/// Of each waveform of a VCD file its changes before `end`, by the name that the file's legend gives it: "stage a",
/// "buffer a->b". Values that change back at once are none.
std::map<std::string, Changes> read_waveforms(const std::string& path, Cycles end) {
  std::ifstream file(path);
  std::map<std::string, std::string> meaning;  // by name in the file
  std::map<std::string, std::string> code_to;  // code to meaning
  std::map<std::string, Changes> changes;
  std::vector<std::string> scope;
  Cycles now = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string first, second, third, fourth, fifth;
    words >> first >> second >> third >> fourth >> fifth;
    if (second == "=" && (third == "stage" || third == "buffer")) {
      meaning["SystemC." + first] = third + " " + fourth.substr(0, fourth.find(','));
    } else if (first == "$scope") {
      scope.push_back(third);
    } else if (first == "$upscope") {
      scope.pop_back();
    } else if (first == "$var") {
      std::string name;
      for (const std::string& part : scope) name += part + ".";
      code_to[fourth] = meaning.at(name + fifth);
    } else if (first[0] == '#') {
      now = std::stoll(first.substr(1));
    } else if (first[0] == 'b' && now < end) {
      Changes& of = changes[code_to.at(second)];
      const Rows value = std::stoll(first.substr(1), nullptr, 2);
      if (!of.empty() && of.back().first == now) of.pop_back();
      if (of.empty() || of.back().second != value) of.push_back({now, value});
    }
  }
  return changes;
}

/// What a waveform has to show, without entries that change nothing.
void add_change(Changes& changes, Cycles at, Rows value) {
  if (changes.empty() || changes.back().second != value) changes.push_back({at, value});
}

/// Waveforms are the timeline: of every stage what it does, of every buffer how many rows it holds.
void check_waveforms(const Plan& plan, int frames) {
  const std::string path = "waveforms_levels_test.vcd";
  Timeline timeline;
  const auto run = simulate(plan, {Timing::decoupled, frames, nullptr, &timeline});
  record_waveforms(plan, run, path);
  const auto waves = read_waveforms(path, run.elapsed);
  REQUIRE(waves.size() == plan.stages.size() + plan.buffers.size());
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    CAPTURE(plan.stages[s].name);
    Changes expected;
    Cycles until = 0;
    for (const Slice& slice : slices(plan, timeline, static_cast<int>(s))) {
      add_change(expected, slice.begin, slice.doing == Doing::starved ? 0 : slice.doing == Doing::busy ? 1 : 2);
      until = slice.end;
    }
    if (until < run.elapsed) add_change(expected, until, 3);
    CHECK(waves.at("stage " + plan.stages[s].name) == expected);
  }
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    CAPTURE(plan.buffers[b].name);
    Changes expected;
    for (const Level& level : levels(plan, timeline, static_cast<int>(b)))
      if (level.at < run.elapsed) add_change(expected, level.at, level.rows);
    CHECK(waves.at("buffer " + plan.buffers[b].name) == expected);
  }
}

/// Every frame by itself is what the timeline of all has of it; in a deadlock as far as it came.
void check_frames(const Plan& plan, int frames) {
  Timeline whole;
  const auto run = simulate(plan, {Timing::decoupled, frames, nullptr, &whole});
  for (int frame = 0; frame < frames; ++frame) {
    if (run.completed || static_cast<std::size_t>(frame) <= run.frame_completion.size()) {
      const Timeline one = record_frame(plan, run, frame);
      for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        const auto steps = plan.stages[s].steps();
        const auto& all = whole.stages[s].steps;
        const std::size_t first = std::min(all.size(), steps * static_cast<std::size_t>(frame));
        const std::size_t end = std::min(all.size(), first + steps);
        const auto& got = one.stages[s];
        REQUIRE(got.steps.size() == end - first);
        if (!got.steps.empty()) CHECK(got.first_step == static_cast<std::int64_t>(first));
        for (std::size_t i = 0; i < got.steps.size(); ++i) {
          CHECK(got.steps[i].start == all[first + i].start);
          CHECK(end_of_step(plan.stages[s], got, i) == end_of_step(plan.stages[s], whole.stages[s], first + i));
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("A frame is recorded by itself as it is among others") {
  check_frames(bypass_plan(4), 6);
  check_frames(bypass_plan(2), 3);  // a deadlock
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    const Plan plan = test::random_plan(seed);
    check_frames(seed % 2 == 0 ? plan : test::with_random_forwarding(test::made_live(plan), seed), 4);
  }
}

TEST_CASE("T9, T10: slices and levels add up to the measured figures, recording changes none") {
  for (const Rows bypass : {4, 5, 6, 20}) {
    for (const auto timing : {Timing::decoupled, Timing::synchronous}) {
      check_all(bypass_plan(bypass), timing, 4, true);
      check_all(bypass_plan(bypass), timing, 0, true);
    }
  }
}

TEST_CASE("T16: slices and levels of forwarded rows add up as well, in deadlocks too") {
  int stopped = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    const Plan plan = test::with_random_forwarding(test::random_plan(seed), seed);
    const bool completes = simulate(plan, {Timing::decoupled, 3}).completed;
    stopped += completes ? 0 : 1;
    for (const auto timing : {Timing::decoupled, Timing::synchronous}) check_all(plan, timing, 3, completes);
  }
  CHECK(stopped > 5);
}

TEST_CASE("T16: a window of forwarded rows holds exactly what the whole run's timeline shows there") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    const Plan plan = test::with_random_forwarding(test::made_live(test::random_plan(seed)), seed);
    const Cycles elapsed = simulate(plan, {Timing::decoupled, 5}).elapsed;
    check_window(plan, 5, elapsed / 3, elapsed / 2);
  }
}

TEST_CASE("T12: in a deadlock the last wait lasts to the end of the run") {
  for (const auto timing : {Timing::decoupled, Timing::synchronous}) check_all(bypass_plan(2), timing, 3, false);
}

TEST_CASE("A paced source waits for its schedule") {
  auto plan = bypass_plan(6);
  plan.pacing = {100, 10, 0};
  check_all(plan, Timing::decoupled, 3, true);
}

TEST_CASE("A window holds exactly what the whole run's timeline shows there") {
  check_window(bypass_plan(4), 8, 61, 143);
}

TEST_CASE("A timeline is bounded and says so") {
  const auto plan = bypass_plan(4);
  Timeline timeline;
  timeline.most_steps = 5;
  simulate(plan, {Timing::decoupled, 8, nullptr, &timeline});
  CHECK(timeline.truncated);
  for (const auto& stage : timeline.stages) CHECK(stage.steps.size() == 5);
}

TEST_CASE("Waveforms are those of the run, and leave nothing else behind") {
  const auto plan = bypass_plan(4);
  const auto run = simulate(plan, {Timing::decoupled, 4});
  const std::string path = "waveforms_test.vcd";
  record_waveforms(plan, run, path);
  std::ifstream file(path);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  CHECK(text.find("$enddefinitions") != std::string::npos);
  CHECK_THROWS_AS(record_waveforms(plan, run, "no_such_folder/x.vcd"), InputError);
  record_waveforms(plan, run, path);
  std::ifstream again(path);
  CHECK(text == std::string((std::istreambuf_iterator<char>(again)), {}));
}

TEST_CASE("Waveforms say what the timeline says, slots that are freed long after their step too") {
  for (const Rows bypass : {4, 5, 8}) {
    Plan plan = bypass_plan(bypass);
    for (const Cycles credit : {0, 1, 11, 40}) {
      CAPTURE(bypass, credit);
      for (Buffer& buffer : plan.buffers) buffer.credit_latency = credit;
      check_waveforms(plan, 4);
    }
  }
}

TEST_CASE("T10: figures of long bursts that fill a buffer and drain it agree with the timeline") {
  // 200 rows in bursts of seven, read more slowly than they come within a burst: full, then empty, over and over.
  for (const Rows capacity : {2, 4, 5, 7}) {
    PlanBuilder b;
    std::vector<Cycles> bursts;
    for (int row = 0; row < 200; ++row) bursts.push_back(row % 7 == 0 ? 60 : 1);
    const int source = b.stage("source", 200, 1);
    const int burst = b.stage("burst", bursts);
    const int slow = b.stage("slow", 200, 5);
    const int sink = b.stage("sink", 200, 1);
    b.connect(source, burst, 2);
    b.connect(burst, slow, capacity);
    b.connect(slow, sink, 3);
    for (const auto timing : {Timing::decoupled, Timing::synchronous}) check_all(b.finish(), timing, 3, true);
  }
}
