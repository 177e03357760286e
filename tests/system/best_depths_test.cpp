// Depth policy `best`: exact interval, latency bound and cuts against the simulator and against trying every choice;
// what it reaches on shipped networks.
#include "sim/mapper/best_depths.hpp"

#include "sim/base/error.hpp"
#include "sim/config/locate.hpp"
#include "sim/evaluate/evaluate.hpp"
#include "sim/graph/schedule_graph.hpp"
#include "sim/mapper/best_sizes.hpp"
#include "sim/mapper/capacities.hpp"
#include "sim/mapper/price.hpp"
#include "sim/mapper/smallest.hpp"
#include "sim/network/network.hpp"
#include "sim/network/squeeze_excite.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/run/run.hpp"
#include "tests/support/bounded_plan.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// Limits that the plan can live with: some capacities free of deadlock and more, some unlimited.
std::vector<Rows> drawn_limits(const Plan& plan, std::uint64_t seed) {
  std::vector<Rows> limits = live_capacities(plan);
  for (std::size_t b = 0; b < limits.size(); ++b) {
    const std::uint64_t draw = (seed * 2654435761U + b * 40503U) >> 4U;
    limits[b] = draw % 3 == 0 ? unlimited_rows : limits[b] + static_cast<Rows>(draw % 4);
  }
  return limits;
}

/// The least cuts of all choices within the limits that hold interval and latency, from buffer b on; counts down
/// `left`.
std::int64_t fewest_cuts(ScheduleGraph& graph, const Price& price, const std::vector<Rows>& most,
                         std::vector<Rows>& capacities, std::size_t b, std::int64_t cheapest, int& left) {
  if (left <= 0) return cheapest;
  if (b == capacities.size()) {
    --left;
    return graph.holds(capacities) ? std::min(cheapest, price.of(capacities)) : cheapest;
  }
  const Rows smallest = capacities[b];
  for (; most[b] == unlimited_rows || capacities[b] <= most[b]; ++capacities[b]) {
    if (price.of(capacities) >= cheapest) break;
    cheapest = fewest_cuts(graph, price, most, capacities, b + 1, cheapest, left);
  }
  capacities[b] = smallest;
  return cheapest;
}

RunResult run_best(const std::string& name, Rows tile_height, std::optional<Bytes> budget = std::nullopt,
                   const std::string& policy = "best") {
  Network network = build_network(read_network_config(resolve_network(name)));
  set_tile_height(network, tile_height);
  EvaluateOptions options;
  options.buffers = policy;
  options.buffer_budget = budget;
  return evaluate(network, read_device(resolve_device("hailo8")), options);
}

double fps(const RunResult& result) {
  return static_cast<double>(result.plan.device.clock_hz) / result.saturated.throughput.interval.value().value();
}

std::int64_t l3_cuts(const RunResult& result) {
  std::int64_t cuts = 0;
  for (const Buffer& buffer : result.plan.buffers) cuts += buffer.level == MemoryLevel::l3 ? buffer.cuts : 0;
  return cuts;
}

}  // namespace

TEST_CASE("T11: the interval of capacities is the largest ratio of any cycle, to the cycle") {
  int compared = 0, deadlocks = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const Plan plan = bounded_plan(seed);
    INFO("seed " << seed);
    const Measurement m = simulate(plan);
    const auto exact = interval_of(plan, capacities_of(plan));
    REQUIRE(exact.has_value() == m.completed);
    deadlocks += m.completed ? 0 : 1;
    if (!exact || m.throughput.proof == Proof::none || m.throughput.interval->numerator == 0) continue;
    REQUIRE(exact->numerator * m.throughput.interval->denominator ==
            m.throughput.interval->numerator * exact->denominator);
    ++compared;
  }
  CHECK(compared > 200);
  CHECK(deadlocks > 30);
}

