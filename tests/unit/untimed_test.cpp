#include "sim/plan/untimed.hpp"

#include <map>

#include "sim/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plans.hpp"

using namespace rowflow;
using rowflow::test::LoweredBuilder;

namespace {

/// source → a → {squeeze → vector, bypass} → scale → project (+ residual from a's input) → sink
Plan se_with_residual(Rows h, Rows tile) {
  LoweredBuilder build;
  const Stream input = build.source(h);
  const Stream a = build.stage("a", input, convolution_window(h, h, {3, 1, 1, 1}), emit_rows(h), 8);
  const Stream squeeze = build.stage("squeeze", a, row_window(h), emit_tiles(h, tile));
  const Stream scale = build.stage("scale", a, row_window(h), emit_rows(h), 8);
  build.join(squeeze, scale, tile_window(squeeze.rows, h, tile));
  const Stream project = build.stage("project", scale, row_window(h), emit_rows(h));
  build.join(input, project, row_window(h));
  build.sink(project);
  return std::move(build).finish();
}

Plan with_capacities(Plan plan, const std::vector<Rows>& capacities) {
  for (std::size_t b = 0; b < capacities.size(); ++b) plan.buffers[b].capacity_rows = capacities[b];
  return plan;
}

Rows capacity(const Plan& plan, const std::vector<Rows>& capacities, const std::string& name) {
  const int buffer = find_buffer(plan, name);
  REQUIRE(buffer >= 0);
  return capacities[buffer];
}

/// T12: the frame completes, and with any raised buffer one row less it does not.
void check_tight(const Plan& plan, const std::vector<Rows>& capacities) {
  REQUIRE(execute_untimed(with_capacities(plan, capacities)).completed);
  for (std::size_t b = 0; b < capacities.size(); ++b) {
    CAPTURE(plan.buffers[b].name, capacities[b], plan.buffers[b].capacity_rows);
    REQUIRE(capacities[b] >= plan.buffers[b].capacity_rows);
    if (capacities[b] == plan.buffers[b].capacity_rows) continue;
    std::vector<Rows> less = capacities;
    --less[b];
    CHECK_FALSE(execute_untimed(with_capacities(plan, less)).completed);
  }
}

}  // namespace

TEST_CASE("smallest capacity: the window of the consumer, the emission of the producer") {
  Plan plan = se_with_residual(9, 9);
  CHECK(smallest_capacity(plan, find_buffer(plan, "source->a")) == 3);
  CHECK(smallest_capacity(plan, find_buffer(plan, "a->squeeze")) == 1);
  plan.stages[find_stage(plan, "scale")].outputs[0].emits = {4, 4, 4, 4, 8, 8, 8, 8, 9};
  CHECK(smallest_capacity(plan, find_buffer(plan, "scale->project")) == 4);
}

TEST_CASE("a plan at its smallest capacities stalls in a cycle through a full buffer (T12)") {
  Plan plan = se_with_residual(9, 9);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b)
    plan.buffers[b].capacity_rows = smallest_capacity(plan, static_cast<int>(b));
  const UntimedOutcome outcome = execute_untimed(plan);
  REQUIRE_FALSE(outcome.completed);
  int space = 0;
  for (std::size_t i = 0; i < outcome.cycle.size(); ++i) {
    const UntimedWait& wait = outcome.cycle[i];
    const Buffer& buffer = plan.buffers[wait.buffer];
    CHECK((wait.for_space ? buffer.from : buffer.to) == wait.stage);
    CHECK((wait.for_space ? buffer.to : buffer.from) == outcome.cycle[(i + 1) % outcome.cycle.size()].stage);
    if (!wait.for_space) continue;
    ++space;
    CHECK(wait.needed_capacity > buffer.capacity_rows);
  }
  CHECK(space >= 1);
}

