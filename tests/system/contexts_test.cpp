// Several contexts (T17–T22): the partition against trying all, batches against the oracle on the plan's JSON.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/map_point.hpp"
#include "sim/mapper/partition.hpp"
#include "sim/mapper/stretches.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/contexts_json.hpp"
#include "sim/plan/plan_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"
#include "tests/support/oracle.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// A chain with SE blocks and skips, drawn from the seed.
Network random_network(std::uint64_t seed, int layers) {
  std::mt19937_64 random(seed);
  const auto draw = [&](int low, int high) { return low + static_cast<int>(random() % (high - low + 1)); };
  const Rows height = draw(4, 14);
  NetworkBuilder build({height, height, 8});
  int last = build.conv("first", network_input, 8);
  for (int i = 0; i < layers; ++i) {
    const std::string name = "l" + std::to_string(i);
    const int kind = draw(0, 5);
    if (kind == 0) {
      last = build.squeeze_excite(name, last, 4, draw(0, 1) == 0 ? 0 : draw(1, 5));
    } else if (kind == 1) {
      const int inner = build.conv(name + "a", last, 8, 3);
      last = build.layer(LayerType::add, name, {inner, last}, {height, height, 8});
    } else {
      last = build.conv(name, last, 8, kind < 4 ? 1 : 3);
    }
  }
  return std::move(build).finish();
}

/// Room for a few layers at a time.
Device small_device(std::int64_t controllers) {
  Device device = round_device();
  device.clusters = parameter("clusters", 1);
  device.controllers_per_cluster = parameter("controllers_per_cluster", controllers);
  device.fused_add = false;
  device.input_link_bytes_per_kilocycle = parameter("input_link", 2000);
  device.output_link_bytes_per_kilocycle = parameter("output_link", 2000);
  device.contexts.context_switch = parameter("contexts/context_switch", 300'000);
  device.contexts.reload_per_byte = parameter("contexts/reload_per_byte", 500'000);
  device.contexts.stored_weight_bits = parameter("contexts/stored_weight_bits", 8);
  device.contexts.host_overhead = parameter("contexts/host_overhead", 0);
  return device;
}

EvaluateOptions contexts_of(int batch) {
  EvaluateOptions options;
  options.fit = "contexts";
  options.buffers = "minimal";
  options.batch = batch;
  return options;
}

Cycles batch_of(const Contexts& contexts) {
  std::vector<ContextOverhead> overheads;
  std::vector<Cycles> compute;
  for (const ContextPlan& context : contexts.list) {
    overheads.push_back(context.overhead);
    compute.push_back(time_of_frames(context.plan, contexts.batch).value());
  }
  return batch_cycles(overheads, compute, contexts.reload_overlap);
}

/// The least time of a batch over every choice of places to cut; nothing when none fits.
std::optional<Cycles> least_of_all(const Network& network, const Device& device, const EvaluateOptions& options) {
  const Plan whole = lower(network, device).plan;
  const std::vector<int> stages = cuttable_stages(whole);
  const std::size_t places = stages.size() - 1;
  std::optional<Cycles> least;
  for (std::uint64_t chosen = 1; chosen < (std::uint64_t{1} << places); ++chosen) {
    EvaluateOptions given = options;
    for (std::size_t p = 0; p < places; ++p)
      if (chosen >> p & 1U) given.context_cuts.push_back(whole.stage(stages[p + 1]).name);
    const PartitionResult partition = best_partition(network, device, given);
    if (!partition.contexts) continue;
    const Cycles cycles = batch_of(*partition.contexts);
    if (!least || cycles < *least) least = cycles;
  }
  // All in one, switched to and loaded like any context.
  EvaluateOptions one = options;
  one.max_contexts = 1;
  const PartitionResult partition = best_partition(network, device, one);
  if (partition.contexts && (!least || batch_of(*partition.contexts) < *least)) least = batch_of(*partition.contexts);
  return least;
}

/// T19 from the JSON alone, by the oracle.
Cycles batch_by_oracle(const nlohmann::json& document, int frames) {
  Cycles sum = 0;
  const auto& list = document.at("contexts");
  const bool overlap = document.at("reload_overlap").get<bool>();
  for (std::size_t c = 0; c < list.size(); ++c) {
    const Cycles compute =
        oracle::evaluate(list[c].at("plan"), frames).frame_completion.at(static_cast<std::size_t>(frames) - 1);
    const Cycles reload = list[overlap ? (c + 1) % list.size() : c].at("reload_cycles").get<Cycles>();
    sum += list[c].at("switch_cycles").get<Cycles>() + (overlap ? std::max(compute, reload) : compute + reload);
  }
  return sum;
}

}  // namespace

TEST_CASE("contexts: the partition is the best of all on small networks") {
  int several = 0, none = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Network network = random_network(seed, 3);
    const Device device = small_device(4 + static_cast<std::int64_t>(seed % 5));
    const EvaluateOptions options = contexts_of(1 + static_cast<int>(seed % 9));
    if (cuttable_stages(lower(network, device).plan).size() > 9) continue;
    INFO("seed " << seed);
    const auto least = least_of_all(network, device, options);
    const PartitionResult found = best_partition(network, device, options);
    REQUIRE(found.contexts.has_value() == least.has_value());
    if (!least) {
      ++none;
      CHECK_FALSE(found.why_not.empty());
      continue;
    }
    CHECK(batch_of(*found.contexts) == *least);
    several += found.contexts->list.size() > 1 ? 1 : 0;
  }
  CHECK(several > 2);
}