TEST_CASE("best: every frame completes within the latency and so many intervals, and no schedule has less") {
  int compared = 0, later_than_alone = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Plan plan = bounded_plan(seed);
    BestDepthsOptions options;
    options.at_most = drawn_limits(plan, seed);
    const BestDepths best = best_depths(plan, options);
    INFO("seed " << seed);
    for (std::size_t b = 0; b < plan.buffers.size(); ++b)
      REQUIRE((options.at_most[b] == unlimited_rows || best.capacities[b] <= options.at_most[b]));
    RunOptions run;
    run.frames = 12;
    const Measurement m = simulate(with(plan, best.capacities), run);
    REQUIRE(m.completed);
    for (std::size_t f = 0; f < m.frame_completion.size(); ++f) {
      const auto frames = static_cast<Cycles>(f);
      REQUIRE((m.frame_completion[f] - best.latency) * best.interval.denominator <= frames * best.interval.numerator);
    }
    later_than_alone += m.frame_completion[0] < best.latency ? 1 : 0;
    if (best.latency == 0) continue;
    ScheduleGraph sooner(plan, best.interval);
    sooner.bound_latency(best.latency - 1);
    REQUIRE_FALSE(sooner.holds(options.at_most));
    ++compared;
  }
  CHECK(compared > 200);
  CHECK(later_than_alone > 0);  // the first frame meets no other: a steady schedule can be longer
}

TEST_CASE("best: no choice of capacities takes fewer cuts, by trying them all") {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    Plan plan = bounded_plan(seed);
    if (plan.buffers.size() > 6) continue;
    plan.mapping.cut_bytes = 64;
    BestDepthsOptions options;
    options.at_most = drawn_limits(plan, seed);
    const BestDepths best = best_depths(plan, options);
    const Price price = Price::cuts(plan);
    INFO("seed " << seed);
    REQUIRE(best.cuts == price.of(best.capacities));
    REQUIRE(best.cuts >= best.lower_bound);
    ScheduleGraph graph(plan, best.interval);
    graph.bound_latency(best.latency);
    std::vector<Rows> least;
    for (std::size_t b = 0; b < plan.buffers.size(); ++b) least.push_back(smallest_capacity(plan, static_cast<int>(b)));
    int left = 20000;
    const std::int64_t fewest = fewest_cuts(graph, price, options.at_most, least, 0, best.cuts, left);
    CHECK(best.cuts == fewest);
    compared += left > 0 ? 1 : 0;
  }
  CHECK(compared > 30);
}

TEST_CASE("best: EfficientNet-B2 keeps rate and latency of the full-rate depths in fewer cuts") {
  for (const Rows tile : {0, 7}) {
    const RunResult full_rate = run_best("efficientnet_b2", tile, std::nullopt, "full-rate");
    const RunResult best = run_best("efficientnet_b2", tile);
    INFO("T = " << tile << ": " << l3_cuts(full_rate) << " cuts, best " << l3_cuts(best));
    CHECK(fps(best) == Approx(fps(full_rate)));
    CHECK(best.latency.isolated <= full_rate.latency.isolated);
    CHECK(*best.latency.paced <= *full_rate.latency.paced * 1.001);
    CHECK(l3_cuts(best) < l3_cuts(full_rate) * 9 / 10);
  }
}

TEST_CASE("best: what spilled under full-rate depths does not where the rate does not need it") {
  CHECK(fps(run_best("efficientdet_d0", 0)) >= 216);
  CHECK(fps(run_best("stdc1", 0)) >= 49);
  CHECK(fps(run_best("se_resnet50", 0)) >= 975);  // 1,014 is what its slowest stage allows
  const RunResult lraspp = run_best("lraspp_mobilenetv3_large", 0);
  CHECK(fps(lraspp) >= 322);
  CHECK(lraspp.plan.fit.fits);
}

TEST_CASE("best: a budget holds the full rate where some depths do, and more of it is never slower") {
  CHECK(fps(run_best("mobilenetv3_large", 0, 1415 * 1024)) == Approx(fps(run_best("mobilenetv3_large", 0))));
  double before = 0;
  for (const Bytes kib : {1180, 1220, 1260, 1300, 1340, 1380, 1420}) {
    const RunResult result = run_best("mobilenetv3_large", 0, kib * 1024);
    INFO(kib << " KiB");
    CHECK(total_buffer_bytes(result.plan) <= kib * 1024);
    CHECK(fps(result) >= before);
    before = fps(result);
  }
  CHECK(run_best("mobilenetv3_large", 0, 500 * 1024).status == RunStatus::does_not_fit);
}

