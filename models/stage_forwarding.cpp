// Rule T16: steps of a stage that has forwarded buffers. Their starts follow the first beats of rows and of space,
// their ends the last.
#include <algorithm>

#include "models/stage.hpp"

namespace rowflow {

Rows StageModule::needed_before(std::size_t port) const {
  return inputs_[port].base + (step_ == 0 ? 0 : step_table_[(step_ - 1) * step_columns_ + needs_column(port)]);
}

/// When the step may start as far as the rows of this input are concerned. They have been published.
Cycles StageModule::first_beat_visible(std::size_t p, Rows needed) const {
  const auto& port = inputs_[p];
  if (port.forwarding == nullptr || port.forwarding->whole) return port.ring->rows_visible(needed);
  if (needed == needed_before(p)) return 0;
  return port.ring->first_visible(needed) + port.forwarding->lead - port.forwarding->setup;
}

bool StageModule::find_rows(std::size_t p, Start& start, Finish& finish) {
  const auto& port = inputs_[p];
  const Rows needed = port.base + step_line()[needs_column(p)];
  if (!port.ring->has_rows(needed)) {
    port.buffer->await_rows(needed, wake_);
    return false;
  }
  const Cycles visible = first_beat_visible(p, needed);
  if (visible > start.rows) {
    start.rows = visible;
    start.rows_port = p;
  }
  if (port.forwarding == nullptr || port.forwarding->whole || needed == needed_before(p)) return true;
  const Cycles last = port.ring->rows_visible(needed) + (step_cost() > 0 ? port.forwarding->tail : 0);
  if (last > finish.rows) {
    finish.rows = last;
    finish.rows_port = p;
  }
  return true;
}

bool StageModule::find_space(std::size_t p, Start& start, Finish& finish) {
  const auto& port = outputs_[p];
  const Rows rows = port.base + step_line()[emits_column(p)];
  if (rows == port.ring->reserved()) return true;
  if (!port.ring->has_space(rows)) {
    port.buffer->await_space(rows, wake_);
    return false;
  }
  if (!port.ring->takes_place(rows)) return true;
  const Cycles last = port.ring->space_free(rows);
  const Cycles free = port.forwarding == nullptr ? last : port.ring->first_free(rows) - port.forwarding->head_start;
  if (free > start.space) {
    start.space = free;
    start.space_port = p;
  }
  if (port.forwarding != nullptr && last + port.forwarding->last_free > finish.space) {
    finish.space = last + port.forwarding->last_free;
    finish.space_port = p;
  }
  return true;
}

bool StageModule::find_forwarded(Start& start, Finish& finish) {
  for (std::size_t p = 0; p < inputs_.size(); ++p)
    if (!find_rows(p, start, finish)) return false;
  if (pacing_ != nullptr) {
    start.rows = offered_at();
    start.scheduled = true;
  }
  for (std::size_t p = 0; p < outputs_.size(); ++p)
    if (!find_space(p, start, finish)) return false;
  return true;
}

// T3 and T4, of first and of last beats.
void StageModule::finish_forwarded(Cycles start, Cycles end) {
  unit_free_ = end;
  const auto* line = step_line();
  for (std::size_t p = 0; p < inputs_.size(); ++p) {
    const auto& port = inputs_[p];
    const Rows rows = port.base + line[releases_column(p)];
    const Cycles last = end + port.credit_latency;
    if (port.forwarding == nullptr)
      port.ring->release(rows, last);
    else
      port.ring->release(rows, start + port.forwarding->first_free + port.credit_latency, last);
  }
  for (std::size_t p = 0; p < outputs_.size(); ++p) {
    const auto& port = outputs_[p];
    const Rows rows = port.base + line[emits_column(p)];
    if (port.forwarding == nullptr)
      port.ring->publish(rows, end + port.data_latency);
    else
      port.ring->publish(rows, start + port.forwarding->first + port.data_latency, end + port.data_latency);
  }
  ++activity_.steps;
  if (++step_ == steps_) end_frame();
}

void StageModule::run_forwarded() {
  bool worked = false;
  while (frame_ < frame_limit_) {
    Start start;
    Finish finish;
    if (!find_forwarded(start, finish)) break;
    do_forwarded_step(start, finish);
    worked = true;
  }
  if (worked) notify_neighbours();
}

// A step may start before the event that decides its start: set-up runs ahead of the first beat, a head start ahead of
// space. Such a step is taken when the event is known, with its own earlier stamp: the stamps are those of the
// decoupled mode.
void StageModule::follow_clock_forwarded() {
  for (;;) {
    const Cycles now = current_cycle();
    if (in_step_ && unit_free_ > now) return wake_.notify(cycles_to_time(unit_free_ - now));
    in_step_ = false;
    if (frame_ >= frame_limit_) return;
    Start start;
    Finish finish;
    if (!find_forwarded(start, finish)) return;
    const Cycles begin = std::max({unit_free_, start.rows, start.space});
    if (begin > now) return wake_.notify(cycles_to_time(begin - now));
    do_forwarded_step(start, finish);
    in_step_ = true;
    notify_neighbours();
  }
}

}  // namespace rowflow
