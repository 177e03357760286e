// Rule T12 over drawn pipelines: the cure completes the frame and none of it can be lowered alone.
#include <rapidcheck/catch.h>

#include "sim/plan/untimed.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plans.hpp"

using namespace rowflow;

namespace {

/// A chain of stages over maps of `rows` rows; each may also read any earlier stream (skips of every length), through a
/// window or tiles.
Plan drawn_plan() {
  const Rows rows = *rc::gen::inRange<Rows>(1, 14);
  const int stages = *rc::gen::inRange(1, 9);
  test::LoweredBuilder build;
  std::vector<Stream> streams{build.source(rows)};
  for (int s = 0; s < stages; ++s) {
    const std::int64_t kernel = 1 + 2 * *rc::gen::inRange<std::int64_t>(0, 3);
    const std::string name = "s" + std::to_string(s);
    const Stream previous = streams.back();
    Stream stream = build.stage(name, previous, convolution_window(rows, rows, {kernel, 1, kernel / 2, 1}),
                                emit_rows(rows), *rc::gen::inRange<Elements>(1, 50));
    const Stream other = streams[*rc::gen::inRange<std::size_t>(0, streams.size())];
    if (*rc::gen::arbitrary<bool>()) {
      const Rows tile = *rc::gen::inRange<Rows>(1, rows + 1);
      const Stream squeeze = build.stage(name + ".squeeze", other, row_window(rows), emit_tiles(rows, tile));
      build.join(squeeze, stream, tile_window(squeeze.rows, rows, tile));
    } else {
      build.join(other, stream, row_window(rows));
    }
    streams.push_back(stream);
  }
  build.sink(streams.back());
  return std::move(build).finish();
}

bool completes(Plan plan, const std::vector<Rows>& capacities) {
  for (std::size_t b = 0; b < capacities.size(); ++b) plan.buffers[b].capacity_rows = capacities[b];
  return execute_untimed(plan).completed;
}

}  // namespace

TEST_CASE("cures of drawn pipelines complete the frame and are tight (T12)") {
  rc::prop("cure", [] {
    const Plan plan = drawn_plan();
    check_plan(plan);
    const std::vector<Rows> cure = minimal_capacities(plan);
    RC_ASSERT(completes(plan, cure));
    for (std::size_t b = 0; b < cure.size(); ++b) {
      RC_ASSERT(cure[b] >= smallest_capacity(plan, static_cast<int>(b)));
      if (cure[b] == 1) continue;
      std::vector<Rows> less = cure;
      --less[b];
      RC_ASSERT(!completes(plan, less));
    }
  });
}