TEST_CASE("contexts: with any number of threads the same plans are found, by the same search") {
  const auto same = [](const Network& network, const Device& device, EvaluateOptions options) {
    const auto found = [&](int threads) {
      options.threads = threads;
      const PointPlan point = map_point(network, device, options);
      return point.several ? contexts_to_json(*point.several) + std::to_string(point.several->evaluated)
                           : plan_to_json(point.one.plan);
    };
    const std::string one = found(1);
    for (const int threads : {2, 5}) CHECK(found(threads) == one);
  };
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    EvaluateOptions options = contexts_of(1 + static_cast<int>(seed % 9));
    options.buffers = seed % 2 == 0 ? "best" : "full-rate";
    same(random_network(seed, 6), small_device(4 + static_cast<std::int64_t>(seed % 5)), options);
  }
  EvaluateOptions options;
  options.fit = "contexts";
  options.buffers = "best";
  for (const char* name : {"efficientnet_b0", "stdc1", "mobilenetv3_large"})  // several contexts, one, one
    same(build_network(read_network_config(resolve_network(name))), read_device(resolve_device("hailo8")), options);
}

TEST_CASE("contexts: the oracle finds the time of every batch from the plan's JSON") {
  for (std::uint64_t seed = 20; seed < 32; ++seed) {
    const Network network = random_network(seed, 6);
    Device device = small_device(5);
    device.contexts.reload_overlap = seed % 2 == 0;
    const EvaluateOptions options = contexts_of(3);
    const PointPlan mapped = map_point(network, device, options);
    if (!mapped.several) continue;
    INFO("seed " << seed);
    const auto document = nlohmann::json::parse(contexts_to_json(*mapped.several));
    const RunResult result = evaluate(network, device, options);
    REQUIRE(result.several);
    for (const int frames : {1, 3, 8})
      CHECK(batch_time(*result.several, frames).total == batch_by_oracle(document, frames));
    CHECK(result.saturated.throughput.interval->numerator == batch_by_oracle(document, 3));
    CHECK(result.saturated.throughput.interval->denominator == 3);
  }
}

TEST_CASE("contexts: what fits in one is the plan without them") {
  const Network network = random_network(3, 3);
  const Device device = round_device();
  EvaluateOptions assume = contexts_of(8);
  assume.fit = "assume";
  EvaluateOptions contexts = contexts_of(8);
  const PointPlan mapped = map_point(network, device, contexts);
  REQUIRE_FALSE(mapped.several);
  Plan plan = mapped.one.plan;
  plan.fit.mode = "assume";
  CHECK(plan_to_json(plan) == plan_to_json(plan_point(network, device, assume)));
}

TEST_CASE("contexts: every stage lies in one, and what crosses a cut is written once and read where it is needed") {
  for (std::uint64_t seed = 40; seed < 52; ++seed) {
    const Network network = random_network(seed, 6);
    const Device device = small_device(5);
    const PartitionResult found = best_partition(network, device, contexts_of(2));
    if (!found.contexts) continue;
    INFO("seed " << seed);
    std::multiset<std::string> computed;
    std::set<std::string> written{"source"};
    for (const ContextPlan& context : found.contexts->list) {
      check_plan(context.plan);
      std::set<std::string> new_ones;
      for (const Stage& stage : context.plan.stages) {
        if (stage.kind == StageKind::source && stage.name != "source") {
          const std::string reader = stage.name.substr(0, stage.name.rfind(".read"));
          CHECK(find_stage(context.plan, reader) >= 0);
        }
        if (stage.kind == StageKind::sink) {
          const std::string producer = context.plan.stage(context.plan.buffer(stage.inputs[0].buffer).from).name;
          CHECK(written.count(producer) == 0);
          new_ones.insert(producer);
        }
        if (!is_end_kind(stage.kind)) computed.insert(stage.name);
      }
      written.insert(new_ones.begin(), new_ones.end());
    }
    std::multiset<std::string> all;
    const Plan whole = lower(network, device).plan;
    for (const int stage : cuttable_stages(whole)) all.insert(whole.stage(stage).name);
    CHECK(computed == all);
  }
}

