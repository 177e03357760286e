// tune: the search by tables against trying all combinations, on small networks drawn at random.
#include "sim/studies/tune/tune.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>

#include "sim/base/error.hpp"
#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/partition_memo.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/studies/tune/tune_scores.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// Blocks of expand, depthwise, SE, project, some with a skip.
Network drawn_network(unsigned seed, int blocks) {
  std::mt19937 random(seed);
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  const int height = 4 * draw(3, 6);
  NetworkBuilder builder({height, height, 8});
  int last = builder.conv("stem", network_input, 8, 3);
  std::int64_t channels = 8;
  for (int b = 0; b < blocks; ++b) {
    const std::string name = "b" + std::to_string(b);
    const std::int64_t wide = 8 * draw(1, 4), out = draw(0, 1) ? channels : 8 * draw(1, 3);
    const std::int64_t stride = b == 1 ? 2 : 1;
    const int expand = builder.conv(name + ".expand", last, wide);
    const int depthwise = builder.conv(name + ".dw", expand, wide, draw(0, 1) ? 3 : 5, wide, stride);
    const int squeeze = builder.squeeze_excite(name + ".se", depthwise, draw(1, 8));
    int project = builder.conv(name + ".project", squeeze, out);
    if (out == channels && stride == 1) {
      const Rows rows = b >= 1 ? height / 2 : height;
      project = builder.layer(LayerType::add, name + ".add", {project, last}, {rows, rows, out});
    }
    last = project;
    channels = out;
  }
  return std::move(builder).finish();
}

TuneOptions options_for(TuneGoal goal, double most_tried) {
  TuneOptions options;
  options.goal = goal;
  options.heights = {6, 2, 1};
  options.most_tried = most_tried;
  return options;
}

}  // namespace

TEST_CASE("least memory: never below the exact answer, which is never below the proven bound") {
  int equal = 0, inexact = 0;
  for (unsigned seed = 0; seed < 12; ++seed) {
    const Network network = drawn_network(seed, 3);
    const TuneResult exact = tune(network, round_device(), options_for(TuneGoal::memory, 1e9));
    const TuneResult found = tune(network, round_device(), options_for(TuneGoal::memory, 0));
    INFO("seed " << seed);
    CHECK(exact.exact);
    CHECK(exact.simulated >= exact.combinations);
    CHECK(found.tuned.bytes >= exact.tuned.bytes);
    CHECK(found.least <= static_cast<double>(exact.tuned.bytes));
    CHECK(found.exact == (found.least == static_cast<double>(found.tuned.bytes)));
    inexact += found.exact ? 0 : 1;
    CHECK(found.tuned.stage_interval <= found.full.stage_interval);
    CHECK(static_cast<double>(found.tuned.bytes) <= 1.05 * static_cast<double>(exact.tuned.bytes));
    equal += found.tuned.bytes == exact.tuned.bytes ? 1 : 0;
  }
  CHECK(equal >= 9);
  CHECK(inexact > 0);
}

TEST_CASE("fewest tiled blocks: within the budget, and as few as trying all finds") {
  int equal = 0, runs = 0, closed = 0;
  for (unsigned seed = 0; seed < 10; ++seed) {
    const Network network = drawn_network(seed, 3);
    const TuneResult least = tune(network, round_device(), options_for(TuneGoal::memory, 1e9));
    for (const int share : {20, 50, 80}) {
      TuneOptions all = options_for(TuneGoal::fewest_tiled, 1e9);
      all.buffer_budget = least.tuned.bytes + (least.full.bytes - least.tuned.bytes) * share / 100;
      TuneOptions searched = all;
      searched.most_tried = 0;
      TuneOptions bounded = all;
      bounded.most_tried = 20;
      const TuneResult some = tune(network, round_device(), bounded);
      const TuneResult exact = tune(network, round_device(), all), found = tune(network, round_device(), searched);
      INFO("seed " << seed << " share " << share);
      REQUIRE(exact.found);
      REQUIRE(found.found);
      CHECK(found.tuned.bytes <= *all.buffer_budget);
      CHECK(found.reached >= exact.reached);
      CHECK(found.least <= exact.reached);
      if (some.exact) CHECK(some.reached == exact.reached);
      closed += some.exact ? 1 : 0;
      equal += found.reached == exact.reached ? 1 : 0;
      ++runs;
    }
  }
  CHECK(equal >= runs - 2);
  CHECK(closed > runs / 2);
}

TEST_CASE("fewest tiled blocks: tiles as large as the budget allows") {
  const Network network = drawn_network(4, 1);
  const TuneOptions options = options_for(TuneGoal::memory, 1e9);
  TuneScores scores(network, round_device(), options.evaluate, 1);
  const auto bytes = [&](Rows height) { return scores.of({height}).on_chip; };
  REQUIRE((bytes(1) < bytes(2) && bytes(2) < bytes(6) && bytes(6) < bytes(0)));
  for (const double most_tried : {1e9, 0.0}) {
    TuneOptions few = options_for(TuneGoal::fewest_tiled, most_tried);
    for (const Rows height : {0, 6, 2, 1}) {
      for (const Bytes more : {Bytes{0}, Bytes{1}}) {
        few.buffer_budget = bytes(height) + more;
        CHECK(tune(network, round_device(), few).heights == Heights{height});
      }
    }
  }
}

