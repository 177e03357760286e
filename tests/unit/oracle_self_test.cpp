// The oracle itself, on cases small enough to compute by hand. No simulator here.
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/tiny_plan.hpp"

using rowflow::oracle::evaluate;
using rowflow::oracle::Int;
using rowflow::oracle::proven_interval;
using rowflow::oracle::Result;
using rowflow::test::TinyPlan;
using Table = std::vector<Int>;

namespace {

void check_sums(const Result& result) {
  for (const auto& stage : result.stages)
    CHECK(stage.busy + stage.starved + stage.blocked + stage.done == result.elapsed);
}

}  // namespace

TEST_CASE("T2, T3, T9: a chain of two stages starves the faster one") {
  TinyPlan plan;
  plan.stage("source", "source", {2, 2, 2}).stage("a", "conv", {3, 3, 3}, 4).stage("sink", "sink", {1, 1, 1});
  plan.rows("source", "a", 3, 0).rows("a", "sink", 3, 0);
  const Result r = evaluate(plan.document(), 1);
  REQUIRE(r.completed);
  CHECK(r.stages[0].starts == Table{0, 2, 4});
  CHECK(r.stages[1].starts == Table{2, 5, 8});
  CHECK(r.stages[2].starts == Table{9, 12, 15});  // 2 + 3 + latency 4, then every 3 cycles
  CHECK(r.elapsed == 16);
  CHECK(r.frame_completion == Table{16});
  CHECK(r.stages[0].done == 10);
  CHECK(r.stages[1].starved == 2);
  CHECK(r.stages[1].done == 5);
  CHECK(r.stages[2].busy == 3);
  CHECK(r.stages[2].starved == 13);
  CHECK(r.stages[2].stalls.at(0).buffer == "a->sink");
  // Rows of source->a: [0,5) [2,8) [4,11); so 1 row for 2 cycles, 2 for 2, 3 for 1, 2 for 3, 1 for 3.
  CHECK(r.buffers[0].integral == 18);
  CHECK(r.buffers[0].peak == 3);
  CHECK(r.buffers[0].full_cycles == 0);
  check_sums(r);
}

TEST_CASE("T2, T4, T5: a full buffer blocks its producer until the slot comes back") {
  TinyPlan plan;
  plan.stage("source", "source", {1, 1, 1}).stage("sink", "sink", {5, 5, 5});
  plan.rows("source", "sink", 3, 1, {2, 3});  // transfer 2, credit 3
  const Result r = evaluate(plan.document(), 1);
  // Row 0 visible at 3, taken until 8, slot back at 11; row 1 visible at 14, taken until 19, back at 22; row 2
  // until 30.
  CHECK(r.stages[0].starts == Table{0, 11, 22});
  CHECK(r.stages[1].starts == Table{3, 14, 25});
  CHECK(r.elapsed == 30);
  CHECK(r.stages[0].blocked == 20);
  CHECK(r.stages[0].done == 7);
  CHECK(r.stages[1].starved == 15);
  CHECK(r.buffers[0].peak == 1);
  CHECK(r.buffers[0].full_cycles == 30);  // at 11 and 22 the free counts first and the next row follows at once
  CHECK(r.buffers[0].integral == 30);
  check_sums(r);
}

TEST_CASE("T1: overlapping windows hold rows until no later step needs them") {
  TinyPlan plan;  // kernel 3, stride 1, padding 1, four rows
  plan.stage("source", "source", {1, 1, 1, 1})
      .stage("conv", "conv", {10, 10, 10, 10})
      .stage("sink", "sink", {0, 0, 0, 0});
  plan.buffer("source", "conv", 4, 3, {1, 2, 3, 4}, {2, 3, 4, 4}, {0, 1, 2, 4}).rows("conv", "sink", 4, 0);
  const Result r = evaluate(plan.document(), 1);
  CHECK(r.stages[1].starts == Table{2, 12, 23, 33});
  CHECK(r.stages[0].starts == Table{0, 1, 2, 22});  // row 3 needs the slot of row 0, released by step 1 that ends at 22
  CHECK(r.stages[1].stalls.at(0).cycles == 3);      // 2 at first, then 1 because row 3 is visible at 23
  CHECK(r.elapsed == 43);
}

TEST_CASE("T6: a paced source is starved by its schedule, charged to no buffer") {
  TinyPlan plan;
  plan.stage("source", "source", {1, 1, 1}).stage("sink", "sink", {0, 0, 0}).rows("source", "sink", 3, 4);
  plan.pace(20, 3, 2);
  const Result r = evaluate(plan.document(), 2);
  CHECK(r.stages[0].starts == Table{0, 3, 7, 20, 23, 27});  // r·3 + ⌊2r/3⌋
  CHECK(r.frame_start == Table{0, 20});
  CHECK(r.frame_source_end == Table{8, 28});
  CHECK(r.stages[0].starved == 22);
  CHECK(r.stages[0].stalls.at(0).buffer.empty());
}

