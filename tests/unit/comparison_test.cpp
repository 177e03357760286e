// Tile heights side by side, on results made by hand.
#include "sim/report/comparison.hpp"

#include <sstream>

#include "sim/report/limiter.hpp"
#include "sim/report/recommend.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

struct Made {
  std::string label;
  double fps;
  double latency;
  Bytes bytes;
};

RunResult result_of(const Made& made) {
  RunResult r;
  r.plan.network.name = "made";
  r.plan.device = {"chip", 1'000'000};
  r.plan.tile_height = made.label;
  r.plan.buffer_policy = BufferPolicy::full_rate;
  r.plan.stages.resize(2);
  r.plan.stages[0].name = "a";
  r.plan.stages[1].name = "b";
  r.plan.se_blocks.resize(1);
  r.plan.buffers.resize(1);
  r.plan.buffers[0].name = "a->b";
  r.plan.buffers[0].role = BufferRole::se_bypass;
  r.plan.buffers[0].capacity_rows = made.bytes;
  r.plan.buffers[0].row_bytes = 1;
  r.plan.buffers[0].rows_per_frame = 10;
  r.plan.bounds.stage = "b";
  r.saturated.completed = true;
  r.saturated.throughput.interval = Ratio{1000, 1};
  r.saturated.throughput.fps = made.fps;
  r.latency.paced = made.latency;
  return r;
}

ComparisonRow row_of(const Made& made) { return {made.label, result_of(made), std::nullopt}; }

