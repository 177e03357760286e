// Explain: neighbours of a tile height, levers that are simulated, and the story of a stall on a plan where it is
// known.
#include "sim/studies/explain/explain.hpp"
#include "sim/config/locate.hpp"
#include "sim/report/stall_chain.hpp"
#include "sim/run/run.hpp"
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

}  // namespace

TEST_CASE("explain: neighbours of a tile height") {
  CHECK(neighbour_heights(28, 0) == std::vector<Rows>{14});
  CHECK(neighbour_heights(29, 0) == std::vector<Rows>{28});
  CHECK(neighbour_heights(28, 7) == std::vector<Rows>{4, 14});
  CHECK(neighbour_heights(28, 14) == std::vector<Rows>{7, 0});
  CHECK(neighbour_heights(28, 5) == std::vector<Rows>{4, 7});
  CHECK(neighbour_heights(28, 1) == std::vector<Rows>{2});
  CHECK(neighbour_heights(2, 1) == std::vector<Rows>{0});
  CHECK(neighbour_heights(1, 0).empty());
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
  const Network network = build_network(read_network_config(resolve_network("tiny_se")));
  EvaluateOptions options;
  options.buffers = "minimal";
  const ExplainResult result = explain(network, read_device(resolve_device("hailo8")), options, {3});
  const std::string text = chain_sentence(result.base, stall_chain(result.base));
  CHECK(text.find("conv is blocked") == 0);
  CHECK(text.find("until se.squeeze has seen row " +
                  std::to_string(result.base.plan.se_blocks[0].tile_height_effective)) != std::string::npos);
  REQUIRE_FALSE(result.levers.empty());
  for (std::size_t l = 1; l < result.levers.size(); ++l)
    CHECK(result.levers[l - 1].fps.value_or(0) >= result.levers[l].fps.value_or(0) * (1 - 1e-5));
}

TEST_CASE("explain: a subcluster lever adds one there and leaves the other stages as they are") {
  const Network network = build_network(read_network_config(resolve_network("efficientnet_b0")));
  const ExplainResult result = explain(network, read_device(resolve_device("hailo8")), {}, {4});
  int levers = 0;
  for (const Lever& lever : result.levers) {
    if (lever.kind != LeverKind::subcluster) continue;
    ++levers;
    INFO(lever.name);
    const int stage = find_stage(result.base.plan, lever.name);
    REQUIRE(stage >= 0);
    CHECK(lever.from == result.base.plan.stages[static_cast<std::size_t>(stage)].subclusters);
    CHECK(lever.to == lever.from + 1);
    REQUIRE(lever.fps);
    CHECK(*lever.fps >= result.base.saturated.throughput.fps * (1 - 1e-9));  // nothing else became slower
  }
  CHECK(levers == 4);
}
