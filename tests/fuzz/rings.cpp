// Buffers alone: the ring against a queue, and a buffer in a kernel between two stages whose every step costs something
// else, against rules T2 to T5 written out once more.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "models/row_ring.hpp"
#include "sim/base/error.hpp"
#include "sim/run/run.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/support/plan_builder.hpp"
#include "tests/support/random_network.hpp"

namespace rowflow::fuzz {

namespace {

void require(bool holds, std::uint64_t number, const char* what) {
  if (!holds) throw Defect(fmt::format("number {}: {}", number, what));
}

/// What every row did, kept for ever.
struct Queue {
  Rows capacity = 0;
  std::vector<Cycles> entered, visible, freed;

  bool has_space(Rows count) const {
    return capacity == unlimited_rows || static_cast<Rows>(freed.size()) >= count - capacity;
  }
  Cycles space_free(Rows count) const {
    return capacity == unlimited_rows || count <= capacity ? 0 : freed[static_cast<std::size_t>(count - capacity - 1)];
  }
  Rows held_at(Cycles now) const {
    const auto gone = std::count_if(freed.begin(), freed.end(), [now](Cycles at) { return at <= now; });
    return static_cast<Rows>(entered.size()) - gone;
  }
};

struct Case {
  std::vector<Cycles> produce, consume;  ///< cost of each step, a row each
  Rows capacity = 1;
  Cycles transfer = 0, credit = 0, latency = 0;
  int frames = 1;
};

/// When the consumer's steps end: T2 to T5 for one buffer, a row a step.
std::vector<Cycles> ends_of(const Case& drawn) {
  const auto rows = static_cast<Rows>(drawn.produce.size());
  std::vector<Cycles> freed, ends;
  Cycles producer = 0, consumer = 0;
  for (Rows r = 0; r < rows * drawn.frames; ++r) {
    const auto step = static_cast<std::size_t>(r % rows);
    if (r >= drawn.capacity) producer = std::max(producer, freed[static_cast<std::size_t>(r - drawn.capacity)]);
    producer += drawn.produce[step];
    consumer = std::max(consumer, producer + drawn.latency + drawn.transfer) + drawn.consume[step];
    freed.push_back(consumer + drawn.credit);
    ends.push_back(consumer);
  }
  return ends;
}

}  // namespace

void work_ring(std::uint64_t number) {
  test::RandomDraw draw(number);
  Buffer buffer;
  buffer.rows_per_frame = draw(1, 9);
  buffer.capacity_rows = draw.one_in(8) ? unlimited_rows : draw(1, 12);
  buffer.row_bytes = buffer.row_elements = 1;
  RowRing ring(buffer);
  if (draw.one_in(3)) {
    ring.reserve(1, 5);
    ring.restart(buffer);
  }
  Queue queue;
  queue.capacity = buffer.capacity_rows;
  Cycles start = 0, end = 0, free = 0;
  for (std::int64_t left = draw(10, 200); left > 0; --left) {
    const Rows written = ring.published(),
               wanted = written + draw(1, std::min<Rows>(3, queue.capacity == unlimited_rows ? 3 : queue.capacity));
    require(ring.has_space(wanted) == queue.has_space(wanted), number, "space");
    if (draw.one_in(2) && queue.has_space(wanted)) {
      require(ring.space_free(wanted) == queue.space_free(wanted), number, "when space is free");
      start = std::max({start + draw(0, 9), end, queue.space_free(wanted)});
      end = std::max(end, start + draw(0, 9));
      ring.reserve(wanted, start);
      ring.publish(wanted, end);
      queue.entered.resize(static_cast<std::size_t>(wanted), start);
      queue.visible.resize(static_cast<std::size_t>(wanted), end);
      require(ring.held_at(start).rows == queue.held_at(start), number, "rows held");
    } else if (ring.released() < written) {
      const Rows taken = ring.released() + draw(1, written - ring.released());
      require(ring.has_rows(taken) && !ring.has_rows(written + 1), number, "rows");
      require(ring.rows_visible(taken) == queue.visible[static_cast<std::size_t>(taken - 1)], number,
              "when rows are visible");
      free = std::max(free, ring.rows_visible(taken)) + draw(0, 12);
      ring.release(taken, free);
      queue.freed.resize(static_cast<std::size_t>(taken), free);
    }
    if (draw.one_in(9)) ring.account();
  }
  require(ring.reserved() == static_cast<Rows>(queue.entered.size()) &&
              ring.released() == static_cast<Rows>(queue.freed.size()),
          number, "rows counted");
}

void work_buffer(std::uint64_t number) {
  test::RandomDraw draw(number);
  Case drawn;
  const auto rows = static_cast<std::size_t>(draw(1, 12));
  const std::int64_t most = draw.one_in(3) ? 0 : draw(1, 40);
  for (std::size_t r = 0; r < rows; ++r) {
    drawn.produce.push_back(draw(0, most));
    drawn.consume.push_back(draw.one_in(3) ? draw(0, 5 * most) : draw(0, most));
  }
  drawn.produce.back() += 1;  // a frame takes time
  drawn.capacity = draw(1, 6);
  drawn.transfer = draw.one_in(2) ? 0 : draw(0, 50);
  drawn.credit = draw.one_in(2) ? 0 : draw(0, 50);
  drawn.latency = draw.one_in(2) ? 0 : draw(0, 50);
  drawn.frames = static_cast<int>(draw(1, 6));
  test::PlanBuilder build;
  const int source = build.stage("source", drawn.produce, drawn.latency), sink = build.stage("sink", drawn.consume);
  build.connect(source, sink, drawn.capacity);
  build.plan().buffers[0].transfer_latency = drawn.transfer;
  build.plan().buffers[0].credit_latency = drawn.credit;
  const Plan plan = build.finish();
  const std::vector<Cycles> ends = ends_of(drawn);
  for (const Timing timing : {Timing::decoupled, Timing::synchronous}) {
    const Measurement run = simulate(plan, {timing, drawn.frames});
    require(run.completed, number, "a source and a sink never wait for each other");
    for (std::size_t f = 0; f < run.frame_completion.size(); ++f)
      require(run.frame_completion[f] == ends[(f + 1) * rows - 1], number, "when a frame is complete");
  }
}

}  // namespace rowflow::fuzz
