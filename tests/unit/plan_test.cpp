#include "sim/plan/plan.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/plan/plan_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plans.hpp"

using namespace rowflow;

namespace {
Plan chain() {
  test::LoweredBuilder build;
  const Stream in = build.source(6);
  const Stream conv = build.stage("conv", in, convolution_window(6, 3, {3, 2, 1, 1}), emit_rows(3));
  build.sink(conv);
  return std::move(build).finish();
}

template <typename Break>
void check_rejected(Break&& damage) {
  Plan plan = chain();
  REQUIRE_NOTHROW(check_plan(plan));
  damage(plan);
  CHECK_THROWS_AS(check_plan(plan), Defect);
}
}  // namespace

TEST_CASE("check_plan rejects what breaks rule T1") {
  check_rejected([](Plan& p) { p.stages[1].inputs[0].needs[0] = 5; });        // decreases
  check_rejected([](Plan& p) { p.stages[1].inputs[0].releases[0] = 3; });     // more than needed
  check_rejected([](Plan& p) { p.stages[1].inputs[0].needs[2] = 7; });        // more than the frame
  check_rejected([](Plan& p) { p.stages[1].inputs[0].releases[2] = 5; });     // rows left over
  check_rejected([](Plan& p) { p.stages[1].outputs[0].emits = {1, 3, 3}; });  // the last step emits nothing
  check_rejected([](Plan& p) { p.stages[1].outputs[0].emits = {1, 2}; });     // a step short
  check_rejected([](Plan& p) { p.stages[1].cost[0] = -1; });
}

TEST_CASE("check_plan rejects buffers without exactly one producer and one consumer, in order") {
  check_rejected([](Plan& p) { p.stages[2].inputs[0].buffer = 0; });
  check_rejected([](Plan& p) { p.stages[1].outputs[0].buffer = 7; });
  check_rejected([](Plan& p) { p.buffers[1].from = 0; });
  check_rejected([](Plan& p) { p.buffers.push_back(p.buffers[0]); });
  check_rejected([](Plan& p) { p.buffers[1].name = p.buffers[0].name; });
  check_rejected([](Plan& p) { p.buffers[0].row_bytes = 2; });
  check_rejected([](Plan& p) { p.stages[2].name = "conv"; });
  check_rejected([](Plan& p) { p.stages[1].kind = StageKind::source; });
  check_rejected([](Plan& p) {
    std::swap(p.stages[1], p.stages[2]);
    for (Buffer& b : p.buffers) b.from = b.from == 1 ? 2 : b.from, b.to = b.to == 1 ? 2 : 1;
  });
}

TEST_CASE("check_plan rejects figures that cannot be, and takes the smallest that can") {
  check_rejected([](Plan& p) { p.source = 3; });
  check_rejected([](Plan& p) { p.source = -1; });
  check_rejected([](Plan& p) { p.source = 1; });
  check_rejected([](Plan& p) { p.stages[1].latency = -1; });
  check_rejected([](Plan& p) { p.stages[1].cost[1] = -1; });
  check_rejected([](Plan& p) { p.stages[2].cost.clear(); });
  check_rejected([](Plan& p) { p.stages[1].kind = StageKind::sink; });
  check_rejected([](Plan& p) { p.buffers[0].from = 1; });
  check_rejected([](Plan& p) { p.buffers[0].to = 2; });
  check_rejected([](Plan& p) { p.buffers[0].capacity_rows = -1; });
  check_rejected([](Plan& p) { p.buffers[0].rows_per_frame = 0; });
  check_rejected([](Plan& p) { p.buffers[0].bits = 0; });
  check_rejected([](Plan& p) { p.buffers[0].row_elements = 0; });
  check_rejected([](Plan& p) { p.buffers[0].row_bytes = 0; });
  check_rejected([](Plan& p) { p.buffers[0].transfer_latency = -1; });
  check_rejected([](Plan& p) { p.buffers[0].credit_latency = -1; });
  Plan plan = chain();
  for (Stage& stage : plan.stages) stage.latency = 0;
  plan.stages[1].cost[0] = 0;
  for (Buffer& buffer : plan.buffers) buffer.transfer_latency = buffer.credit_latency = 0;
  CHECK_NOTHROW(check_plan(plan));
}

TEST_CASE("check_plan rejects negative figures of row forwarding, but for the last beat's space (T16)") {
  for (Cycles Forwarding::*figure : {&Forwarding::first, &Forwarding::lead, &Forwarding::setup, &Forwarding::tail,
                                     &Forwarding::first_free, &Forwarding::head_start}) {
    Forwarding beats;
    beats.*figure = -1;
    check_rejected([&](Plan& p) { p.buffers[0].forwarding = beats; });
  }
  check_rejected([](Plan& p) { (p.buffers[0].forwarding = Forwarding{})->held_rows = -1; });
  Plan plan = chain();
  plan.buffers[0].forwarding = Forwarding{};  // nothing at all
  plan.buffers[0].forwarding->last_free = -1;
  CHECK_NOTHROW(check_plan(plan));
}

TEST_CASE("pacing: a frame is not due before the rows of the last (T6)") {
  check_rejected([](Plan& p) { p.pacing = {11, 2, 0}; });
  check_rejected([](Plan& p) { p.pacing = {-1, 0, 0}; });
  Plan plan = chain();
  plan.pacing = {12, 2, 0};
  CHECK_NOTHROW(check_plan(plan));
  plan.pacing = even_pacing(20, 6);
  CHECK(plan.pacing.row_interval == 3);
  CHECK(plan.pacing.row_remainder == 2);
  CHECK_NOTHROW(check_plan(plan));
}

TEST_CASE("names, totals") {
  Plan plan = chain();
  CHECK(find_stage(plan, "conv") == 1);
  CHECK(find_stage(plan, "none") == -1);
  CHECK(find_buffer(plan, "conv->sink") == 1);
  plan.buffers[0].capacity_rows = 3;
  CHECK(total_buffer_bytes(plan) == 4);
  CHECK(stage_interval(plan.stages[1]) == 3);
}

TEST_CASE("the JSON of a plan is the contract's rowflow.plan/1") {
  Plan plan = chain();
  plan.tile_height = "7";
  plan.fit.resources = {{"controllers", "chip", 1, 16}, {"subclusters", "chip", 2, 8}, {"weight_bytes", "chip", 9, 10}};
  const auto json = nlohmann::json::parse(plan_to_json(plan));
  CHECK(json["schema"] == "rowflow.plan/1");
  CHECK(json["tile_height"] == 7);
  CHECK(json["source"]["stage"] == "source");
  CHECK(json["mapping"]["controllers"]["total"] == 16);
  CHECK(json["mapping"]["memory"]["weight_bytes"]["used"] == 9);
  REQUIRE(json["stages"].size() == 3);
  CHECK(json["stages"][1]["inputs"][0] ==
        nlohmann::json({{"buffer", "source->conv"}, {"needs", {2, 4, 6}}, {"releases", {1, 3, 6}}}));
  CHECK(json["stages"][1]["outputs"][0]["emits"] == nlohmann::json({1, 2, 3}));
  CHECK(json["buffers"][0]["to"] == "conv");
}