TEST_CASE("a budget that nothing meets is an answer") {
  TuneOptions options = options_for(TuneGoal::fewest_tiled, 0);
  options.buffer_budget = 100;
  const TuneResult result = tune(drawn_network(1, 3), round_device(), options);
  CHECK_FALSE(result.found);
  CHECK(result.exact);  // proven
}

TEST_CASE("best throughput: the full one where the budget allows, else what fits") {
  const Network network = drawn_network(3, 3);
  const TuneResult least = tune(network, round_device(), options_for(TuneGoal::memory, 1e9));
  TuneOptions options = options_for(TuneGoal::throughput, 1e9);
  options.buffer_budget = least.tuned.bytes;
  CHECK(tune(network, round_device(), options).reached == static_cast<double>(least.full.stage_interval));
  options.buffer_budget = least.tuned.bytes * 3 / 4;
  const TuneResult tight = tune(network, round_device(), options);
  REQUIRE(tight.found);
  CHECK(total_buffer_bytes(tight.answer.plan) <= *options.buffer_budget);
  CHECK(tight.answer.saturated.throughput.interval->value() == tight.reached);
  CHECK(tight.reached >= tight.least);
}

TEST_CASE("penalties: only heights with an entry, and no more than allowed in all") {
  const Network network = drawn_network(5, 3);
  TuneOptions options = options_for(TuneGoal::memory, 0);
  options.penalties = Penalties{{"b0.se", {{6, 0.1}, {2, 0.2}}}, {"b1.se", {{2, 0.1}}}, {"b2.se", {}}};
  options.combine = Combine::sum;
  options.max_penalty = 0.3;
  const TuneResult all = tune(network, round_device(), options);
  CHECK(all.heights == Heights{2, 2, 0});  // 0.2 + 0.1 is 0.3
  options.max_penalty = 0.2;
  const TuneResult some = tune(network, round_device(), options);
  CHECK(*some.blocks[0].penalty + *some.blocks[1].penalty <= 0.2);
  CHECK(some.heights != Heights{0, 0, 0});
  options.max_penalty = 0;
  CHECK(tune(network, round_device(), options).heights == Heights{0, 0, 0});
  options.penalties->emplace("b3.se", std::map<std::int64_t, double>{});
  CHECK_THROWS_AS(tune(network, round_device(), options), InputError);
}

TEST_CASE("penalties: a height of one row is a height like others") {
  TuneOptions options = options_for(TuneGoal::memory, 1e9);
  options.penalties = Penalties{{"b0.se", {{1, 0.1}}}, {"b1.se", {}}, {"b2.se", {}}};
  const TuneResult result = tune(drawn_network(5, 3), round_device(), options);
  CHECK(result.combinations == 2);
  CHECK(result.heights == Heights{1, 0, 0});
  CHECK(*result.blocks[0].penalty == 0.1);
}

TEST_CASE("penalties come together as the root of the sum of squares, as the sum, or as the largest") {
  const Network network = drawn_network(5, 3);
  TuneOptions options = options_for(TuneGoal::memory, 0);
  options.penalties = Penalties{{"b0.se", {{2, 0.3}}}, {"b1.se", {{2, 0.4}}}, {"b2.se", {}}};
  const auto heights = [&](Combine combine, double limit) {
    options.combine = combine;
    options.max_penalty = limit;
    const TuneResult result = tune(network, round_device(), options);
    CHECK(result.found);
    return result.heights;
  };
  const Heights both{2, 2, 0};
  CHECK(heights(Combine::max, 0.4) == both);
  CHECK(heights(Combine::rss, 0.5) == both);  // 3, 4, 5
  CHECK(heights(Combine::sum, 0.7) == both);
  CHECK(heights(Combine::max, 0.39) == Heights{2, 0, 0});
  CHECK(heights(Combine::rss, 0.499) != both);
  CHECK(heights(Combine::sum, 0.699) != both);
  CHECK(heights(Combine::rss, 0.29) == Heights{0, 0, 0});
}

TEST_CASE("no choice of many is better than what tune finds under a limit of squares") {
  const Network network = drawn_network(7, 3);
  TuneOptions options = options_for(TuneGoal::memory, 1e9);  // all combinations
  options.heights = {6, 4, 2, 1};
  const double unit = GENERATE(1.0, 1e4);  // penalties may be percent, or of any size
  const unsigned seed = GENERATE(11u, 12u, 13u, 14u);
  INFO("unit " << unit << " seed " << seed);
  options.penalties = Penalties{};
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> loss(0, 1);
  for (const char* layer : {"b0.se", "b1.se", "b2.se"}) {
    for (const Rows t : {6, 4, 2, 1}) (*options.penalties)[layer][t] = unit * loss(engine);
  }
  for (const double limit : {0.2 * unit, 0.5 * unit, 0.8 * unit, 1.2 * unit}) {
    INFO("limit " << limit);
    options.max_penalty = limit;
    options.most_tried = 1e9;
    const TuneResult all = tune(network, round_device(), options);
    options.most_tried = 4;  // tables and bounds
    const TuneResult searched = tune(network, round_device(), options);
    double squares = 0;
    for (const TunedBlock& block : searched.blocks) squares += *block.penalty * *block.penalty;
    CHECK(squares <= limit * limit * (1 + 1e-8));
    CHECK(searched.tuned.bytes >= all.tuned.bytes);
    CHECK(searched.least <= static_cast<double>(all.tuned.bytes));  // what is proven holds
  }
}

