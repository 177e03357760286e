// The storage of a row buffer by itself, between a producer and a consumer that stall at random: who sees which row
// when, which slots are free, and what is held, against lists of all rows.
#include "models/row_ring.hpp"

#include <random>

#include "tests/support/catch.hpp"

using namespace rowflow;

namespace {

/// Every row with all its times, none forgotten.
struct AllRows {
  std::vector<Cycles> entered, visible, freed;
};

Buffer buffer_of(Rows capacity, Rows rows_per_frame) {
  Buffer buffer;
  buffer.capacity_rows = capacity;
  buffer.rows_per_frame = rows_per_frame;
  return buffer;
}

void check_held(const RowRing& ring, const AllRows& rows, Cycles now) {
  Rows held = static_cast<Rows>(rows.entered.size() - rows.freed.size());
  Cycles next = 0;
  for (const Cycles freed : rows.freed) {
    if (freed <= now) continue;
    ++held;
    if (next == 0) next = freed;  // they never decrease
  }
  const RowRing::Held found = ring.held_at(now);
  REQUIRE(found.rows == held);
  REQUIRE(found.next_free == next);
}

/// Most rows held at once, from the lists: a row enters after those that are freed at that time.
Rows peak_of(const AllRows& rows) {
  Rows peak = 0;
  for (std::size_t r = 0; r < rows.entered.size(); ++r) {
    Rows held = static_cast<Rows>(r) + 1;
    for (const Cycles freed : rows.freed) held -= freed <= rows.entered[r] ? 1 : 0;
    peak = std::max(peak, held);
  }
  return peak;
}

}  // namespace

TEST_CASE("T3, T4: a ring between a producer and a consumer that stall at random") {
  int waits_for_space = 0, held_while_freed_later = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const auto draw = [&](std::int64_t least, std::int64_t most) {
      return std::uniform_int_distribution<std::int64_t>(least, most)(random);
    };
    const Rows capacity = draw(0, 5) == 0 ? unlimited_rows : draw(1, 40), per_frame = draw(1, 9);
    const Cycles latency = draw(0, 20), credit = draw(0, 20);
    RowRing ring(buffer_of(capacity, per_frame));
    if (seed % 3 == 0) ring.restart(buffer_of(capacity, per_frame));
    AllRows rows;
    Cycles producer = 0, consumer = 0, longest = 0, residence = 0;
    while (rows.freed.size() < 500) {
      const auto written = static_cast<Rows>(rows.entered.size()), freed = static_cast<Rows>(rows.freed.size());
      const Rows more = std::min<Rows>(draw(1, 3), capacity == unlimited_rows ? 3 : capacity);
      const bool room = capacity == unlimited_rows || freed >= written + more - capacity;
      REQUIRE(ring.has_space(written + more) == room);
      if (room && (draw(0, 2) > 0 || freed == written)) {
        const Rows slot = written + more - 1 - capacity;  // the row whose slot the last one takes
        const Cycles free = capacity == unlimited_rows || slot < 0 ? 0 : rows.freed[static_cast<std::size_t>(slot)];
        REQUIRE(ring.space_free(written + more) == free);
        waits_for_space += free > producer ? 1 : 0;
        const Cycles start = std::max(producer, free);
        producer = start + draw(0, 9);
        ring.reserve(written + more, start);
        ring.publish(written + more, producer + latency);
        for (Rows k = 0; k < more; ++k) {
          rows.entered.push_back(start);
          rows.visible.push_back(producer + latency);
        }
        check_held(ring, rows, start);
        held_while_freed_later += ring.held_at(start).next_free > start ? 1 : 0;
      } else if (written > freed) {
        const Rows least = freed + 1, count = std::min(written, least + draw(0, 2));
        REQUIRE(ring.has_rows(count));
        REQUIRE_FALSE(ring.has_rows(written + 1));
        const Cycles visible = rows.visible[static_cast<std::size_t>(count - 1)];
        REQUIRE(ring.rows_visible(count) == visible);
        consumer = std::max(consumer, visible) + draw(0, 9);
        ring.release(count, consumer + credit);
        for (Rows r = freed; r < count; ++r) {
          rows.freed.push_back(consumer + credit);
          const Cycles stay = consumer + credit - rows.entered[static_cast<std::size_t>(r)];
          longest = std::max(longest, stay);
          residence += stay;
        }
        REQUIRE(ring.rows_visible(count) == 0);
      }
    }
    const auto written = static_cast<Rows>(rows.entered.size()), left = written - static_cast<Rows>(rows.freed.size());
    const Cycles last = std::max(consumer, producer) + 1000;
    if (left > 0) {
      ring.release(written, last);
      for (Rows r = written - left; r < written; ++r) {
        rows.freed.push_back(last);
        longest = std::max(longest, last - rows.entered[static_cast<std::size_t>(r)]);
        residence += last - rows.entered[static_cast<std::size_t>(r)];
      }
    }
    ring.account();
    const FrameOccupancy total = ring.frames().total();
    CHECK(total.longest == longest);
    CHECK(total.residence == residence);
    CHECK(total.peak == peak_of(rows));
  }
  CHECK(waits_for_space > 1000);
  CHECK(held_while_freed_later > 1000);
}
