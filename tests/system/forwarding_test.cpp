// T16: row forwarding on hand-computed and random plans, and as compiled from geometry.
#include <nlohmann/json.hpp>

#include "sim/evaluate/evaluate.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/run/run.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"
#include "tests/support/plan_builder.hpp"
#include "tests/support/plan_to_test_json.hpp"
#include "tests/support/random_forwarding.hpp"
#include "tests/support/random_plan.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

const auto both = {Timing::decoupled, Timing::synchronous};

Measurement run(const Plan& plan, int frames, Timing timing = Timing::decoupled) {
  return simulate(plan, {timing, frames});
}

/// Every stage with one cost for all steps.
Plan with_even_costs(Plan plan) {
  for (Stage& stage : plan.stages) stage.cost.assign(stage.steps(), stage.cost.front());
  return plan;
}

/// A forwarding that says what T2–T4 say: rows whole, space when the consumer's step is over.
Plan with_plain_forwarding(Plan plan) {
  for (Buffer& buffer : plan.buffers) {
    Forwarding f;
    f.whole = true;
    f.first_free = plan.stages[static_cast<std::size_t>(buffer.to)].cost.front();
    f.last_free = -1'000'000;
    buffer.forwarding = f;
  }
  return plan;
}

std::vector<Cycles> figures(const Measurement& m) {
  std::vector<Cycles> all = m.frame_completion;
  all.insert(all.end(), {m.elapsed, m.completed ? 1 : 0, m.steps_executed});
  for (const auto& s : m.stages) {
    all.insert(all.end(), {s.busy, s.starved, s.blocked, s.done});
    for (const auto& stall : s.stalls) all.insert(all.end(), {stall.buffer, stall.cycles});
  }
  for (const auto& b : m.buffers)
    all.insert(all.end(), {b.peak_rows, b.full_cycles, static_cast<Cycles>(b.mean_rows * 1e6)});
  return all;
}

/// A stem, two blocks with SE and a skip.
Network residual_network(Rows tile) {
  NetworkBuilder net({24, 16, 3});
  const int stem = net.conv("stem", network_input, 8, 3, 1, 2);
  int last = net.conv("expand", stem, 32);
  last = net.conv("dw", last, 32, 3, 32);
  last = net.squeeze_excite("se", last, 8, tile);
  last = net.conv("project", last, 8);
  last = net.layer(LayerType::add, "add", {last, stem}, {12, 8, 8});
  net.layer(LayerType::global_avg_pool, "gap", {last}, {1, 1, 8});
  return std::move(net).finish();
}

}  // namespace

TEST_CASE("T16: a start follows first beats, an end the last ones, and the stretch is charged") {
  PlanBuilder b;
  const int source = b.stage("source", 2, 10);
  const int sink = b.stage("sink", 2, 4);
  b.connect(source, sink, 1);
  Forwarding f;
  f.first = 2;
  f.lead = 3;
  f.setup = 1;
  f.tail = 2;
  f.first_free = 3;
  f.head_start = 1;
  f.last_free = 5;
  b.plan().buffers[0].forwarding = f;
  const auto plan = b.finish();
  for (const auto timing : both) {
    // source row 0 at 0…10; sink starts at 0 + 2 + 3 − 1 = 4 and ends at max(8, 10 + 2) = 12, its first beat is free
    // at 7. source row 1 starts at max(10, 7 − 1) and ends at max(20, 12 + 5); sink starts at 10 + 4 and ends at 20
    // + 2.
    const auto measured = run(plan, 1, timing);
    CHECK(measured.frame_completion.front() == 22);
    CHECK(measured.stages[0].busy == 20);
    CHECK(measured.stages[0].blocked == 0);
    CHECK(measured.stages[0].done == 2);
    CHECK(measured.stages[1].busy == 8);
    CHECK(measured.stages[1].starved == 4 + 4 + 2 + 4);
    CHECK(measured.buffers[0].peak_rows == 1);  // two rows share the slot from 10 to 12
    CHECK(measured.buffers[0].full_cycles == 22);
    CHECK(measured.buffers[0].mean_rows == 1.0);
    // The same with T2–T4: 10, 14, 24, 28.
    Plan rows = plan;
    rows.buffers[0].forwarding.reset();
    CHECK(run(rows, 1, timing).frame_completion.front() == 28);
  }
}

TEST_CASE("T16: a step of no cost has no tail: it ends with the row's last beat") {
  PlanBuilder b;
  const int source = b.stage("source", 2, 10);
  const int sink = b.stage("sink", std::vector<Cycles>{0, 3});
  b.connect(source, sink, 4);
  Forwarding f;
  f.first = 1;
  f.tail = 2;
  b.plan().buffers[0].forwarding = f;
  const auto plan = b.finish();
  for (const auto timing : both) {
    // rows at 0…10 and 10…20; sink row 0 at 1…10, without a tail, row 1 at 11…20 + 2.
    const auto measured = run(plan, 1, timing);
    CHECK(measured.frame_completion.front() == 22);
    CHECK(measured.stages[1].starved == 1 + 9 + 1 + 8);
  }
  const auto free = [&] {
    Plan all = plan;
    all.stages[1].cost = {0, 0};
    return all;
  }();
  for (const auto timing : both) CHECK(run(free, 1, timing).frame_completion.front() == 20);
}

