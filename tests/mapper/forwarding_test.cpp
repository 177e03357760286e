// T16 from geometry: the figures of single buffers, computed by hand.
#include <nlohmann/json.hpp>

#include "sim/base/error.hpp"
#include "sim/mapper/compile.hpp"
#include "sim/plan/plan_json.hpp"
#include "sim/report/limiter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/networks.hpp"

using namespace rowflow;
using namespace rowflow::test;

namespace {

/// 8×8×8 → a: 1×1 to 16 channels → b: 3×3, stride 2, to 8 channels; one subcluster a stage, overhead 4.
Plan two_layers(bool row_forwarding) {
  NetworkBuilder net({8, 8, 8});
  const int a = net.conv("a", network_input, 16);
  net.conv("b", a, 8, 3, 1, 2);
  Device device = round_device();
  device.clusters = parameter("clusters", 2);
  device.subclusters_per_cluster = parameter("subclusters_per_cluster", 1);
  device.compute_ceiling_percent = parameter("compute_ceiling_percent", 100);
  device.input_link_bytes_per_kilocycle = parameter("input_link", 4000);
  device.row_overhead["default"] = parameter("row_overhead/default", 4);
  device.row_forwarding = row_forwarding;
  return compile(std::move(net).finish(), device);
}

const Forwarding& forwarding(const Plan& plan, const std::string& name) {
  return plan.buffers.at(static_cast<std::size_t>(find_buffer(plan, name))).forwarding.value();
}

}  // namespace

TEST_CASE("T16: a column is a beat, set-up first, then columns at an even pace") {
  const Plan plan = two_layers(true);
  // source: 64 bytes at 4 a cycle = 16 a row, 2 a column; a: 4 + 8·8·16/32 = 36, 4 a column.
  const Forwarding& f = forwarding(plan, "source->a");
  CHECK(f.first == 2);
  CHECK(f.lead == 0);
  CHECK(f.setup == 4);
  CHECK(f.tail == 4);
  CHECK(f.first_free == 4 + 4);
  CHECK(f.head_start == 1);
  CHECK(f.last_free == 1);
  CHECK(f.held_rows == 0);
  CHECK_FALSE(f.whole);
}

TEST_CASE("T16: the tail is of all results whose windows reach the last column") {
  for (const auto& [kernel, results] : {std::pair{1, 1}, {3, 2}, {5, 3}}) {  // with padding on both sides, stride 1
    NetworkBuilder net({8, 8, 8});
    const int a = net.conv("a", network_input, 16);
    net.conv("b", a, 8, kernel);
    Device device = round_device();
    device.clusters = parameter("clusters", 2);
    device.subclusters_per_cluster = parameter("subclusters_per_cluster", 1);
    device.compute_ceiling_percent = parameter("compute_ceiling_percent", 100);
    device.row_forwarding = true;
    const Plan plan = compile(std::move(net).finish(), device);
    CAPTURE(kernel);
    CHECK(forwarding(plan, "a->b").tail == results * 8 * 16 * kernel * kernel / 32);
  }
}

TEST_CASE("T16: a window reads ahead, and frees late what its last result reads") {
  const Plan plan = two_layers(true);
  // a as above; b: 4 outputs a row, 4·8·16·9/32 = 144, 36 an output, overhead 4.
  const Forwarding& f = forwarding(plan, "a->b");
  CHECK(f.first == 4 + 4);
  CHECK(f.lead == 4);             // columns 0 and 1 for output 0
  CHECK(f.tail == 36);            // output 3 alone reads column 7
  CHECK(f.first_free == 4 + 36);  // column 0 is read by output 0 alone
  CHECK(f.head_start == 7);
  CHECK(f.last_free == 2 * 4 + 1);  // columns 5, 6, 7 are free with output 3
}

TEST_CASE("T16: the plan's JSON has a forwarding object only where a buffer is forwarded") {
  for (const bool on : {false, true}) {
    const auto json = nlohmann::json::parse(plan_to_json(two_layers(on)));
    for (const auto& buffer : json["buffers"]) CHECK(buffer.contains("forwarding") == on);
    if (on) CHECK(json["buffers"][0]["forwarding"]["first_free"] == 8);
  }
}

TEST_CASE("T16: a negative figure breaks the plan, but for last_free") {
  Plan plan = two_layers(true);
  plan.buffers[0].forwarding->last_free = -5;
  CHECK_NOTHROW(check_plan(plan));
  plan.buffers[0].forwarding->lead = -1;
  CHECK_THROWS_AS(check_plan(plan), Defect);
}

TEST_CASE("T16: no stage is blamed for an interval that none of them has by itself") {
  RunResult result;
  result.plan = two_layers(true);
  result.saturated.completed = true;
  result.saturated.throughput.interval = Ratio{result.plan.bounds.stage_interval, 1};
  CHECK(limiter(result).brief == "b");
  ++result.saturated.throughput.interval->numerator;
  CHECK(limiter(result).brief.find("not traced with row forwarding") != std::string::npos);
}
