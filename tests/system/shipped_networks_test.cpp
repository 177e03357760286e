// What the main job must show, on the shipped networks: the oracle's agreement, the published metric, rates, deadlock
// and cure.
#include <nlohmann/json.hpp>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/plan_json.hpp"
#include "sim/plan/untimed.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

Network network(const std::string& name, Rows tile_height) {
  auto result = build_network(read_network_config(resolve_network(name)));
  set_tile_height(result, tile_height);
  return result;
}

Device device(const std::string& name = "hailo8") { return read_device(resolve_device(name)); }

EvaluateOptions with_buffers(const std::string& policy) {
  EvaluateOptions options;
  options.buffers = policy;
  return options;
}

std::string against_oracle(const Plan& plan, int frames, Timing timing) {
  const auto expected = oracle::evaluate(nlohmann::json::parse(plan_to_json(plan)), frames);
  return differences(plan, simulate(plan, {timing, frames}), expected);
}

constexpr Rows full = 0;

}  // namespace

TEST_CASE("the plan of a shipped network is complete: the oracle, from its JSON alone, agrees to the cycle") {
  for (const std::string name : {"tiny_se", "efficientnet_b0", "efficientnet_b2"}) {
    for (const Rows tile : {full, Rows{7}, Rows{1}}) {
      for (const std::string policy : {"minimal", "full-rate"}) {
        INFO(name << " T=" << tile << " " << policy);
        const Plan plan = plan_point(network(name, tile), device(), with_buffers(policy));
        CHECK(against_oracle(plan, 5, Timing::decoupled) == "");
        CHECK(against_oracle(plan, 2, Timing::synchronous) == "");
      }
    }
  }
}

// Minutes, so not part of the suite: run it with `build/release/tests/system_shipped_networks_test "[all]"`.
TEST_CASE("every shipped network at every tile height: the oracle agrees to the cycle", "[.][all]") {
  for (const auto& name : list_networks()) {
    for (const Rows tile : {full, Rows{7}, Rows{1}}) {
      INFO(name << " T=" << tile);
      CHECK(against_oracle(plan_point(network(name, tile), device(), with_buffers("full-rate")), 2,
                           Timing::decoupled) == "");
    }
  }
}

TEST_CASE("pipeline buffering is the published metric") {
  const auto buffering = [](const std::string& name, Rows tile) {
    Elements sum = 0;
    for (const auto& block : plan_point(network(name, tile), device(), with_buffers("minimal")).se_blocks)
      sum += block.buffering_elements;
    return sum;
  };
  CHECK(buffering("efficientnet_b2", full) == 6124336);
  CHECK(buffering("efficientnet_b2", 7) == 1706320);
  CHECK(buffering("efficientnet_b0", full) == 2516640);
  CHECK(buffering("efficientnet_b0", 7) == 832608);
}

TEST_CASE("full-rate buffers reach the largest stage interval at every tile height, latency and memory fall with it") {
  double latency = 1e18;
  Bytes bytes = 0;
  for (const Rows tile : {full, Rows{28}, Rows{14}, Rows{7}, Rows{4}, Rows{2}, Rows{1}}) {
    const auto result = evaluate(network("efficientnet_b2", tile), device(), with_buffers("full-rate"));
    INFO("T=" << tile);
    REQUIRE(result.status == RunStatus::ok);
    REQUIRE(result.saturated.throughput.interval);
    CHECK(result.saturated.throughput.interval->value() == static_cast<double>(result.plan.bounds.stage_interval));
    CHECK(result.saturated.throughput.proof != Proof::none);
    REQUIRE(result.latency.paced);
    CHECK(*result.latency.paced < latency);
    if (bytes != 0) CHECK(total_buffer_bytes(result.plan) < bytes);
    latency = *result.latency.paced;
    bytes = total_buffer_bytes(result.plan);
    for (const auto& block : result.plan.se_blocks) {
      Rows peak = 0;
      for (const int b : bypass_buffers(result.plan, block))
        peak += result.saturated.buffers[static_cast<std::size_t>(b)].peak_rows;
      CHECK(peak >= block.tile_height_effective);
    }
  }
}

TEST_CASE("full-rate buffers reach it too where a bypass holds the rows of several frames") {
  for (const std::string name : {"efficientdet_d2", "lraspp_mobilenetv3_large", "stdc1", "se_resnet50"}) {
    for (const Rows tile : {full, Rows{7}}) {
      INFO(name << " T=" << tile);
      const auto result = evaluate(network(name, tile), device(), with_buffers("full-rate"));
      REQUIRE(result.status == RunStatus::ok);
      REQUIRE(result.saturated.throughput.interval);
      CHECK(result.saturated.throughput.interval->value() == static_cast<double>(result.plan.bounds.stage_interval));
    }
  }
}