TEST_CASE("contexts: EfficientNet-B0 on the Hailo-8 in several, faster with small tiles") {
  Network network = build_network(read_network_config(resolve_network("efficientnet_b0")));
  const Device device = read_device(resolve_device("hailo8"));
  EvaluateOptions options;
  options.fit = "contexts";
  options.buffers = "best";
  set_tile_height(network, 0);
  const RunResult full = evaluate(network, device, options);
  set_tile_height(network, 4);
  const RunResult tiled = evaluate(network, device, options);
  REQUIRE(full.several);
  REQUIRE(tiled.several);
  CHECK(full.several->list.size() >= 2);
  CHECK(*batch_fps(tiled, 1) > *batch_fps(full, 1));
  for (const RunResult* result : {&full, &tiled}) {
    const BatchRange range = batch_range(*result->several, 8);
    const Cycles usual = batch_time(*result->several, 8).total;
    CHECK(range.low < usual);
    CHECK(usual < range.high);
    CHECK(*batch_fps(*result, 1) < *batch_fps(*result, 8));
    CHECK(*batch_fps(*result, 8) < *unlimited_batch_fps(*result));
  }
}

TEST_CASE(
    "contexts: of the chip they take as much as the one that takes most, and the slowest stage is the first such") {
  NetworkBuilder build({8, 8, 8});
  int last = network_input;
  for (const char* name : {"a", "b", "c", "d"}) last = build.conv(name, last, 8, 3);
  const Network network = std::move(build).finish();
  EvaluateOptions options = contexts_of(1);
  options.context_cuts = {"c"};
  const RunResult result = evaluate(network, small_device(8), options);
  REQUIRE(result.several);
  std::map<std::string, std::int64_t> most;
  for (const ContextResult& context : result.several->list)
    for (const ResourceUse& use : context.context.plan.fit.resources)
      if (use.scope == "chip") most[use.name] = std::max(most[use.name], use.demand);
  REQUIRE(most.size() > 1);
  std::map<std::string, std::int64_t> all;
  for (const ResourceUse& use : result.plan.fit.resources) {
    CHECK(use.scope == "chip");
    CHECK(all.emplace(use.name, use.demand).second);
  }
  CHECK(all == most);
  // Both contexts are alike.
  const Bounds &first = result.several->list[0].context.plan.bounds,
               &second = result.several->list[1].context.plan.bounds;
  REQUIRE(first.stage_interval == second.stage_interval);
  REQUIRE(first.stage != second.stage);
  CHECK(result.plan.bounds.stage_interval == first.stage_interval);
  CHECK(result.plan.bounds.stage == first.stage);
}

TEST_CASE("contexts: a block's bypass is that of its context, wherever it lies") {
  Network network = build_network(read_network_config(resolve_network("efficientdet_d0")));
  const Device device = read_device(resolve_device("hailo8"));
  EvaluateOptions options;
  options.fit = "contexts";
  options.buffers = "best";
  set_tile_height(network, 0);
  const RunResult all = evaluate(network, device, options);
  REQUIRE(all.several);
  int spilled = 0;
  for (const ContextResult& context : all.several->list) {
    const Plan& part = context.context.plan;
    for (const SeBlock& block : part.se_blocks) {
      const int scale = find_stage(all.plan, part.stage(block.scale).name);
      const auto same = std::find_if(all.plan.se_blocks.begin(), all.plan.se_blocks.end(),
                                     [&](const SeBlock& other) { return other.scale == scale; });
      REQUIRE(same != all.plan.se_blocks.end());
      CHECK(all.plan.buffer(same->bypass).name == part.buffer(block.bypass).name);
      spilled += bypass_buffers(part, block).size() > 1 ? 1 : 0;
    }
  }
  CHECK(spilled > 0);
}