TEST_CASE("best: rows in the host's memory are no part of a budget") {
  const RunResult free = run_best("stdc1", 0);
  REQUIRE(total_buffer_bytes(free.plan) > on_chip_buffer_bytes(free.plan) * 5 / 4);
  const RunResult enough = run_best("stdc1", 0, on_chip_buffer_bytes(free.plan));
  CHECK(fps(enough) == Approx(fps(free)));
}

TEST_CASE("best: more budget is never slower, on random plans, some buffers in the host's memory") {
  int compared = 0, faster = 0, faster_for_nothing = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Plan plan = bounded_plan(seed);
    for (std::size_t b = 0; b < plan.buffers.size(); b += 3) plan.buffers[b].level = MemoryLevel::host;
    SizeLimits limits;
    limits.rows = unlimited_capacities(plan);
    size_best(plan, limits);
    const std::vector<Rows> wanted = capacities_of(plan), minimal = minimal_capacities(plan);
    const Bytes most = on_chip_buffer_bytes(plan), least = bytes_of(plan, minimal);
    std::optional<Ratio> before;
    for (int part = 0; part <= 8; ++part) {
      limits.budget = least + (most - least) * part / 8;
      size_best(plan, limits);
      INFO("seed " << seed << ", " << *limits.budget << " of " << least << " to " << most << " bytes");
      REQUIRE(on_chip_buffer_bytes(plan) <= *limits.budget);
      const Ratio now = interval_of(plan, capacities_of(plan)).value();
      if (part == 0 && most > least) faster_for_nothing += now.value() < interval_of(plan, minimal)->value() ? 1 : 0;
      if (part == 8) REQUIRE(capacities_of(plan) == wanted);  // just what they need is enough
      if (before) {
        REQUIRE(now.numerator * before->denominator <= before->numerator * now.denominator);
        ++compared;
        faster += now.value() < before->value() ? 1 : 0;
      }
      before = now;
    }
  }
  CHECK(compared > 300);
  CHECK(faster > 20);
  CHECK(faster_for_nothing > 0);  // in just the least bytes: rows of the host's memory take none
}

TEST_CASE("best: names of buffers that the plan does not have are refused") {
  Network network = build_network(read_network_config(resolve_network("tiny_se")));
  EvaluateOptions options;
  options.buffers = "best";
  options.capacities["no->where"] = 3;
  CHECK_THROWS_AS(plan_point(network, read_device(resolve_device("tiny")), options), InputError);
}

TEST_CASE("best: depths that were given and exceed the budget do not fit") {
  const RunResult free = run_best("tiny_se", 0);
  Network network = build_network(read_network_config(resolve_network("tiny_se")));
  EvaluateOptions options;
  options.buffers = "best";
  options.capacities[free.plan.buffers[1].name] = 1000;
  options.buffer_budget = on_chip_buffer_bytes(free.plan) * 2;
  const RunResult given = evaluate(network, read_device(resolve_device("hailo8")), options);
  CHECK(given.status == RunStatus::does_not_fit);
  CHECK(verdict(given.plan.fit) == FitVerdict::not_found);
}

TEST_CASE("depths and FIFO rows that were given hold for any buffer, the last one too") {
  const Network network = build_network(read_network_config(resolve_network("tiny_se")));
  const Device device = read_device(resolve_device("tiny"));
  for (const std::string policy : {"full-rate", "minimal", "best"}) {
    EvaluateOptions options;
    options.buffers = policy;
    const Plan plan = plan_point(network, device, options);
    for (std::size_t b = 0; b < plan.buffers.size(); ++b) {
      const std::string& name = plan.buffers[b].name;
      CAPTURE(policy, name);
      const Rows window = smallest_capacity(plan, static_cast<int>(b));
      EvaluateOptions given = options;
      given.capacities[name] = window + 3;
      CHECK(plan_point(network, device, given).buffers[b].capacity_rows == window + 3);
      given = options;
      given.fifo_rows[name] = 2;
      CHECK(plan_point(network, device, given).buffers[b].capacity_rows == window + 2);
    }
  }
}