TEST_CASE("short memory costs throughput") {
  const auto minimal = evaluate(network("efficientnet_b2", 7), device(), with_buffers("minimal"));
  const auto full_rate = evaluate(network("efficientnet_b2", 7), device(), with_buffers("full-rate"));
  CHECK(minimal.saturated.throughput.fps < full_rate.saturated.throughput.fps);
  CHECK(total_buffer_bytes(minimal.plan) < total_buffer_bytes(full_rate.plan));
  REQUIRE(minimal.saturated.critical);
}

TEST_CASE("a bypass below its tile deadlocks, the cure runs, and a row less of any entry deadlocks again") {
  for (const Rows tile : {full, Rows{7}}) {
    auto options = with_buffers("minimal");
    const auto net = network("efficientnet_b0", tile);
    const auto sized = plan_point(net, device(), options);
    // A block with an identity residual: its bypass must hold a tile, and the residual waits with it.
    const auto& block = sized.se_blocks[2];
    REQUIRE(block.skip_channels > 0);
    for (const auto& buffer : sized.buffers) {
      if (buffer.role == BufferRole::skip && buffer.to >= block.scale) {
        options.capacities[buffer.name] = 1;
        break;
      }
    }
    options.capacities[sized.buffers[static_cast<std::size_t>(block.bypass)].name] = block.tile_height_effective - 1;
    const auto stuck = evaluate(net, device(), options);
    REQUIRE(stuck.status == RunStatus::deadlock);
    REQUIRE(stuck.deadlock);
    CHECK(stuck.deadlock->waiting.size() >= 2);
    CHECK(stuck.deadlock->cure.size() == 2);  // SE bypass and residual together

    Plan cured = stuck.plan;
    for (const auto& change : stuck.deadlock->cure)
      cured.buffers[static_cast<std::size_t>(change.buffer)].capacity_rows = change.capacity_rows;
    CHECK(simulate(cured, {Timing::decoupled, 2}).completed);
    for (const auto& change : stuck.deadlock->cure) {
      Plan lowered = cured;
      --lowered.buffers[static_cast<std::size_t>(change.buffer)].capacity_rows;
      CHECK_FALSE(simulate(lowered, {Timing::decoupled, 1}).completed);
    }
  }
}

TEST_CASE("both timing modes give the same result on EfficientNet-B2") {
  auto options = with_buffers("full-rate");
  const auto ahead = evaluate(network("efficientnet_b2", 7), device(), options);
  options.timing = Timing::synchronous;
  options.frames = 3;
  const auto clocked = evaluate(network("efficientnet_b2", 7), device(), options);
  for (std::size_t f = 0; f < 3; ++f)
    CHECK(clocked.saturated.frame_completion[f] == ahead.saturated.frame_completion[f]);
}

TEST_CASE("tiny_se on the tiny device, by hand") {
  auto options = with_buffers("full-rate");
  const auto result = evaluate(network("tiny_se", 2), device("tiny"), options);
  REQUIRE(result.status == RunStatus::ok);
  // conv: 8·4·4·9 = 1152 MACs a row at 4 MACs a subcluster-cycle and at most 4 subclusters, unsplit: 72 cycles; 8 rows:
  // 576 cycles a frame.
  const auto& conv = result.plan.stages[static_cast<std::size_t>(find_stage(result.plan, "conv"))];
  CHECK(conv.macs_per_step == 1152);
  CHECK(conv.subclusters == 4);
  CHECK(conv.cost == std::vector<Cycles>(8, 72));
  CHECK(result.saturated.throughput.interval->value() == 576);
}

TEST_CASE("depths within a budget keep to it and are never slower than minimal ones") {
  const auto net = network("efficientnet_b2", 7);
  const auto minimal = evaluate(net, device(), with_buffers("minimal"));
  auto options = with_buffers("full-rate");
  options.buffer_budget = 4 << 20;
  const auto budget = evaluate(net, device(), options);
  REQUIRE(budget.status == RunStatus::ok);
  CHECK(total_buffer_bytes(budget.plan) <= 4 << 20);
  CHECK(budget.saturated.throughput.fps >= minimal.saturated.throughput.fps);
  options.buffer_budget = 1000;
  CHECK(evaluate(net, device(), options).status == RunStatus::does_not_fit);
}
