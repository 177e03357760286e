// What changed between two results.
#include "sim/report/result_diff.hpp"
#include "sim/report/result_diff_text.hpp"

#include "tests/support/catch.hpp"

using namespace rowflow;
using Json = nlohmann::ordered_json;

namespace {

Json result() {
  return Json::parse(R"({"schema": "rowflow.result/1", "version": "1", "status": "ok", "throughput": {"fps": 100.0},
    "frame_completion_cycles": [10, 20],
    "se_blocks": [],
    "stages": [{"name": "a", "steady": {"busy": 100.0}, "busy": 5}, {"name": "b", "steady": {"busy": 100.0}, "busy": 5},
               {"name": "c", "steady": {"busy": 100.0}, "busy": 5}],
    "buffers": [{"name": "a->b", "capacity_rows": 4, "peak_rows": 4}]})");
}

const DiffSection& section(const ResultDiff& diff, const std::string& name) {
  for (const DiffSection& s : diff.sections) {
    if (s.name == name) return s;
  }
  throw std::runtime_error("no section " + name);
}

}  // namespace

TEST_CASE("equal results have no difference, the version does not count") {
  Json other = result();
  other["version"] = "2";
  CHECK(diff_results(result(), other, 0).empty());
}

TEST_CASE("the largest change comes first, whatever the order of stages") {
  Json other = result();
  other["stages"][0]["steady"]["busy"] = 101.0;
  other["stages"][2]["steady"]["busy"] = 50.0;
  std::swap(other["stages"][0], other["stages"][1]);
  const auto diff = diff_results(result(), other, 0);
  const DiffSection& stages = section(diff, "stages");
  REQUIRE(stages.items.size() == 2);
  CHECK(stages.items[0].name == "c");
  CHECK(*stages.items[0].fields[0].change_percent == Approx(-50));
  CHECK(stages.items[1].name == "a");
  CHECK(section(diff, "summary").items.empty());
}

TEST_CASE("a main field comes before a larger change of what follows from it") {
  Json other = result();
  other["stages"][1]["busy"] = 500;
  other["stages"][1]["steady"]["busy"] = 101.0;
  const auto diff = diff_results(result(), other, 0);
  CHECK(section(diff, "stages").items.at(0).fields.at(0).field == "/steady/busy");
  CHECK(section(diff, "stages").items.at(0).fields.at(1).field == "/busy");
}

TEST_CASE("stages that are on one side only") {
  Json other = result();
  other["stages"][1]["name"] = "new";
  const auto diff = diff_results(result(), other, 100);
  CHECK(section(diff, "stages").added == std::vector<std::string>{"new"});
  CHECK(section(diff, "stages").removed == std::vector<std::string>{"b"});
  CHECK_FALSE(diff.empty());
}

TEST_CASE("the tolerance includes its end and is for numbers only") {
  Json other = result();
  other["throughput"]["fps"] = 99.0;
  CHECK(diff_results(result(), other, 1).empty());
  CHECK_FALSE(diff_results(result(), other, 0.99).empty());
  other["status"] = "deadlock";
  CHECK_FALSE(diff_results(result(), other, 1).empty());
}

TEST_CASE("the text keeps to its width") {
  Json other = result();
  other["frame_completion_cycles"] = Json::array();
  for (int i = 0; i < 100; ++i) other["frame_completion_cycles"].push_back(i);
  other["stages"][0]["name"] = std::string(200, 'x');
  other["status"] = std::string(200, 'y');
  const std::string text = diff_text({diff_results(result(), other, 0)}, {});
  for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string line = text.substr(begin, end - begin);
    CHECK((display_width(line) <= text_width() || line.find(' ', 4) == std::string::npos));
  }
}

TEST_CASE("of a result as a whole verdicts, throughput, latency and memory come first, how it was simulated last") {
  const auto with = [](double fps, double latency, int cuts, bool fits, int frames) {
    Json json = result();
    json["frames"] = frames;
    json["fit"] = {{"fits", fits}};
    json["throughput"] = {{"fps", fps}, {"period_frames", frames}};
    json["latency"] = {{"loaded_cycles", frames * 100}, {"paced_ms", latency}};
    json["buffering"] = {{"cuts", cuts}, {"peak_bytes", frames * 1000}};
    return json;
  };
  const auto diff = diff_results(with(100, 1, 10, true, 2), with(101, 1.01, 11, false, 900), 0);
  std::vector<std::string> fields, main;
  for (const FieldChange& change : section(diff, "summary").items.at(0).fields) {
    fields.push_back(change.field);
    if (change.main) main.push_back(change.field);
  }
  REQUIRE(fields.size() == 8);
  CHECK(std::vector(fields.begin(), fields.begin() + 4) ==
        std::vector<std::string>{"/fit/fits", "/throughput/fps", "/latency/paced_ms", "/buffering/cuts"});
  CHECK(main == std::vector(fields.begin(), fields.begin() + 6));
}