TEST_CASE("where full blocks spill to slow memory, full throughput is that of tiles") {
  const Network network = build_network(read_network_config(resolve_network("se_resnet50")));
  TuneOptions options = options_for(TuneGoal::memory, 0);
  options.heights = {7, 1};
  const TuneResult result = tune(network, read_device(resolve_device("hailo8")), options);
  CHECK(result.tuned.stage_interval < result.full.stage_interval);
  CHECK(result.answer.saturated.throughput.interval->value() == static_cast<double>(result.tuned.stage_interval));
  CHECK(result.least <= result.reached);
}

namespace {

/// Room for a few layers at a time.
Device few_at_a_time() {
  Device device = round_device();
  device.clusters = parameter("clusters", 1);
  device.controllers_per_cluster = parameter("controllers_per_cluster", 9);
  device.input_link_bytes_per_kilocycle = parameter("input_link", 2000);
  device.output_link_bytes_per_kilocycle = parameter("output_link", 2000);
  device.contexts.context_switch = parameter("contexts/context_switch", 1000);
  return device;
}

TuneOptions at_batch(int batch) {
  TuneOptions options = options_for(TuneGoal::batch, 1000);
  options.evaluate.fit = "contexts";
  options.evaluate.buffers = "best";
  options.evaluate.batch = batch;
  return options;
}

double fps_of(const Network& network, const Heights& heights, const EvaluateOptions& options) {
  return batch_fps(evaluate(with_heights(network, heights), few_at_a_time(), options), options.batch).value_or(0);
}

}  // namespace

TEST_CASE("batch: within half a per cent of the most that any heights give, and no block tiled for nothing") {
  int several = 0, tiled = 0;
  for (unsigned seed = 0; seed < 6; ++seed) {
    const Network network = drawn_network(seed, 3);
    const TuneOptions options = at_batch(seed % 2 == 0 ? 8 : 1);
    const TuneResult found = tune(network, few_at_a_time(), options);
    INFO("seed " << seed);
    REQUIRE(found.found);
    double most = 0;
    for (const Rows a : {0, 6, 2, 1})
      for (const Rows b : {0, 6, 2, 1})
        for (const Rows c : {0, 6, 2, 1}) most = std::max(most, fps_of(network, {a, b, c}, options.evaluate));
    CHECK(found.batch->tuned.fps >= most * (1 - 0.0061));
    CHECK(found.batch->tuned.fps == fps_of(network, found.heights, options.evaluate));
    CHECK(batch_fps(found.answer, options.evaluate.batch).value() == found.batch->tuned.fps);
    CHECK(found.batch->full.fps == fps_of(network, {0, 0, 0}, options.evaluate));
    for (std::size_t k = 0; k < found.heights.size(); ++k) {
      if (found.heights[k] == 0) continue;
      ++tiled;
      CHECK(*found.blocks[k].full_instead < most * (1 - 0.004));
    }
    several += found.answer.several ? 1 : 0;
  }
  CHECK(several > 3);
  CHECK(tiled > 3);
}

TEST_CASE("batch: what earlier partitions remember does not change later ones") {
  const Network network = drawn_network(3, 5);
  EvaluateOptions options = at_batch(8).evaluate;
  options.memo = std::make_shared<PartitionMemo>();
  EvaluateOptions fresh = options;
  fresh.memo.reset();
  std::mt19937 random(5);
  std::set<double> different;
  for (int choice = 0; choice < 12; ++choice) {
    Heights heights;
    for (int k = 0; k < 5; ++k) heights.push_back(std::array<Rows, 4>{0, 6, 2, 1}[random() % 4]);
    const double fps = fps_of(network, heights, options);
    CHECK(fps == fps_of(network, heights, fresh));
    different.insert(fps);
  }
  CHECK(different.size() > 4);
  CHECK(options.memo->sized.size() > 4);
}

TEST_CASE("no goal: memory where its answer fits one context, else a batch") {
  const Network network = drawn_network(1, 3);
  TuneOptions options = at_batch(8);
  options.goal.reset();
  CHECK(tune(network, few_at_a_time(), options).goal == TuneGoal::batch);
  CHECK(tune(network, round_device(), options).goal == TuneGoal::memory);
  options.evaluate.fit = "assume";
  CHECK(tune(network, few_at_a_time(), options).goal == TuneGoal::memory);
}