TEST_CASE("T16: what the end waits for of space is blocked time of that buffer") {
  PlanBuilder b;
  const int source = b.stage("source", 2, 3);
  const int sink = b.stage("sink", 2, 10);
  b.connect(source, sink, 1);
  Forwarding f;
  f.whole = true;
  f.first_free = 2;
  f.last_free = 1;
  b.plan().buffers[0].forwarding = f;
  const auto plan = b.finish();
  for (const auto timing : both) {
    // sink row 0 at 3…13, first beat free at 5; source row 1 at 5…max(8, 13 + 1); sink row 1 at 14…24.
    const auto measured = run(plan, 1, timing);
    CHECK(measured.frame_completion.front() == 24);
    CHECK(measured.stages[0].blocked == 2 + 6);
  }
}

TEST_CASE("T16: with the figures that say what T2–T4 say, nothing changes") {
  int deadlocks = 0;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const Plan plan = with_even_costs(seed % 2 == 0 ? made_live(random_plan(seed)) : random_plan(seed));
    const auto expected = oracle::evaluate(plan_to_test_json(plan), 3);
    for (const auto timing : both) {
      INFO("seed " << seed << (timing == Timing::decoupled ? " decoupled" : " synchronous"));
      REQUIRE(differences(plan, run(with_plain_forwarding(plan), 3, timing), expected) == "");
    }
    deadlocks += expected.completed ? 0 : 1;
  }
  CHECK(deadlocks > 5);
}

TEST_CASE("T16: both timing modes agree in every figure, and capacities hold") {
  int forwarded = 0, intervals = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const Plan plan = with_random_forwarding(seed % 3 == 0 ? random_plan(seed) : made_live(random_plan(seed)), seed);
    const auto ahead = run(plan, 4), in_step = run(plan, 4, Timing::synchronous);
    INFO("seed " << seed);
    REQUIRE(figures(ahead) == figures(in_step));
    for (const Buffer& buffer : plan.buffers) forwarded += buffer.forwarding ? 1 : 0;
    for (std::size_t i = 0; i < plan.buffers.size(); ++i) {
      if (plan.buffers[i].capacity_rows == unlimited_rows) continue;
      CHECK(ahead.buffers[i].full_cycles <= ahead.elapsed);
      CHECK(ahead.buffers[i].mean_rows <= static_cast<double>(plan.buffers[i].capacity_rows) + 1e-9);
    }
    intervals += ahead.completed && ahead.throughput.interval ? 1 : 0;
  }
  CHECK(forwarded > 300);
  CHECK(intervals > 50);
}

TEST_CASE("T16: a proven interval is the one that later frames keep") {
  int proven = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Plan plan = with_random_forwarding(made_live(random_plan(seed)), seed);
    const auto m = run(plan, 60);
    if (!m.completed || !m.throughput.periodic) continue;
    const auto later = run(plan, 60 + 2 * m.throughput.period_frames);
    const auto last = later.frame_completion.size() - 1;
    INFO("seed " << seed);
    CHECK(later.frame_completion[last] -
              later.frame_completion[last - static_cast<std::size_t>(m.throughput.period_frames)] ==
          m.throughput.period_cycles);
    ++proven;
  }
  CHECK(proven > 10);
}

TEST_CASE("T16 from geometry: never later than T2-T4, the same verdict, less latency, off by default") {
  const Rows tile = GENERATE(0, 1, 5);
  Device device = round_device();
  device.row_overhead["default"] = parameter("row_overhead/default", 2);
  device.input_link_bytes_per_kilocycle = parameter("input_link", 4000);
  Plan rows = compile(residual_network(tile), device);
  for (const Buffer& buffer : rows.buffers) CHECK_FALSE(buffer.forwarding);
  device.row_forwarding = true;
  const Plan forwarded = compile(residual_network(tile), device);
  for (const Buffer& buffer : forwarded.buffers) {
    CAPTURE(buffer.name);
    CHECK(buffer.forwarding.has_value() == (buffer.role != BufferRole::vector && buffer.name != "gap->sink"));
  }
  CHECK(forwarded.bounds.min_latency < rows.bounds.min_latency);
  for (const Rows more : {0, 1, 30}) {
    Plan a = rows, b = forwarded;
    for (Plan* plan : {&a, &b})
      for (Buffer& buffer : plan->buffers) buffer.capacity_rows += more;
    const auto before = run(a, 8), after = run(b, 8), in_step = run(b, 8, Timing::synchronous);
    REQUIRE(before.completed);
    REQUIRE(after.completed);
    REQUIRE(figures(after) == figures(in_step));
    for (std::size_t f = 0; f < 8; ++f) CHECK(after.frame_completion[f] <= before.frame_completion[f]);
    CHECK(after.frame_completion[0] < before.frame_completion[0]);
    CHECK(after.frame_completion[0] >= b.bounds.min_latency);
    CHECK_THROWS_WITH(record_waveforms(b, after, "waveforms_of_forwarded_rows.vcd"), Catch::Contains("row_forwarding"));
  }
}

TEST_CASE("T16, T14: full-rate depths of a forwarded pipeline reach the largest stage interval") {
  Device device = round_device();
  device.row_forwarding = true;
  const auto result = evaluate(residual_network(GENERATE(0, 1, 5)), device, {});
  REQUIRE(result.status == RunStatus::ok);
  REQUIRE(result.saturated.throughput.interval);
  CHECK(result.saturated.throughput.interval->value() == static_cast<double>(result.plan.bounds.stage_interval));
}
