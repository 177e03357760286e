// The cheapest buffers: the constraint graph against the simulator, and the search against trying every choice.
#include <map>

#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/graph/schedule_graph.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/memory.hpp"
#include "sim/mapper/price.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/mapper/smallest_forwarded.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/run/run.hpp"
#include "sim/studies/size/size.hpp"
#include "tests/support/bounded_plan.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_forwarding.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

Ratio a_little_less(const Ratio& interval) { return {interval.numerator * 1000 - 1, interval.denominator * 1000}; }

/// Of the simulated plan; none in a deadlock.
std::optional<Ratio> interval_of(const Plan& plan) {
  const Measurement m = simulate(plan);
  if (!m.completed) return std::nullopt;
  REQUIRE(m.throughput.proof != Proof::none);
  return m.throughput.interval;
}

bool longer(const std::optional<Ratio>& a, const Ratio& b) {
  return !a || a->numerator * b.denominator > b.numerator * a->denominator;
}

Plan sized_at_full_rate(Plan plan) {
  const auto capacities = full_rate_capacities(plan);
  set_capacities(plan, capacities);
  return plan;
}

std::string text_of(const std::vector<Rows>& capacities) {
  std::string text;
  for (const Rows rows : capacities) text += std::to_string(rows) + " ";
  return text;
}

/// Tries every choice that is cheaper than `price`, the buffers from `buffer` on; the first that keeps the interval, or
/// nothing. Choices are counted down in `left`.
std::string cheaper_choice(Plan& plan, std::size_t buffer, std::int64_t price, const Ratio& interval, const Price& of,
                           int& left) {
  if (left <= 0) return "";
  if (buffer == plan.buffers.size()) {
    --left;
    return longer(interval_of(plan), interval) ? "" : text_of(capacities_of(plan));
  }
  std::int64_t others = 0;
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
    if (b != buffer) others += of.of(static_cast<int>(b), plan.buffers[b].capacity_rows);
  }
  const Rows smallest = smallest_capacity(plan, static_cast<int>(buffer));
  for (Rows rows = smallest; others + of.of(static_cast<int>(buffer), rows) < price; ++rows) {
    plan.buffers[buffer].capacity_rows = rows;
    auto found = cheaper_choice(plan, buffer + 1, price, interval, of, left);
    if (!found.empty()) return found;
  }
  plan.buffers[buffer].capacity_rows = smallest;
  return "";
}

/// Lowering any buffer of the answer alone by a row loses the interval.
void check_minimal(const Plan& plan, const std::vector<Rows>& capacities, const Ratio& interval) {
  for (std::size_t b = 0; b < capacities.size(); ++b) {
    if (capacities[b] == 1) continue;
    std::vector<Rows> fewer = capacities;
    --fewer[b];
    INFO(plan.buffers[b].name << " with " << fewer[b] << " rows of " << capacities[b]);
    const Measurement m = simulate(with(plan, fewer));
    CHECK((!m.completed || longer(m.throughput.interval, interval)));
  }
}

Plan shipped(const std::string& network, Rows tile_height) {
  Network built = build_network(read_network_config(resolve_network(network)));
  set_tile_height(built, tile_height);
  return plan_point(built, read_device(resolve_device("hailo8")), {});
}

}  // namespace

TEST_CASE("T11: capacities reach an interval exactly when the graph of one frame has no longer cycle") {
  int deadlocks = 0;
  std::map<bool, int> above_bound;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const Plan plan = bounded_plan(seed);
    INFO("seed " << seed);
    const Measurement m = simulate(plan);
    if (!m.completed) {
      ++deadlocks;
      ScheduleGraph any(plan, {1'000'000'000, 1});
      REQUIRE_FALSE(any.holds(capacities_of(plan)));
      REQUIRE_FALSE(any.conflict().empty());
      continue;
    }
    if (m.throughput.proof == Proof::none) continue;
    const Ratio interval = *m.throughput.interval;
    Cycles slowest = 0;
    for (const Stage& stage : plan.stages) slowest = std::max(slowest, stage_interval(stage));
    ++above_bound[longer(interval, {slowest, 1})];
    ScheduleGraph at(plan, interval);
    REQUIRE(at.holds(capacities_of(plan)));
    if (interval.numerator == 0) continue;
    ScheduleGraph below(plan, a_little_less(interval));
    REQUIRE_FALSE(below.holds(capacities_of(plan)));
  }
  CHECK(deadlocks > 30);
  CHECK(above_bound[true] > 50);   // some limited by buffers,
  CHECK(above_bound[false] > 50);  // some by a stage
}

TEST_CASE("T11: a graph that has seen other capacities answers like a new one") {
  std::uint64_t state = 1;
  const auto draw = [&](Rows most) {
    return static_cast<Rows>((state = state * 6364136223846793005U + 1442695040888963407U) >> 33U) % most;
  };
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Plan plan = sized_at_full_rate(bounded_plan(seed));
    Cycles slowest = 1;
    for (const Stage& stage : plan.stages) slowest = std::max(slowest, stage_interval(stage));
    ScheduleGraph graph(plan, {slowest, 1});
    for (int trial = 0; trial < 30; ++trial) {
      std::vector<Rows> capacities = capacities_of(plan);
      for (Rows& rows : capacities) rows = draw(8) == 0 ? unlimited_rows : std::max<Rows>(1, rows - draw(3) + draw(2));
      ScheduleGraph fresh(plan, {slowest, 1});
      INFO("seed " << seed << " trial " << trial);
      REQUIRE(graph.holds(capacities) == fresh.holds(capacities));
    }
  }
}