std::string chosen(const std::vector<ComparisonRow>& rows,
                   const Preferences& preferences = {Goal::throughput, false, {}}) {
  const auto advice = recommend(rows, preferences);
  return advice.row ? rows[*advice.row].label : "none";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("recommended is the largest tile with three quarters of both savings") {
  // savings of 7: 80 of 100 bytes, 75 of 100 cycles: exactly enough; one cycle more is not
  CHECK(chosen({row_of({"full", 10, 200, 200}), row_of({"7", 10, 125, 120}), row_of({"1", 10, 100, 100})}) == "7");
  CHECK(chosen({row_of({"full", 10, 200, 200}), row_of({"7", 10, 126, 120}), row_of({"1", 10, 100, 100})}) == "1");
}

TEST_CASE("recommended holds the best throughput within one percent") {
  CHECK(chosen({row_of({"full", 100, 200, 200}), row_of({"7", 99, 100, 100}), row_of({"1", 100, 90, 90})}) == "7");
  CHECK(chosen({row_of({"full", 100, 200, 200}), row_of({"7", 98.9, 100, 100}), row_of({"1", 100, 90, 90})}) == "1");
}

TEST_CASE("the throughput within the budget counts, where there is one") {
  auto full = row_of({"full", 100, 200, 200}), seven = row_of({"7", 100, 199, 199});
  CHECK(chosen({full, seven}) == "full");
  full.iso_memory = result_of({"full", 50, 300, 100});
  seven.iso_memory = result_of({"7", 90, 250, 100});
  CHECK(chosen({full, seven}) == "7");
}

TEST_CASE("nothing worth saving: the largest tile, savings at odds: the best compromise") {
  CHECK(chosen({row_of({"full", 10, 200, 200}), row_of({"7", 10, 199, 199})}) == "full");
  CHECK(chosen({row_of({"full", 10, 200, 200}), row_of({"7", 10, 150, 150}), row_of({"1", 10, 180, 100}),
                row_of({"2", 10, 100, 180})}) == "7");
}

TEST_CASE("unasked, no tiles of fewer than seven rows are recommended, and the sentence says what they give") {
  const std::vector<ComparisonRow> rows{row_of({"full", 50, 200, 200}), row_of({"7", 80, 150, 150}),
                                        row_of({"4", 90, 120, 120}), row_of({"1", 100, 100, 100})};
  const Recommendation advice = recommend(rows);
  CHECK(rows[*advice.row].label == "7");
  CHECK(contains(advice.reason, "the only one within 1 % of the best throughput of tiles of at least 7 rows"));
  CHECK(contains(advice.reason, "seven rows were enough for accuracy in arXiv 2107.02145 (T = 1: 100 fps, +25 %)"));
  CHECK(chosen(rows) == "1");                                                             // by a goal alone
  CHECK(chosen({row_of({"4", 90, 120, 120}), row_of({"1", 100, 100, 100})}, {}) == "1");  // nothing else was asked for
  const Recommendation none = recommend({row_of({"full", 50, 200, 200}), row_of({"7", 80, 150, 150})});
  CHECK_FALSE(contains(none.reason, "enough"));  // nothing was left out
}

TEST_CASE("goals: latency asks for the shortest, memory for the fewest bytes of what is as fast") {
  const std::vector<ComparisonRow> rows{row_of({"full", 100, 200, 100}), row_of({"7", 100, 150, 90}),
                                        row_of({"2", 80, 100, 120})};
  CHECK(chosen(rows, {Goal::latency, false, {}}) == "2");
  CHECK(chosen(rows, {Goal::memory, false, {}}) == "7");
  CHECK(contains(recommend(rows, {Goal::latency, false, {}}).reason, "within 1 % of the best latency"));
}

TEST_CASE("penalties decide where they are known") {
  std::vector<ComparisonRow> rows{row_of({"full", 100, 200, 200}), row_of({"7", 120, 150, 150}),
                                  row_of({"2", 121, 120, 120}), row_of({"1", 121, 100, 100})};
  rows[0].iso_throughput.penalty = 0;
  rows[1].iso_throughput.penalty = 0.5;
  rows[2].iso_throughput.penalty = 0.2;  // seven rows are not better by themselves
  const Preferences known{std::nullopt, true, std::nullopt};
  CHECK(chosen(rows, known) == "2");
  CHECK(contains(recommend(rows, known).reason, "the least penalty; penalty 0.2"));
  CHECK(chosen(rows, {std::nullopt, true, 0.1}) == "full");
  CHECK(contains(recommend(rows, {std::nullopt, true, 0.1}).reason, "within a penalty of 0.1"));
  CHECK(chosen(rows, {std::nullopt, true, 0.2}) == "2");  // as much as is allowed is allowed
  CHECK(chosen(rows, {std::nullopt, true, 0.1999}) == "full");
  rows[0].iso_throughput.penalty.reset();
  CHECK(contains(recommend(rows, {std::nullopt, true, 0.1}).reason, "no tile height has a penalty of at most 0.1"));
  CHECK(contains(comparison_text(compare(rows, std::nullopt, true, "", known)),
                 "Penalties in accuracy, as the file has them: T = full –, T = 7 0.5, T = 2 0.2, T = 1 –."));
}

TEST_CASE("advice is about the table above it: a budget that nobody asked for does not count") {
  auto full = row_of({"full", 100, 200, 200}), seven = row_of({"7", 100, 199, 199});
  full.iso_memory = result_of({"full", 50, 300, 100});
  seven.iso_memory = result_of({"7", 90, 250, 100});
  const auto recommended = [&](bool from_device) {
    const Comparison c = compare({full, seven}, 100, from_device);
    return c.rows[*c.recommended.row].label;
  };
  CHECK(recommended(false) == "7");
  CHECK(recommended(true) == "full");
}

TEST_CASE("a budget that holds all the buffers as they are is said to, and only then") {
  auto full = row_of({"full", 100, 200, 200}), seven = row_of({"7", 100, 199, 150});
  full.iso_memory = result_of({"full", 100, 200, 200});
  seven.iso_memory = result_of({"7", 100, 199, 150});
  const auto says_so = [&](Bytes budget) {
    const std::string text = comparison_text(compare({full, seven}, budget, false));
    return contains(text, "hold the buffers above at every tile height");
  };
  CHECK(says_so(200));  // just enough
  CHECK_FALSE(says_so(199));
  seven.iso_memory->status = RunStatus::does_not_fit;
  CHECK_FALSE(says_so(200));
}

TEST_CASE("what deadlocks is never recommended") {
  auto full = row_of({"full", 10, 200, 200}), seven = row_of({"7", 10, 100, 100});
  seven.iso_throughput.status = RunStatus::deadlock;
  CHECK(chosen({full, seven}) == "full");
  full.iso_throughput.status = RunStatus::deadlock;
  CHECK(chosen({full, seven}) == "none");
}

TEST_CASE("rows are sorted largest tile first, as numbers") {
  const auto c =
      compare({row_of({"7", 10, 1, 1}), row_of({"14", 10, 1, 1}), row_of({"full", 10, 1, 1})}, std::nullopt, true);
  CHECK(c.rows[0].label == "full");
  CHECK(c.rows[1].label == "14");
  CHECK(c.rows[2].label == "7");
}

TEST_CASE("the text says first what is lacking, when throughput is the same, and keeps to the width of the terminal") {
  std::vector<ComparisonRow> rows = {row_of({"full", 2641.6, 2980.8e3, 1 << 28}),
                                     row_of({"7", 2641.6, 2054.8e3, 1 << 27})};
  for (auto& row : rows) row.iso_throughput.plan.fit = {"assume", false, 2, {{"controllers", "chip", 163, 128}}, {}};
  rows[0].iso_throughput.plan.fit.resources.push_back({"memory_bytes", "chip", 9, 8});
  rows[0].iso_throughput.plan.assumed = {"rates/depthwise"};
  for (auto& row : rows) row.iso_memory = row.iso_throughput;
  rows[0].iso_memory->status = RunStatus::does_not_fit;
  const std::string text = comparison_text(compare(rows, 1 << 27, false));
  const auto lines = lines_of(text);
  REQUIRE(lines.size() > 8);
  CHECK(lines[1] == "Simulated as if it fitted; it lacks layer controllers (163 of 128, at every T).");
  CHECK(contains(lines[2], "T = 7: 2642 fps at any batch"));
  CHECK(contains(lines.back(), "1 figure is assumed, not measured"));
  CHECK(contains(comparison_text(compare(rows, 1 << 27, false), {false, true}),
                 "Assumed, not measured: rates/depthwise."));
  CHECK(contains(text, "These tile heights reach the same throughput"));
  CHECK(contains(text, "The device lacks memory for T = full."));
  CHECK(contains(text, "does not fit"));
  CHECK(contains(text, "−50%"));
  CHECK(contains(text, "Accuracy is not predicted"));
  for (const std::size_t width : {60U, 80U, 100U, 140U, 200U}) {
    set_text_width(width);
    for (const auto& line : lines_of(comparison_text(compare(rows, 1 << 27, false))))
      CHECK(display_width(line) <= width);
  }
  set_text_width(usual_width);
  rows[1].iso_throughput.saturated.throughput.fps = 2000;
  CHECK_FALSE(contains(comparison_text(compare(rows, 1 << 27, false)), "same throughput"));
}

TEST_CASE("a height that lacks something in several clusters is named once") {
  std::vector<ComparisonRow> rows = {row_of({"full", 20, 200, 200}), row_of({"28", 20, 150, 150}),
                                     row_of({"7", 20, 100, 100})};
  for (const int r : {0, 1})
    rows[static_cast<std::size_t>(r)].iso_throughput.plan.fit = {"assume",
                                                                 false,
                                                                 1,
                                                                 {{"l3_cuts", "cluster 0", 140 + r, 128},
                                                                  {"l3_cuts", "cluster 2", 150, 128},
                                                                  {"l3_cuts", "cluster 5", 160, 128}},
                                                                 {}};
  CHECK(contains(comparison_text(compare(rows, std::nullopt, true)), "The device lacks l3_cuts for T = full, 28."));
}

TEST_CASE("no sentence denies a change that nobody tried") {
  RunResult r = result_of({"7", 10, 1, 9});
  for (const StageKind kind :
       {StageKind::source, StageKind::sink, StageKind::store, StageKind::load, StageKind::transfer, StageKind::conv}) {
    r.plan.stages[1].kind = kind;
    r.plan.stages[1].inputs = {{0, {1}, {1}}};
    r.plan.stages[1].outputs = {{0, {1}}};
    r.saturated.critical = CriticalCycle{{{1, -1, false, 1000}}, 1000, 1, "x"};
    for (const MemoryLevel level : {MemoryLevel::l3, MemoryLevel::l4, MemoryLevel::host}) {
      r.plan.buffers[0].level = level;
      CHECK_FALSE(contains(limiter(r).remedy, "neither"));
      CHECK_FALSE(contains(limiter(r).remedy, "change"));
      CHECK(contains(limiter(r).remedy, "host memory") ==
            (level == MemoryLevel::host && kind != StageKind::conv && kind != StageKind::transfer));
    }
  }
}

TEST_CASE("the limiter blames the longest wait for space, and names the SE block whose bypass it is") {
  RunResult r = result_of({"7", 10, 1, 9});
  SeBlock block;
  block.layer = "se1";
  block.bypass = 0;
  r.plan.se_blocks = {block};
  r.saturated.critical = CriticalCycle{{{1, -1, false, 900}, {0, 0, true, 100}}, 1000, 1, "x"};
  CHECK(limiter(r).brief == "bypass of se1");
  CHECK(contains(limiter(r).remedy, "a deeper a->b (now 9 rows)"));
  r.saturated.critical = CriticalCycle{{{1, -1, false, 1000}}, 1000, 1, "x"};
  CHECK(limiter(r).brief == "b");
  r.plan.se_blocks[0].excite = {1};
  CHECK(contains(limiter(r).remedy, "larger tiles in se1"));
}

TEST_CASE("nothing is recommended where tile heights have nothing to act on") {
  std::vector<ComparisonRow> rows{row_of({"full", 100, 9, 900}), row_of({"7", 100, 3, 300})};
  CHECK(recommend(rows).row.has_value());
  for (ComparisonRow& row : rows) row.iso_throughput.plan.se_blocks.clear();
  CHECK_FALSE(recommend(rows).row.has_value());
  const std::string text = comparison_text(compare(rows, std::nullopt, false));
  CHECK(contains(text, "No recommendation: the network has no squeeze-and-excite block"));
  CHECK_FALSE(contains(text, "decides memory and latency"));
}
