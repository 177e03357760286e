// The documents for other programs, on results made by hand.
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/report/run_csv.hpp"
#include "sim/report/run_json.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

RunResult made() {
  RunResult r;
  r.plan.network.name = "a \"name\", with a comma";
  r.plan.device = {"chip", 400'000'000};
  r.plan.tile_height = "7";
  r.plan.stages.resize(2);
  r.plan.stages[0].name = "source";
  r.plan.stages[1].name = "b";
  r.plan.buffers.resize(1);
  r.plan.buffers[0] = {"source->b", 0, 1, BufferRole::straight, MemoryLevel::l3, 8, 3, 10, 8, 10, 0, 0, {}};
  r.saturated.completed = true;
  r.saturated.frames = 2;
  r.saturated.frame_completion = {500, 900};
  r.saturated.throughput.interval = Ratio{801, 2};
  r.saturated.throughput.fps = 998752.0;
  r.saturated.throughput.proof = Proof::repeat;
  r.saturated.stages.resize(2);
  r.saturated.stages[1].stalls = {{0, StallKind::starved, 12, 6.0}};
  r.saturated.buffers.resize(1);
  r.saturated.buffers[0].peak_rows = 2;
  r.latency.isolated = 400;
  r.latency.paced = 500.5;
  return r;
}

}  // namespace

TEST_CASE("one result is an object, several are an array") {
  CHECK(nlohmann::json::parse(run_json({made()})).is_object());
  const auto several = nlohmann::json::parse(run_json({made(), made()}));
  REQUIRE(several.is_array());
  CHECK(several.size() == 2);
}

TEST_CASE("figures of a result keep their type and unit") {
  const auto json = nlohmann::json::parse(run_json({made()}));
  CHECK(json["schema"] == "rowflow.result/1");
  CHECK(json["tile_height"] == 7);
  CHECK(json["throughput"]["interval_cycles"] == 400.5);
  CHECK(json["latency"]["isolated_cycles"].is_number_integer());
  CHECK(json["latency"]["isolated_ms"] == Approx(0.001));
  CHECK(json["latency"]["loaded_cycles"].is_null());
  CHECK(json["buffering"]["capacity_bytes"] == 30);
  CHECK(json["buffering"]["peak_bytes"] == 20);
  CHECK(json["buffering"]["by_level"]["L3"]["peak_bytes"] == 20);
  CHECK(json["stages"][1]["stalls"][0] ==
        nlohmann::json({{"buffer", "source->b"}, {"kind", "starved"}, {"cycles", 12}}));
  CHECK_FALSE(json.contains("deadlock"));
}

TEST_CASE("a deadlock has no throughput, and names stage, buffer and cure") {
  RunResult r = made();
  r.status = RunStatus::deadlock;
  r.saturated.completed = false;
  r.deadlock = Deadlock{"text", {{1, true, 0}}, {{0, 5}}};
  const auto json = nlohmann::json::parse(run_json({r}));
  CHECK(json["status"] == "deadlock");
  for (const auto& value : json["throughput"]) CHECK(value.is_null());
  CHECK(json["deadlock"]["waiting"][0] == nlohmann::json({{"stage", "b"}, {"for", "space"}, {"buffer", "source->b"}}));
  CHECK(json["deadlock"]["cure"][0] == nlohmann::json({{"buffer", "source->b"}, {"capacity_rows", 5}}));
}

TEST_CASE("a plan that was not simulated still makes a document") {
  RunResult r;
  r.plan = made().plan;
  r.status = RunStatus::does_not_fit;
  const auto json = nlohmann::json::parse(run_json({r}));
  CHECK(json["status"] == "does_not_fit");
  CHECK(json["stages"].size() == 2);
  CHECK(json["buffers"][0]["peak_rows"] == 0);
}

TEST_CASE("CSV quotes what it must, and every row has the header's columns") {
  const std::string text = run_csv({made()});
  std::istringstream stream(text);
  std::string header, row;
  std::getline(stream, header);
  std::getline(stream, row);
  const std::string quoted = "\"a \"\"name\"\", with a comma\"";
  REQUIRE(row.rfind(quoted + ",chip,7,", 0) == 0);
  const auto commas = [](const std::string& line) { return std::count(line.begin(), line.end(), ','); };
  CHECK(commas(row.substr(quoted.size())) == commas(header));
}