TEST_CASE("size: no choice of capacities is cheaper, by trying them all") {
  int compared = 0, savings = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Plan plan = sized_at_full_rate(bounded_plan(seed));
    if (plan.buffers.size() > 7) continue;
    Cycles slowest = 0;
    for (const Stage& stage : plan.stages) slowest = std::max(slowest, stage_interval(stage));
    if (slowest == 0) continue;
    for (const Ratio& interval : {Ratio{slowest, 1}, Ratio{slowest * 5, 4}}) {
      const Bytes unit = seed % 4 == 0 ? 100 : 1;
      const Price price(plan, unit);
      const Smallest smallest = smallest_capacities(plan, interval, {false, unit});
      INFO("seed " << seed << ", answer " << text_of(smallest.capacities));
      REQUIRE(smallest.exact());
      REQUIRE(price.of(smallest.capacities) == smallest.price);
      REQUIRE_FALSE(longer(interval_of(with(plan, smallest.capacities)), interval));
      for (std::size_t b = 0; b < plan.buffers.size(); ++b) REQUIRE(smallest.capacities[b] >= smallest.needed_alone[b]);
      check_minimal(plan, smallest.capacities, interval);
      Plan trial = plan;
      for (std::size_t b = 0; b < plan.buffers.size(); ++b)
        trial.buffers[b].capacity_rows = smallest_capacity(plan, static_cast<int>(b));
      int left = 3000;
      const std::string cheaper = cheaper_choice(trial, 0, smallest.price, interval, price, left);
      REQUIRE(cheaper == "");
      compared += left > 0 ? 1 : 0;
      savings += smallest.price < price.of(capacities_of(plan)) ? 1 : 0;
    }
  }
  CHECK(compared > 40);
  CHECK(savings > 10);
}

TEST_CASE("size: a search that stops early keeps the interval, and calls itself exact only where nothing is cheaper") {
  int exact = 0, dearer = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Plan plan = sized_at_full_rate(bounded_plan(seed));
    Cycles slowest = 0;
    for (const Stage& stage : plan.stages) slowest = std::max(slowest, stage_interval(stage));
    if (slowest == 0) continue;
    const Ratio interval{slowest, 1};
    const Smallest finished = smallest_capacities(plan, interval, {});
    REQUIRE(finished.exact());
    for (const std::int64_t effort : {0, 10, 300, 3000}) {
      SmallestOptions options;
      options.effort = effort;
      const Smallest found = smallest_capacities(plan, interval, options);
      INFO("seed " << seed << ", effort " << effort);
      REQUIRE(found.lower_bound <= finished.price);
      REQUIRE(found.price >= finished.price);
      REQUIRE_FALSE(longer(interval_of(with(plan, found.capacities)), interval));
      if (found.exact()) REQUIRE(found.price == finished.price);
      exact += found.exact() ? 1 : 0;
      dearer += found.price > finished.price ? 1 : 0;
    }
  }
  CHECK(exact > 20);
  CHECK(dearer > 10);
}

TEST_CASE("size: a row less anywhere in the answer is too little, in shipped networks") {
  for (const Rows tile : {0, 2}) {
    const Plan plan = shipped("tiny_se", tile);
    const Ratio interval{shortest_interval(plan), 1};
    const Smallest smallest = smallest_capacities(plan, interval, {});
    CHECK(smallest.exact());
    check_minimal(plan, smallest.capacities, interval);
  }
  const Plan plan = shipped("efficientnet_b0", 7);
  const Ratio interval{shortest_interval(plan), 1};
  const Smallest smallest = smallest_capacities(plan, interval, {});
  CHECK(smallest.exact());
  CHECK(smallest.price < total_buffer_bytes(plan) * 3 / 4);  // full-rate depths are for a fixed pace, and generous
  CHECK_FALSE(longer(interval_of(with(plan, smallest.capacities)), interval));
  check_minimal(plan, smallest.capacities, interval);
}

