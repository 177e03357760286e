// Rule T19 by hand: two contexts, switch 10 and 20, reloads 100 and 50.
#include <memory>

#include "sim/metrics/contexts_result.hpp"
#include "sim/metrics/figures.hpp"
#include "sim/metrics/limit.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

ContextResult context(ContextOverhead overhead, std::vector<Cycles> completions, Ratio interval) {
  ContextResult result;
  result.context.overhead = overhead;
  result.context.range = {{overhead.context_switch - 5, overhead.reload - 10},
                          {overhead.context_switch + 5, overhead.reload + 10}};
  result.run.frame_completion = std::move(completions);
  result.run.throughput.interval = interval;
  return result;
}

ContextsResult two(bool overlap) {
  ContextsResult result;
  result.batch = 2;
  result.reload_overlap = overlap;
  result.list = {context({10, 100}, {30, 50, 70}, {20, 1}), context({20, 50}, {200, 215, 230}, {31, 2})};
  return result;
}

}  // namespace

TEST_CASE("frames simulated take what they took, those beyond an interval each (T19)") {
  const ContextsResult result = two(false);
  const Measurement& run = result.list[1].run;
  CHECK(time_of_frames(run, 1) == 200);
  CHECK(time_of_frames(run, 3) == 230);
  CHECK(time_of_frames(run, 4) == 230 + 16);  // 15.5, of which a frame is not finished before the cycle's end
  CHECK(time_of_frames(run, 5) == 230 + 31);
}

TEST_CASE("a batch is switches, reloads and frames one after the other (T19)") {
  const BatchTime time = batch_time(two(false), 2);
  CHECK(time.total == 10 + 100 + 50 + 20 + 50 + 215);
  CHECK(time.switches == 30);
  CHECK(time.reload == 150);
  CHECK(time.steady == 2 * 20 + 31);
  CHECK(time.fill_drain == (50 - 40) + (215 - 31));
  CHECK(time.total == time.switches + time.reload + time.steady + time.fill_drain);
  CHECK(context_begins(two(false)) == std::vector<Cycles>{110, 110 + 50 + 70});
}

TEST_CASE("overlapping reloads hide behind the context before, the first one's behind the last (T19)") {
  const ContextsResult result = two(true);
  const BatchTime one = batch_time(result, 1);
  CHECK(one.total == 10 + std::max(30, 50) + 20 + std::max(200, 100));
  CHECK(one.reload == 20);
  CHECK(batch_time(result, 2).reload == 0);
  ContextsResult longer = result;
  longer.list[1].context.overhead.reload = 60;  // ten more than the frames of the first
  CHECK(context_begins(longer) == std::vector<Cycles>{10, 10 + 50 + 20 + 10});
}

TEST_CASE("the range is all lowest figures with overlap to all highest without, or of one figure alone (T19)") {
  const BatchRange all = batch_range(two(false), 2);
  CHECK(all.low == 5 + 50 + 15 + 215);
  CHECK(all.high == 15 + 110 + 50 + 25 + 60 + 215);
  const BatchRange switches = batch_range(two(false), 2, Overhead::context_switch);
  CHECK(switches.low == batch_time(two(false), 2).total - 10);
  CHECK(switches.high == batch_time(two(false), 2).total + 10);
  const BatchRange reload = batch_range(two(false), 2, Overhead::reload);
  CHECK(reload.low == 10 + 50 + 20 + 215);
  CHECK(reload.high == batch_time(two(false), 2).total + 20);
}

TEST_CASE("frames a second of a batch, of an endless one, and of a plan in one context (T19)") {
  RunResult result;
  result.plan.device.clock_hz = 1000;
  result.saturated.throughput.interval = Ratio{10, 1};
  result.saturated.throughput.fps = 100;
  CHECK(batch_fps(result, 8) == 100.0);
  CHECK(unlimited_batch_fps(result) == 100.0);
  CHECK(frames_per_second(result.plan, 0.0) == 0);
  CHECK(frames_per_second(result.plan, 0.5) == 2000);
  result.several = std::make_shared<ContextsResult>(two(false));
  CHECK(batch_fps(result, 2) == 2 * 1000.0 / 445);
  CHECK(unlimited_batch_fps(result) == 1000 / 35.5);
  CHECK(slowest_context(*result.several) == 1);
  result.status = RunStatus::deadlock;
  CHECK_FALSE(batch_fps(result, 2));
}

TEST_CASE("what limits a batch is its largest term (T19)") {
  RunResult result;
  ContextsResult several = two(false);
  const auto limit = [&] {
    result.several = std::make_shared<ContextsResult>(several);
    return limit_name(result);
  };
  CHECK(limit().rfind("context 2: ", 0) == 0);
  several.list[0].context.overhead.reload = 165;  // with the other's 50 as much as the second context's 215
  CHECK(limit() == "reload of weights");
  several.list[0].context.overhead.reload = 164;
  CHECK(limit().rfind("context 2: ", 0) == 0);
  several.list[0].context.overhead.context_switch = 195;
  CHECK(limit() == "context switches");
}

TEST_CASE("blocks that cuts go through are named once, in order, bytes between contexts add up") {
  RunResult result;
  CHECK(cut_blocks(result).empty());
  CHECK(inter_context_bytes(result) == 0);
  ContextsResult several = two(false);
  several.list[0].context.cut_blocks = {"se2"};
  several.list[1].context.cut_blocks = {"se1", "se2"};
  result.several = std::make_shared<ContextsResult>(several);
  CHECK(cut_blocks(result) == std::vector<std::string>{"se2", "se1"});
}

TEST_CASE("what buffers hold adds up by memory level, of contexts, one after the other, the largest counts") {
  const auto buffer = [](MemoryLevel level, Rows capacity, std::int64_t cuts) {
    Buffer b;
    b.level = level;
    b.capacity_rows = capacity;
    b.row_bytes = 10;
    b.cuts = cuts;
    return b;
  };
  RunResult result;
  result.plan.buffers = {buffer(MemoryLevel::l3, 2, 3), buffer(MemoryLevel::l4, 7, 8), buffer(MemoryLevel::l3, 5, 4)};
  result.saturated.buffers.resize(3);
  result.saturated.buffers[0].peak_rows = 1;
  result.saturated.buffers[2].peak_rows = 4;
  auto levels = use_by_level(result);
  CHECK(levels.size() == 2);
  CHECK(levels[MemoryLevel::l3].capacity == 70);
  CHECK(levels[MemoryLevel::l3].cuts == 7);
  CHECK(levels[MemoryLevel::l3].peak == 50);
  CHECK(levels[MemoryLevel::l4].cuts == 8);
  ContextsResult several = two(false);
  several.list[0].context.plan.buffers = {buffer(MemoryLevel::l3, 2, 3)};
  several.list[1].context.plan.buffers = {buffer(MemoryLevel::l3, 1, 9)};
  result.several = std::make_shared<ContextsResult>(several);
  levels = use_by_level(result);
  CHECK(levels[MemoryLevel::l3].capacity == 20);
  CHECK(levels[MemoryLevel::l3].cuts == 9);
}
