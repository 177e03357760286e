#include "sim/metrics/timeline.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

/// Rows before a step counted through all frames, of a cumulative per-frame table.
Rows rows_before(const std::vector<Rows>& table, Rows rows_per_frame, std::int64_t step) {
  const auto steps = static_cast<std::int64_t>(table.size());
  const auto in_frame = step % steps;
  return step / steps * rows_per_frame + (in_frame > 0 ? table[at(in_frame - 1)] : 0);
}

template <class Ports>
const auto& port_to(const Ports& ports, int buffer) {
  for (const auto& port : ports) {
    if (port.buffer == buffer) return port;
  }
  throw Defect("a buffer that its stage does not know");
}

struct Change {
  Cycles at;
  Rows rows;  // < 0: freed
};

/// Calls `changed(step, rows)` for the rows that each recorded step adds to its port's cumulative table.
template <class Changed>
void each_step(const StageTimeline& recorded, const std::vector<Rows>& table, Rows rows_per_frame, Changed changed) {
  for (std::size_t i = 0; i < recorded.steps.size(); ++i) {
    const auto step = recorded.first_step + static_cast<std::int64_t>(i);
    const Rows rows = rows_before(table, rows_per_frame, step + 1) - rows_before(table, rows_per_frame, step);
    if (rows > 0) changed(i, rows);
  }
}

/// T10 with T16: a row that shares its slot with the one before, or stands in registers, counts from when the slot is
/// its own. `starts` are the entries without that, from row `emitted` on, `frees` those of rows from `released` on.
std::vector<Change> entries_to_own_slots(const std::vector<Change>& starts, const std::vector<Change>& frees,
                                         Rows emitted, Rows released, Rows capacity) {
  std::vector<Cycles> started, freed;
  for (const Change& start : starts) started.insert(started.end(), at(start.rows), start.at);
  for (const Change& free : frees) freed.insert(freed.end(), at(-free.rows), free.at);
  std::vector<Change> entries;
  const Rows end = emitted + static_cast<Rows>(started.size());
  for (Rows row = std::min(emitted, released + capacity); row < end; ++row) {
    const Rows before = row - capacity - released;  // whose slot it takes, as an index into `freed`
    if (before >= static_cast<Rows>(freed.size())) break;
    Cycles entry = row < emitted ? std::numeric_limits<Cycles>::min() : started[at(row - emitted)];
    if (before >= 0) entry = std::max(entry, freed[at(before)]);
    entries.push_back({entry, 1});
  }
  return entries;
}

/// Sorted by time, frees before entries at equal times (T10).
void sort_changes(std::vector<Change>& changes) {
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return a.at != b.at ? a.at < b.at : (a.rows < 0) > (b.rows < 0);
  });
}

}  // namespace

Cycles end_of_step(const Stage& stage, const StageTimeline& recorded, std::size_t index) {
  if (!recorded.ends.empty()) return recorded.ends[index].at;
  const auto step = recorded.first_step + static_cast<std::int64_t>(index);
  return recorded.steps[index].start + stage.cost[at(step % static_cast<std::int64_t>(stage.steps()))];
}