TEST_CASE("size: the front has every throughput that buffers buy") {
  Network network = build_network(read_network_config(resolve_network("tiny_se")));
  set_tile_height(network, 4);
  SizeOptions wanted;
  wanted.front_points = 10000;
  const SizeResult result = size(network, read_device(resolve_device("hailo8")), {}, wanted);
  REQUIRE(result.front_complete);
  REQUIRE(result.front.size() > 3);
  Plan full = result.answer.plan;
  set_capacities(full, full_rate_capacities(full));
  for (std::size_t p = 0; p < result.front.size(); ++p) {
    const FrontPoint& point = result.front[p];
    INFO("point " << p << ", " << point.fps << " fps");
    const auto measured = interval_of(with(full, point.capacities));
    REQUIRE(measured);
    CHECK(measured->value() == point.interval.value());
    CHECK(smallest_capacities(full, point.interval, {}).price == point.price);
    if (p == 0) continue;
    const FrontPoint& slower = result.front[p - 1];
    CHECK(point.price > slower.price);
    CHECK(point.fps > slower.fps);
    CHECK(smallest_capacities(full, a_little_less(slower.interval), {}).price == point.price);  // nothing lies between
  }
  CHECK(result.front.back().fps == Approx(result.highest_fps));
  CHECK(result.front.back().price == result.price);
}

TEST_CASE("size: cuts of memory are counted whole") {
  const Plan plan = shipped("efficientnet_b0", 7);
  const Ratio interval{shortest_interval(plan), 1};
  const Price cuts = Price::cuts(plan);
  const Smallest by_cuts = smallest_capacities(plan, interval, {true}),
                 by_bytes = smallest_capacities(plan, interval, {});
  CHECK(by_cuts.exact());
  CHECK(by_cuts.price <= cuts.of(by_bytes.capacities));
  CHECK(by_bytes.price <= bytes_of(plan, by_cuts.capacities));
  const Plan sized = with(plan, by_cuts.capacities);
  for (std::size_t b = 0; b < sized.buffers.size(); ++b) {
    INFO(sized.buffers[b].name);
    CHECK(cuts.of(static_cast<int>(b), sized.buffers[b].capacity_rows) == cuts_of(sized, sized.buffers[b]));
  }
}

TEST_CASE("size: a throughput beyond every buffer is no defect but an answer") {
  const Network network = build_network(read_network_config(resolve_network("tiny_se")));
  SizeOptions wanted;
  wanted.min_fps = 1e12;
  CHECK_FALSE(size(network, read_device(resolve_device("hailo8")), {}, wanted).reachable);
}

TEST_CASE("size: where buffers spill, the answer is of the pipeline that it leads to") {
  Network network = build_network(read_network_config(resolve_network("efficientnet_b2")));
  set_tile_height(network, 0);
  const Device device = read_device(resolve_device("hailo8"));
  const SizeResult result = size(network, device, {}, {});
  REQUIRE(result.settled);
  CHECK(result.exact());
  const auto outside = [](const Buffer& buffer) { return buffer.level != MemoryLevel::l3; };
  CHECK(std::any_of(result.answer.plan.buffers.begin(), result.answer.plan.buffers.end(), outside));
  EvaluateOptions saved;
  for (const Buffer& buffer : result.answer.plan.buffers) saved.capacities[buffer.name] = buffer.capacity_rows;
  const RunResult again = evaluate(network, device, saved);
  CHECK(total_buffer_bytes(again.plan) == result.price);
  CHECK(again.saturated.frame_completion == result.answer.saturated.frame_completion);
  for (std::size_t b = 0; b < result.buffers.size(); ++b)
    if (again.plan.buffers[b].prefetch) CHECK(result.buffers[b].answer == result.buffers[b].unlimited);
}

TEST_CASE("size with row forwarding (T16): the interval is kept, and no buffer can be a row less") {
  int tried = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    Plan plan = with_random_forwarding(made_live(random_plan(seed)), seed);
    plan.pacing = {};
    if (!is_forwarded(plan)) continue;
    const Ratio interval{shortest_interval(plan), 1};
    const Smallest smallest = smallest_capacities(plan, interval, {});
    CHECK_FALSE(longer(interval_of(with(plan, smallest.capacities)), interval));
    CHECK(smallest.price == bytes_of(plan, smallest.capacities));
    CHECK(smallest.lower_bound <= smallest.price);
    for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
      std::vector<Rows> less = smallest.capacities;
      if (less[b] <= (plan.buffers[b].forwarding ? 1 : smallest_capacity(plan, static_cast<int>(b)))) continue;
      --less[b];
      CHECK(longer(interval_of(with(plan, less)), interval));
      ++tried;
    }
  }
  CHECK(tried > 50);
}

TEST_CASE("size of a device with row forwarding") {
  const Network network = build_network(read_network_config(resolve_network("tiny_se")));
  Device device = read_device(resolve_device("tiny"));
  const SizeResult rows = size(network, device, {}, {});
  device.row_forwarding = true;
  SizeOptions wanted;
  const SizeResult beats = size(network, device, {}, wanted);
  REQUIRE(beats.reachable);
  CHECK(beats.answer.status == RunStatus::ok);
  CHECK(beats.price <= rows.price);  // forwarded rows wait for less
  CHECK(beats.price <= total_buffer_bytes(beats.configured.plan));
  wanted.front_points = 6;
  CHECK(size(network, device, {}, wanted).front.size() >= 2);
}
