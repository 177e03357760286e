// Sweeps: the grid, the names of its points, the workers, the Pareto front, what a killed worker costs.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/workers.hpp"
#include "sim/config/device_figures.hpp"
#include "sim/config/locate.hpp"
#include "sim/config/parse.hpp"
#include "sim/studies/sweep/run_sweep.hpp"
#include "sim/studies/sweep/summary.hpp"
#include "sim/studies/sweep/sweep_contents.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/refusal.hpp"

using namespace rowflow;
using rowflow::test::refusal;
using Json = nlohmann::json;

namespace {

Sweep sweep_of(const std::string& json) { return sweep_from(parse_json(json, "s.json"), "s.json"); }

std::string id_of(const std::string& json, const std::string& version = "1") {
  Sweep sweep = sweep_of(json);
  const Contents contents = read_contents(sweep);
  return point_id(point_at(sweep, 0), contents, version);
}

}  // namespace

TEST_CASE("a grid is every combination, the last axis fastest, then the listed points") {
  const Sweep sweep = sweep_of(R"({"network": ["tiny_se", "efficientnet_b0"],
    "grid": {"tile_height": ["full", 4], "device": {"/rates/conv": [1000, 2000, 3000]}},
    "points": [{"tile_height": 2}, {"network": "tiny_se", "buffers": "minimal"}]})");
  REQUIRE(point_count(sweep) == 2 * 2 * 3 + 2 + 1);
  std::set<std::string> distinct;
  for (std::uint64_t p = 0; p < 12; ++p) {
    const DesignPoint point = point_at(sweep, p);
    CHECK(point.value(Knob::network) == (p < 6 ? "tiny_se" : "efficientnet_b0"));
    CHECK(point.value(Knob::tile_height) == (p / 3 % 2 == 0 ? "full" : "4"));
    CHECK(point.values(Knob::device_set).at("/rates/conv") == std::to_string(1000 * (p % 3 + 1)));
    distinct.insert(point.value(Knob::network) + point.value(Knob::tile_height) +
                    point.values(Knob::device_set).at("/rates/conv"));
  }
  CHECK(distinct.size() == 12);
  CHECK(point_at(sweep, 12).value(Knob::network) == "tiny_se");
  CHECK(point_at(sweep, 12).value(Knob::tile_height) == "2");
  CHECK(point_at(sweep, 13).value(Knob::network) == "efficientnet_b0");
  CHECK(point_at(sweep, 14).value(Knob::buffers) == "minimal");
  CHECK_THROWS_AS(point_at(sweep, 15), Defect);
  CHECK(point_count(sweep_of(R"({"network": "tiny_se", "points": [{}]})")) == 1);
}

TEST_CASE("a sweep as a document is the same sweep") {
  const Sweep sweep =
      sweep_of(R"({"network": "tiny_se", "frames": 9, "grid": {"tile_height": ["full", 4], "tile_first": [0, 1],
    "buffers": ["minimal"], "buffer_kib": ["none", 3], "fps": ["steady", 2.5], "block_heights": {"se": ["full", 2]},
    "device": {"/fused_add": [true, false]}}, "points": [{"fps": 3, "block_heights": {"se": 1}, "device": {"/rates/conv": 7}}]})");
  const Json json = sweep_json(sweep);
  const Sweep again = sweep_from(json, "s.json");
  CHECK(sweep_json(again) == json);
  REQUIRE(point_count(again) == point_count(sweep));
  for (std::uint64_t p = 0; p < point_count(sweep); ++p) {
    CHECK(point_at(sweep, p) == point_at(again, p));
  }
}

TEST_CASE("refusals of a sweep") {
  const auto says = [](const std::string& json) { return refusal([&] { sweep_of(json); }); };
  CHECK(says(R"({"network": "n", "grid": {"tile_hight": [7]}})").find("did you mean \"tile_height\"") !=
        std::string::npos);
  CHECK(says(R"({"network": "n", "grid": {"tile_height": [7, 0]}})") ==
        "s.json: /grid/tile_height/1: found \"0\", expected a number of rows of at least 1, or \"full\"");
  CHECK(says(R"({"network": "n", "grid": {"tile_first": [1]}})").find("expected a tile_height beside it") !=
        std::string::npos);
  CHECK(says(R"({"network": "n"})") == "s.json: found neither grid nor points, expected one of them");
  CHECK(says(R"({"network": "n", "grid": {"fps": [30, 30]}})").find("twice") != std::string::npos);
  const auto meant = [](const std::string& json) {
    return refusal([&] {
      Sweep sweep = sweep_of(json);
      read_contents(sweep);
    });
  };
  CHECK(meant(R"({"network": "tiny_se", "grid": {"block_heights": {"see": [1]}}})").find("did you mean \"se\"?") !=
        std::string::npos);
  CHECK(meant(R"({"network": "tiny_se", "grid": {"device": {"/rates/depthwize": [1]}}})")
            .find("did you mean \"/rates/depthwise\"?") != std::string::npos);
  CHECK(meant(R"({"network": "tiny_se", "grid": {"device": {"rates/conv": [1]}}})")
            .find("did you mean \"/rates/conv\"?") != std::string::npos);
  CHECK(meant(R"({"network": "tiny_se", "device": "hailo9", "grid": {}})").find("did you mean \"hailo8\"?") !=
        std::string::npos);
}

