// One result for people: which lines there are.
#include "sim/report/run_text.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/plan_builder.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// source → a → b → sink, simulated as the figures say.
RunResult made() {
  PlanBuilder builder;
  const int source = builder.stage("source", 4, 1), a = builder.stage("a", 4, 10), b = builder.stage("b", 4, 20),
            sink = builder.stage("sink", 4, 1);
  builder.connect(source, a, 2);
  builder.connect(a, b, 2);
  builder.connect(b, sink, 2);
  RunResult r;
  r.plan = builder.finish();
  r.plan.network.name = "made";
  r.plan.device.name = "chip";
  r.plan.tile_height = "full";
  r.plan.buffer_policy = BufferPolicy::full_rate;
  r.plan.bounds.stage = "b";
  r.plan.bounds.stage_interval = 80;
  r.saturated.completed = true;
  r.saturated.frames = 8;
  r.saturated.throughput.interval = Ratio{80, 1};
  r.saturated.throughput.fps = 12500;
  r.saturated.throughput.proof = Proof::repeat;
  for (std::size_t s = 0; s < r.plan.stages.size(); ++s) {
    StageActivity activity;
    activity.steady_busy = s == 2 ? 80 : 40;
    activity.steady_starved = s == 1 ? 30 : 0;
    activity.steady_blocked = s == 1 ? 10 : 0;
    r.saturated.stages.push_back(activity);
  }
  r.saturated.buffers.resize(r.plan.buffers.size());
  return r;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string text_of(const RunResult& result, bool verbose = false) {
  TextStyle style;
  style.verbose = verbose;
  return run_text(result, style);
}

/// The line that begins so, or nothing.
std::string line_of(const std::string& text, const std::string& begin) {
  const std::size_t at = text.find("\n" + begin);
  return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

}  // namespace

TEST_CASE("the device's bound stands in the long form, where there is one") {
  RunResult r = made();
  r.plan.bounds.device_interval = 40;
  CHECK(line_of(text_of(r, true), "  bound ") ==
        "  bound        25000.0 fps on this device, however it is allocated and placed");
  CHECK(line_of(text_of(r), "  bound ").empty());
  r.plan.bounds.device_interval = 0;
  CHECK(line_of(text_of(r, true), "  bound ").empty());
  CHECK(line_of(text_of(r), "  bound ").empty());
}

TEST_CASE("how the throughput is known is said where it is not proven, and in the long form") {
  RunResult r = made();
  CHECK(line_of(text_of(r), "  throughput ") == "  throughput   12500.0 fps, 80.0 cycles a frame");
  CHECK(contains(line_of(text_of(r, true), "  throughput "), "80.0 cycles a frame ("));
  r.saturated.throughput.proof = Proof::none;
  CHECK(contains(line_of(text_of(r), "  throughput "), "80.0 cycles a frame ("));
}

TEST_CASE("excite stages are none to look at, others are") {
  RunResult r = made();
  CHECK(contains(line_of(text_of(r), "  busiest "), " b "));
  SeBlock block;
  block.layer = "se";
  block.excite = {2};
  r.plan.se_blocks.push_back(block);
  CHECK(contains(line_of(text_of(r), "  busiest "), " a "));
}
