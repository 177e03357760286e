// Figures of a result that several reports print, on results made by hand.
#include "sim/metrics/figures.hpp"

#include "tests/support/catch.hpp"

using namespace rowflow;

TEST_CASE("capacity, peak and cuts of a memory level are sums over its buffers") {
  RunResult result;
  const auto add = [&](MemoryLevel level, Rows capacity, Bytes row_bytes, std::int64_t cuts, Rows peak) {
    Buffer buffer;
    buffer.level = level;
    buffer.capacity_rows = capacity;
    buffer.row_bytes = row_bytes;
    buffer.cuts = cuts;
    result.plan.buffers.push_back(buffer);
    Occupancy occupancy;
    occupancy.peak_rows = peak;
    result.saturated.buffers.push_back(occupancy);
  };
  add(MemoryLevel::l3, 4, 10, 3, 2);
  add(MemoryLevel::l4, 100, 7, 5, 90);
  add(MemoryLevel::l3, 6, 100, 8, 6);
  const auto levels = use_by_level(result);
  REQUIRE(levels.size() == 2);
  CHECK(levels.at(MemoryLevel::l3).capacity == 4 * 10 + 6 * 100);
  CHECK(levels.at(MemoryLevel::l3).cuts == 3 + 8);
  CHECK(levels.at(MemoryLevel::l3).peak == 2 * 10 + 6 * 100);
  CHECK(levels.at(MemoryLevel::l4).capacity == 700);
  CHECK(levels.at(MemoryLevel::l4).cuts == 5);
  CHECK(levels.at(MemoryLevel::l4).peak == 630);
}
