// Explain: the levers as an enumeration, each as a run of the changed point gives it, and the story of a stall on a
// plan where it is known.
#include "sim/studies/explain/explain.hpp"

#include <algorithm>
#include <set>

#include "sim/base/error.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/report/stall_chain.hpp"
#include "sim/run/run.hpp"
#include "sim/studies/explain/stakes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plan_builder.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

RunResult run(Plan plan) {
  RunResult result;
  result.saturated = simulate(plan);
  result.plan = std::move(plan);
  return result;
}

DesignPoint point_of(const std::string& network) {
  DesignPoint point;
  point.set(Knob::network, network);
  return point;
}

Contents contents_of(const DesignPoint& point) {
  Contents contents;
  contents.add(point);
  return contents;
}

RunResult events(const DesignPoint& point, const Contents& contents) {
  BoundPoint bound = bind(point, contents);
  bound.options.engine = Engine::events;
  return evaluate(bound.network, bound.device, bound.options);
}

std::set<std::string> targets(const Candidates& found, LeverKind kind) {
  std::set<std::string> names;
  for (const Change& change : found.changes)
    if (change.kind == kind) names.insert(change.name + "=" + change.to);
  return names;
}

}  // namespace

TEST_CASE("explain: heights of the grid below a map") {
  CHECK(grid_heights(28, 0) == std::vector<Rows>{14, 7, 4, 2, 1});
  CHECK(grid_heights(29, 0) == std::vector<Rows>{28, 14, 7, 4, 2, 1});
  CHECK(grid_heights(28, 7) == std::vector<Rows>{0, 14, 4, 2, 1});
  CHECK(grid_heights(28, 5) == std::vector<Rows>{0, 14, 7, 4, 2, 1});
  CHECK(grid_heights(2, 1) == std::vector<Rows>{0});
  CHECK(grid_heights(1, 0).empty());
}

TEST_CASE("explain: at the pace of the interval, what comes in front of the slow stage waits for the source") {
  PlanBuilder builder;
  const int source = builder.stage("source", 8, 0), a = builder.stage("a", 8, 10), b = builder.stage("b", 8, 20),
            slow = builder.stage("slow", 8, 100), sink = builder.stage("sink", 8, 0);
  builder.connect(source, a, 2);
  builder.connect(a, b, 3);
  builder.connect(b, slow, 2);
  builder.connect(slow, sink, 2);
  const RunResult result = run(builder.finish());
  const StallChain chain = stall_chain(result);
  REQUIRE_FALSE(chain.links.empty());
  CHECK(chain.links[0].stage == a);
  CHECK(chain.links[0].kind == StallKind::starved);
  CHECK(chain.links[0].share == Approx(0.9));
  CHECK(chain.root == source);
  CHECK_FALSE(chain.circle);
}

TEST_CASE("explain: a fork and join with a shallow branch is a circle") {
  PlanBuilder builder;
  const int source = builder.stage("source", 8, 0), fork = builder.stage("fork", 8, 10),
            late = builder.stage("late", 8, 10, 200), join = builder.stage("join", 8, 10),
            sink = builder.stage("sink", 8, 0);
  builder.connect(source, fork, 2);
  builder.connect(fork, late, 4);
  builder.connect(fork, join, 2);
  builder.connect(late, join, 4);
  builder.connect(join, sink, 2);
  builder.plan().buffers[2].role = BufferRole::skip;
  const RunResult result = run(builder.finish());
  const StallChain chain = stall_chain(result);
  REQUIRE_FALSE(chain.links.empty());
  CHECK(chain.links[0].stage == fork);
  CHECK(chain.links[0].buffer == 2);
  CHECK(chain.circle);
  CHECK(chain.root == fork);
  CHECK(chain_sentence(result, chain).find("fork->join holds 2 rows until join takes one: a circle (") !=
        std::string::npos);
}

TEST_CASE("explain: the chain of an SE block with a shallow skip names the row that the squeeze must see") {
  DesignPoint point = point_of("tiny_se");
  point.set(Knob::buffers, "minimal");
  const ExplainResult result = explain(point, contents_of(point), {3, 2, {}}).result;
  const StallChain chain = stall_chain(result.base);
  const SeBlock& block = result.base.plan.se_blocks[0];
  std::vector<int> waiting;
  for (const StallLink& link : chain.links) waiting.push_back(link.stage);
  // The stages between the squeeze and the scale only pass its vector on.
  CHECK(std::count(waiting.begin(), waiting.end(), block.scale) == 1);
  CHECK(std::count(waiting.begin(), waiting.end(), block.squeeze) == 1);
  for (const int excite : block.excite) CHECK(std::count(waiting.begin(), waiting.end(), excite) == 0);
  double lost = 0;
  const StageActivity& conv = result.base.saturated.stages.at(static_cast<std::size_t>(waiting.at(0)));
  for (const StallCause& stall : conv.stalls)
    if (stall.buffer == chain.links[0].buffer && stall.kind == StallKind::blocked) lost += stall.steady_cycles;
  CHECK(lost > 0);
  CHECK(chain.links[0].share == Approx(lost / (conv.steady_busy + conv.steady_starved + conv.steady_blocked)));
  const std::string text = chain_sentence(result.base, chain);
  CHECK(text.find("conv is blocked") == 0);
  CHECK(text.find("until se.squeeze has seen row " +
                  std::to_string(result.base.plan.se_blocks[0].tile_height_effective)) != std::string::npos);
  REQUIRE_FALSE(result.levers.empty());
  for (std::size_t l = 1; l < result.levers.size(); ++l)
    CHECK(result.levers[l - 1].outcome.fps.value_or(0) >= result.levers[l].outcome.fps.value_or(0) * (1 - 1e-3));
}