TEST_CASE("the axis of all blocks is one for every block that has none of its own") {
  Sweep sweep =
      sweep_of(R"({"network": "efficientnet_b0", "grid": {"block_heights": {"*": ["full", 7], "s1.b0.se": [1]}}})");
  read_contents(sweep);
  CHECK(sweep.grid.size() == 16);
  CHECK(point_count(sweep) == 1U << 15U);
}

TEST_CASE("a point's id changes with everything that determines it, and with nothing else") {
  const std::string base = id_of(R"({"network": "tiny_se", "points": [{"tile_height": 4}]})");
  CHECK(base.size() == 24);
  CHECK(base ==
        id_of(R"({"network": "tiny_se", "description": "x", "points": [{"tile_height": 4}, {"tile_height": 7}]})"));
  CHECK(base == id_of(R"({"network": "tiny_se", "grid": {"tile_height": [4, 2], "buffers": ["best"]}})"));
  std::set<std::string> ids{base};
  for (const char* other : {R"({"network": "efficientnet_b0", "points": [{"tile_height": 4}]})",
                            R"({"network": "tiny_se", "points": [{"tile_height": 2}]})",
                            R"({"network": "tiny_se", "points": [{"tile_height": 4, "tile_first": 0}]})",
                            R"({"network": "tiny_se", "points": [{"tile_height": 4, "block_heights": {"se": 4}}]})",
                            R"({"network": "tiny_se", "points": [{"tile_height": 4, "buffers": "minimal"}]})",
                            R"({"network": "tiny_se", "points": [{"tile_height": 4, "buffer_kib": 4}]})",
                            R"({"network": "tiny_se", "points": [{"tile_height": 4, "fps": 4}]})",
                            R"({"network": "tiny_se", "points": [{"tile_height": 4, "device": {"/rates/conv": 4}}]})",
                            R"({"network": "tiny_se", "frames": 4, "points": [{"tile_height": 4}]})",
                            R"({"network": "tiny_se", "fit": "require", "points": [{"tile_height": 4}]})",
                            R"({"network": "tiny_se", "device": "tiny", "points": [{"tile_height": 4}]})"})
    CHECK(ids.insert(id_of(other)).second);
  CHECK(ids.insert(id_of(R"({"network": "tiny_se", "points": [{"tile_height": 4}]})", "2")).second);
}

TEST_CASE("a knob given as it would be anyway is the same design, and is given") {
  const std::string base = id_of(R"({"network": "tiny_se", "points": [{}]})");
  for (const char* same : {R"({"network": "tiny_se", "device": "hailo8", "points": [{}]})",
                           R"({"network": "tiny_se", "points": [{"fps": "steady"}]})",
                           R"({"network": "tiny_se", "points": [{"buffers": "best", "buffer_kib": "none"}]})",
                           R"({"network": "tiny_se", "frames": "steady", "fit": "contexts", "points": [{}]})"})
    CHECK(id_of(same) == base);
  const DesignPoint point =
      point_at(sweep_of(R"({"network": "tiny_se", "device": "hailo8", "points": [{"fps": "steady"}]})"), 0);
  CHECK(point.given(Knob::device));
  CHECK(point.given(Knob::fps));
  CHECK_FALSE(point.given(Knob::buffers));
  CHECK(settings_from(settings_json(point)).given(Knob::fps));
}