std::vector<Slice> slices(const Plan& plan, const Timeline& timeline, int stage_index) {
  const auto& stage = plan.stages[at(stage_index)];
  const auto& recorded = timeline.stages[at(stage_index)];
  const auto steps = static_cast<std::int64_t>(stage.steps());
  std::vector<Slice> result;
  const auto add = [&](Slice slice) {
    slice.begin = std::max(slice.begin, timeline.from);
    slice.end = std::min(slice.end, timeline.to);
    if (slice.begin < slice.end) result.push_back(slice);
  };
  Cycles idle = recorded.idle_from;
  for (std::size_t i = 0; i < recorded.steps.size(); ++i) {
    const auto& stamp = recorded.steps[i];
    const auto step = recorded.first_step + static_cast<std::int64_t>(i);
    const Cycles rows_at = std::max(idle, stamp.rows_at);
    const Cycles end = stamp.start + stage.cost[at(step % steps)];
    add({idle, rows_at, Doing::starved, stamp.rows_port < 0 ? -1 : stage.inputs[at(stamp.rows_port)].buffer, step});
    add({rows_at, stamp.start, Doing::blocked, stamp.space_port < 0 ? -1 : stage.outputs[at(stamp.space_port)].buffer,
         step});
    add({stamp.start, end, Doing::busy, -1, step});
    idle = end;
    if (recorded.ends.empty()) continue;
    const StepEnd& stretched = recorded.ends[i];
    if (stretched.rows_until > idle)
      add({idle, stretched.rows_until, Doing::starved, stage.inputs[at(stretched.rows_port)].buffer, step});
    idle = std::max(idle, stretched.rows_until);
    if (stretched.at > idle)
      add({idle, stretched.at, Doing::blocked, stage.outputs[at(stretched.space_port)].buffer, step});
    idle = std::max(idle, stretched.at);
  }
  if (recorded.unfinished) {
    const auto& stamp = *recorded.unfinished;
    const auto step = recorded.first_step + static_cast<std::int64_t>(recorded.steps.size());
    const Cycles rows_at = std::clamp(stamp.rows_at, idle, std::max(idle, stamp.start));
    add({idle, rows_at, Doing::starved, stamp.rows_port < 0 ? -1 : stage.inputs[at(stamp.rows_port)].buffer, step});
    add({rows_at, stamp.start, Doing::blocked, stamp.space_port < 0 ? -1 : stage.outputs[at(stamp.space_port)].buffer,
         step});
  }
  return result;
}

std::vector<Level> levels(const Plan& plan, const Timeline& timeline, int buffer_index) {
  const auto& buffer = plan.buffers[at(buffer_index)];
  const auto& producer = plan.stages[at(buffer.from)];
  const auto& consumer = plan.stages[at(buffer.to)];
  const auto& emits = port_to(producer.outputs, buffer_index).emits;
  const auto& releases = port_to(consumer.inputs, buffer_index).releases;
  const auto& written = timeline.stages[at(buffer.from)];
  const auto& read = timeline.stages[at(buffer.to)];
  const Rows emitted = rows_before(emits, buffer.rows_per_frame, written.first_step);
  const Rows released = rows_before(releases, buffer.rows_per_frame, read.first_step);
  std::vector<Change> changes, entries;
  each_step(read, releases, buffer.rows_per_frame, [&](std::size_t step, Rows rows) {
    changes.push_back({end_of_step(consumer, read, step) + buffer.credit_latency, -rows});
  });
  each_step(written, emits, buffer.rows_per_frame, [&](std::size_t step, Rows rows) {
    entries.push_back({written.steps[step].start, rows});
  });
  Rows held = emitted - released;
  if (buffer.forwarding && buffer.capacity_rows != unlimited_rows) {
    held = std::min(held, buffer.capacity_rows);
    entries = entries_to_own_slots(entries, changes, emitted, released, buffer.capacity_rows);
  }
  changes.insert(changes.end(), entries.begin(), entries.end());
  sort_changes(changes);
  std::vector<Level> result{{timeline.from, held}};
  for (const auto& change : changes) {
    if (change.at > timeline.to) break;
    held += change.rows;
    const Cycles when = std::max(change.at, timeline.from);
    if (result.back().at == when) {
      result.back().rows = held;
    } else {
      result.push_back({when, held});
    }
    if (result.size() > 1 && result[result.size() - 2].rows == held) result.pop_back();
  }
  return result;
}

int frames_to_stay_full(const Measurement& run) {
  if (!run.completed || !run.throughput.interval) return 0;
  const auto interval = std::max<Cycles>(1, static_cast<Cycles>(run.throughput.interval->value()));
  return static_cast<int>((run.frame_completion.back() - run.frame_source_end.back()) / interval) + 2;
}

Timeline frames_window(const Measurement& run, int first, int last) {
  Timeline timeline;
  timeline.from = run.frame_start[at(first)];
  timeline.to = run.frame_completion[at(last)];
  return timeline;
}

}  // namespace rowflow