TEST_CASE("T9: starved first, then blocked, ties to the first port") {
  TinyPlan plan;  // a takes the row at 4; its two outputs free their slots together at 4 + 2 + 10
  plan.stage("source", "source", {4, 4}).stage("a", "add", {2, 2});
  plan.stage("slow", "sink", {10, 10}).stage("twin", "sink", {10, 10});
  plan.rows("source", "a", 2, 0).rows("a", "slow", 2, 1).rows("a", "twin", 2, 1);
  const Result r = evaluate(plan.document(), 1);
  CHECK(r.stages[1].starts == Table{4, 16});  // starved 4; end 6; row 1 at 8: starved 2; slots at 16: blocked 8
  CHECK(r.stages[1].starved == 6);
  CHECK(r.stages[1].blocked == 8);
  REQUIRE(r.stages[1].stalls.size() == 2);
  CHECK(r.stages[1].stalls[1].buffer == "a->slow");
  CHECK(r.stages[1].stalls[1].blocked);
  check_sums(r);
}

TEST_CASE("T7: an SE block of four rows, full and in tiles of two") {
  const auto block = [](bool tiled, Int bypass) {
    const std::size_t tiles = tiled ? 2 : 1;
    TinyPlan plan;
    plan.stage("source", "source", {10, 10, 10, 10}).stage("squeeze", "squeeze", {1, 1, 1, 1});
    plan.stage("fc", "reduce", std::vector<Int>(tiles, 5))
        .stage("scale", "scale", {1, 1, 1, 1})
        .stage("sink", "sink", {0, 0, 0, 0});
    plan.rows("source", "squeeze", 4, 4).rows("source", "scale", 4, bypass);
    const Table complete = tiled ? Table{0, 1, 1, 2} : Table{0, 0, 0, 1};
    const Table vector_needs = tiled ? Table{1, 1, 2, 2} : Table{1, 1, 1, 1};
    plan.buffer("squeeze", "fc", static_cast<Int>(tiles), 2, complete, tiled ? Table{1, 2} : Table{1},
                tiled ? Table{1, 2} : Table{1});
    plan.buffer("fc", "scale", static_cast<Int>(tiles), 2, tiled ? Table{1, 2} : Table{1}, vector_needs, complete);
    plan.rows("scale", "sink", 4, 0);
    return plan.document();
  };
  const Result full = evaluate(block(false, 4), 1);
  CHECK(full.stages[3].starts == Table{46, 47, 48, 49});  // last row at 40, squeezed 41, excited 46
  CHECK(full.elapsed == 50);
  const Result tiled = evaluate(block(true, 4), 1);
  CHECK(tiled.stages[3].starts == Table{26, 27, 46, 47});
  CHECK(tiled.elapsed == 48);
  CHECK(tiled.buffers[1].peak == 3);  // rows [0,27) [10,28) [20,47) [30,48)
  CHECK(full.buffers[1].peak == 4);
  CHECK(full.buffers[1].full_cycles == 17);  // from 30 to 47

  const Result stuck = evaluate(block(false, 3), 1);
  CHECK_FALSE(stuck.completed);
  CHECK(stuck.elapsed == 31);  // the third row, squeezed
  CHECK(stuck.frame_completion.empty());
  REQUIRE(stuck.unfinished.size() == 5);
  CHECK(stuck.unfinished[0].stage == "source");
  CHECK(stuck.unfinished[0].buffer == "source->scale");
  CHECK(stuck.unfinished[0].for_space);
  CHECK(stuck.unfinished[3].buffer == "fc->scale");
  CHECK_FALSE(stuck.unfinished[3].for_space);
  CHECK(stuck.stages[0].blocked == 1);
  CHECK(stuck.stages[3].starved == 31);
  check_sums(stuck);
  CHECK(evaluate(block(true, 3), 1).completed);
}

TEST_CASE("T11: seven differences of 100 and one of 400 make a mean of 137.5") {
  const auto json = rowflow::test::latency_behind_buffer().document();
  const Result r = evaluate(json, 17);
  for (std::size_t f = 1; f < 17; ++f)
    CHECK(r.frame_completion[f] - r.frame_completion[f - 1] == (f % 8 == 0 ? 400 : 100));
  const auto period = proven_interval(json, 64);
  REQUIRE(period);
  CHECK(period->frames == 8);
  CHECK(period->cycles == 1100);
}

TEST_CASE("T11: a drift of one cycle a frame is not periodic before the buffer is full") {
  const auto json = rowflow::test::drift(3).document();
  CHECK_FALSE(proven_interval(json, 900));
  const auto period = proven_interval(json, 4096);
  REQUIRE(period);
  CHECK(period->cycles == 1001 * period->frames);
  CHECK(period->first > 900);
  const Result r = evaluate(json, 1100);
  CHECK(r.stages[1].blocked > 0);
  CHECK(evaluate(json, 1000).stages[1].blocked == 0);
  CHECK_FALSE(proven_interval(rowflow::test::drift(100).document(), 4096));
}

TEST_CASE("T1: the oracle refuses tables that break the rules") {
  TinyPlan plan;
  plan.stage("source", "source", {1, 1}).stage("sink", "sink", {1, 1});
  SECTION("decreasing needs") { plan.buffer("source", "sink", 2, 1, {1, 2}, {2, 1}, {1, 2}); }
  SECTION("releases beyond needs") { plan.buffer("source", "sink", 2, 1, {1, 2}, {1, 2}, {2, 2}); }
  SECTION("leftover rows") { plan.buffer("source", "sink", 2, 1, {1, 2}, {1, 1}, {1, 1}); }
  CHECK_THROWS_AS(evaluate(plan.document(), 1), std::runtime_error);
}