TEST_CASE("single figures of a device") {
  Json device = parse_json_file(resolve_device("hailo8"));
  const Json before = device;
  set_figure(device, "/rates/depthwise", "1500");
  CHECK(device == before);
  set_figure(device, "/rates/depthwise", "90000");
  set_figure(device, "/widths/concat", "3");
  set_figure(device, "/clock_hz/value", "1000000");
  set_figure(device, "/broadcast_stage", "false");
  const Device changed = device_from(device, "d");
  CHECK(changed.rates.at("depthwise").value == 90000);
  CHECK(changed.rates.at("depthwise").low == 1000);
  CHECK(changed.rates.at("depthwise").high == 90000);
  CHECK(changed.of_kind(changed.widths, "concat").value == 3);
  CHECK(changed.clock_hz.value == 1000000);
  CHECK_FALSE(changed.broadcast_stage);
  CHECK(refusal([&] { set_figure(device, "/fused_add", "3"); }).find("expected true or false") != std::string::npos);
  CHECK(refusal([&] { check_figure(device, "/rates", "s"); }).find("no figure") != std::string::npos);
  CHECK(refusal([&] { check_figure(device, "", "s"); }).find("JSON pointer") != std::string::npos);
}

TEST_CASE("what is wrong with a point is its status, and the next point is none the worse") {
  Sweep sweep = sweep_of(R"({"network": "tiny_se", "fit": "require", "points": [{"device": {"/rates/conv": 0}}, {},
    {"buffer_kib": 1, "device": {"/rates/conv": 2000}}, {"device": {"/controllers_per_cluster": 1, "/clusters": 1}}]})");
  const Contents contents = read_contents(sweep);
  PointEvaluator evaluate(contents, Keep::blocks, nullptr);
  const PointRow wrong = evaluate(point_at(sweep, 0));
  CHECK(wrong.status == "input_error");
  CHECK(wrong.reason.find("/rates/conv/value: found 0") != std::string::npos);
  const PointRow good = evaluate(point_at(sweep, 1));
  CHECK(good.status == "ok");
  CHECK(good.figures.size() == point_columns().size());
  CHECK(good.blocks.size() == 1);
  const PointRow again = unpack(pack(good));
  CHECK(again.figures == good.figures);
  CHECK(again.blocks == good.blocks);
  CHECK(evaluate(point_at(sweep, 2)).status == "ok");
  const PointRow large = evaluate(point_at(sweep, 3));
  CHECK(large.status == "does_not_fit");
  CHECK(large.reason.find("of 1 controllers") != std::string::npos);
  CHECK(evaluate(point_at(sweep, 1)).figures == good.figures);
}

TEST_CASE("a worker's death costs the task it was at, every time") {
  std::vector<int> done(200), died(200);
  std::uint64_t next = 0;
  std::string reason;
  Workers::Calls calls;
  calls.work = [](Workers::Task task) {
    if (task % 50 == 7) raise(SIGKILL);
    if (task == 100) _exit(9);
    if (task == 101) throw 1;
    return std::string(task % 3 * 100'000, 'x') + std::to_string(task);
  };
  calls.next = [&]() -> std::optional<Workers::Task> {
    return next < done.size() ? std::optional<Workers::Task>(next++) : std::nullopt;
  };
  calls.done = [&](Workers::Task task, const std::string& answer) {
    CHECK(answer == std::string(task % 3 * 100'000, 'x') + std::to_string(task));
    ++done[task];
  };
  calls.died = [&](Workers::Task task, const std::string& why) {
    ++died[task];
    if (task == 7) reason = why;
  };
  calls.pause = [] {};
  Workers(3, calls).run();
  for (std::size_t task = 0; task < done.size(); ++task) {
    const bool dies = task % 50 == 7 || task == 100 || task == 101;
    CHECK(died[task] == (dies ? 1 : 0));
    CHECK(done[task] == (dies ? 0 : 1));
  }
  CHECK(reason.find("signal 9") != std::string::npos);
}

TEST_CASE("the Pareto front is what nothing dominates") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<double>> costs(1 + random() % 40);
    for (auto& line : costs)
      for (int o = 0; o < 3; ++o) line.push_back(static_cast<double>(random() % 6));
    const auto worse = [&](std::size_t a,
                           std::size_t b) {  // b at least as good everywhere, and better, or the same and earlier
      for (std::size_t o = 0; o < 3; ++o)
        if (costs[b][o] > costs[a][o]) return false;
      return costs[a] != costs[b] || b < a;
    };
    std::vector<std::size_t> expected;
    for (std::size_t a = 0; a < costs.size(); ++a) {
      bool dominated = false;
      for (std::size_t b = 0; b < costs.size(); ++b) dominated |= b != a && worse(a, b);
      if (!dominated) expected.push_back(a);
    }
    auto front = pareto_front(costs);
    CHECK(
        std::is_sorted(front.begin(), front.end(), [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; }));
    std::sort(front.begin(), front.end());
    CHECK(front == expected);
  }
}