TEST_CASE("explain: every height of every block and of all, every figure of the device, and boundaries of contexts") {
  DesignPoint point = point_of("efficientnet_b0");
  point.set(Knob::tile_height, "14");
  const Contents contents = contents_of(point);
  const RunResult base = events(point, contents);
  REQUIRE(base.several);
  const Candidates found = candidates(point, contents, base, {});
  std::size_t heights = 0;
  for (const SeBlock& block : base.plan.se_blocks)
    heights += grid_heights(block.height, block.height > 14 ? 14 : 0).size();
  CHECK(targets(found, LeverKind::tile_height).size() == heights);
  CHECK(targets(found, LeverKind::all_tiles) == std::set<std::string>{"=full", "=56", "=28", "=7", "=4", "=2", "=1"});
  CHECK(targets(found, LeverKind::device).count("rates/pointwise=47850") == 1);
  CHECK(targets(found, LeverKind::device).count("row_overhead/default=67") == 1);
  CHECK(targets(found, LeverKind::device).count("macs_per_subcluster=70") == 0);  // no run reads it for its time
  CHECK(found.all.at(LeverKind::contexts) >= 4);
  CHECK(found.all.at(LeverKind::subclusters) > 24);
  CHECK(targets(found, LeverKind::subclusters).size() == 24);
  CHECK(targets(found, LeverKind::depths).empty());  // they are the best
  CandidateOptions few;
  few.most = 1;
  const Candidates one = candidates(point, contents, base, few);
  CHECK(one.all == found.all);
  for (const auto& [kind, all] : one.all) CHECK(targets(one, kind).size() == 1);
}

TEST_CASE("explain: depths that are the best have no deeper buffers to propose, and those of contexts are no levers") {
  const auto depths_of = [](DesignPoint point) {
    const Contents contents = contents_of(point);
    const Candidates found = candidates(point, contents, events(point, contents), {});
    return std::pair(targets(found, LeverKind::depths).size(), targets(found, LeverKind::buffer).size());
  };
  DesignPoint point = point_of("tiny_se");
  point.set(Knob::buffers, "minimal");
  CHECK(depths_of(point).first == 1);
  CHECK(depths_of(point).second > 0);
  point.set(Knob::buffers, "best");
  CHECK(depths_of(point) == std::pair<std::size_t, std::size_t>(0, 0));
  DesignPoint several = point_of("efficientnet_b0");
  several.set(Knob::buffers, "minimal");
  CHECK(depths_of(several) == std::pair<std::size_t, std::size_t>(1, 0));
}

TEST_CASE("explain: a boundary moves to a neighbouring stage, the others stay") {
  const DesignPoint point = point_of("efficientnet_b0");
  const RunResult base = events(point, contents_of(point));
  REQUIRE(base.several);
  const std::vector<Boundary> moved = moved_boundaries(base);
  REQUIRE_FALSE(moved.empty());
  for (const Boundary& boundary : moved) {
    REQUIRE(boundary.context > 0);
    CHECK(boundary.begin[boundary.context - 1] == boundary.to);
    CHECK(boundary.from != boundary.to);
    CHECK(std::set<std::string>(boundary.begin.begin(), boundary.begin.end()).size() == boundary.begin.size());
  }
}

TEST_CASE("explain: moves bring neighbours from one cluster into that of those they exchange rows with") {
  const DesignPoint point = point_of("mobilenet_v2");
  const RunResult base = events(point, contents_of(point));
  const std::vector<Move> moves = moves_at_stake(base);
  REQUIRE_FALSE(moves.empty());
  for (const Move& move : moves) {
    CHECK(move.stages.size() <= 4);
    for (const Stage* stage : move.stages) CHECK(stage->cluster == move.stages.front()->cluster);
    CHECK(move.cluster != move.stages.front()->cluster);
  }
}

TEST_CASE("explain: a change of all tile heights puts aside those of single blocks, one of all depths single buffers") {
  DesignPoint point = point_of("tiny_se");
  point.set(Knob::block_heights, "se", "2");
  point.set(Knob::capacities, "conv->add", "5");
  const DesignPoint tiled = with(point, {LeverKind::all_tiles, "", "2", "4", {{Knob::tile_height, "", "4"}}});
  CHECK_FALSE(tiled.given(Knob::block_heights));
  CHECK(tiled.value(Knob::tile_height) == "4");
  CHECK(tiled.given(Knob::capacities));
  const DesignPoint best = with(point, {LeverKind::depths, "", "file", "best", {{Knob::buffers, "", "best"}}});
  CHECK_FALSE(best.given(Knob::capacities));
  CHECK(best.given(Knob::block_heights));
}

TEST_CASE("explain: the path's steps are outcomes of runs, each better than the one before") {
  DesignPoint point = point_of("mobilenet_v2");
  point.set(Knob::stage_subclusters, "s1.b0.dw", "1");
  const Contents contents = contents_of(point);
  const Explained explained = explain(point, contents, {6, 2, {}});
  REQUIRE(explained.result.path.size() >= 2);
  double before = *explained.result.before.fps;
  for (const Lever& step : explained.result.path) {
    CHECK(*step.outcome.fps >= before * 1.01);
    before = *step.outcome.fps;
  }
  CHECK(events(explained.best, contents).saturated.throughput.fps == Approx(before));
}