TEST_CASE("the SE bypass and the residual grow together, a tile bounds both (T12)") {
  const auto tile = GENERATE(1, 2, 3, 7, 16, 31, 32);
  CAPTURE(tile);
  Plan plan = se_with_residual(32, tile);
  for (std::size_t b = 0; b < plan.buffers.size(); ++b)
    plan.buffers[b].capacity_rows = smallest_capacity(plan, static_cast<int>(b));
  const std::vector<Rows> cure = live_capacities(plan);
  check_tight(plan, cure);
  CHECK(cure == minimal_capacities(plan));
  // The whole tile must pass the squeeze before the first row leaves; the residual leads by the row below a's window.
  CHECK(capacity(plan, cure, "a->scale") == tile);
  CHECK(capacity(plan, cure, "source->project") == std::min(32, tile + 1));
}

TEST_CASE("curing only one of the two buffers does not help") {
  Plan plan = se_with_residual(16, 16);
  const std::vector<Rows> cure = minimal_capacities(plan);
  for (const char* name : {"a->scale", "source->project"}) {
    std::vector<Rows> half = cure;
    half[find_buffer(plan, name)] = 1;
    CHECK_FALSE(execute_untimed(with_capacities(plan, half)).completed);
  }
}

TEST_CASE("buffers that already suffice, and unlimited ones, stay as they are") {
  Plan plan = with_capacities(se_with_residual(16, 16), std::vector<Rows>(7, 40));
  CHECK(live_capacities(plan) == std::vector<Rows>(plan.buffers.size(), 40));
  for (Buffer& buffer : plan.buffers) buffer.capacity_rows = unlimited_rows;
  CHECK(live_capacities(plan) == std::vector<Rows>(plan.buffers.size(), unlimited_rows));
}

TEST_CASE("of two full buffers in one cycle the one whose rows are cheaper grows (T12)") {
  const Rows h = 9;
  const bool first = GENERATE(true, false);
  CAPTURE(first);
  LoweredBuilder build;
  const Stream f = build.stage("f", build.source(h), row_window(h), emit_rows(h), first ? 2 : 20);
  const Stream g = build.stage("g", f, convolution_window(h, h, {5, 1, 2, 1}), emit_rows(h));
  const Stream t = build.stage("t", f, row_window(h), emit_rows(h), first ? 20 : 2);
  const Stream j = build.stage("j", g, row_window(h), emit_rows(h));
  build.join(t, j, row_window(h));  // f waits for t's space, t for j's, j for g's rows, g for f's
  build.sink(j);
  const Plan plan = std::move(build).finish();
  const std::vector<Rows> cure = minimal_capacities(plan);
  check_tight(with_capacities(plan, std::vector<Rows>(plan.buffers.size(), 1)), cure);
  CHECK(capacity(plan, cure, "f->t") == (first ? 2 : 1));
  CHECK(capacity(plan, cure, "t->j") == (first ? 1 : 2));
}

TEST_CASE("what a later raise makes superfluous is lowered again (T12)") {
  const Rows h = 12;
  LoweredBuilder build;
  const Stream f = build.stage("f", build.source(h), row_window(h), emit_rows(h), 1);
  const Stream g = build.stage("g", f, convolution_window(h, h, {5, 1, 2, 1}), emit_rows(h));
  const Stream t = build.stage("t", f, row_window(h), emit_rows(h), 20);
  const Stream p = build.stage("p", t, convolution_window(h, h, {9, 1, 4, 1}), emit_rows(h));
  const Stream j = build.stage("j", g, row_window(h), emit_rows(h));
  build.join(t, j, row_window(h));
  build.join(p, j, row_window(h));
  build.sink(j);
  // First j waits for g: cheap f->t is raised to what that takes. Then it waits for p, which nothing but five rows in
  // t->j cures; with these f->t needs one.
  const Plan plan = std::move(build).finish();
  const std::vector<Rows> cure = minimal_capacities(plan);
  check_tight(with_capacities(plan, std::vector<Rows>(plan.buffers.size(), 1)), cure);
  CHECK(capacity(plan, cure, "t->j") == 5);
  CHECK(capacity(plan, cure, "f->t") == 1);
}
