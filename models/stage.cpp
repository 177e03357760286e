#include "models/stage.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace rowflow {

namespace {
const Forwarding* forwarding_of(const Buffer& buffer) { return buffer.forwarding ? &*buffer.forwarding : nullptr; }
}  // namespace

StageModule::StageModule(const sc_core::sc_module_name& name, const Stage& stage, const std::vector<Buffer>& buffers,
                         ModelTiming timing)
    : sc_module(name),
      in("in", stage.inputs.size()),
      out("out", stage.outputs.size()),
      stage_(&stage),
      inputs_(stage.inputs.size()),
      outputs_(stage.outputs.size()),
      timing_(timing) {
  SC_HAS_PROCESS(StageModule);
  take(stage, buffers);
  if (timing_ == ModelTiming::decoupled) {
    SC_METHOD(run_ahead);
  } else {
    SC_METHOD(follow_clock);
  }
  sensitive << wake_;
  dont_initialize();
}

void StageModule::take(const Stage& stage, const std::vector<Buffer>& buffers) {
  stage_ = &stage;
  steps_ = stage.steps();
  forwarded_ = false;
  for (std::size_t p = 0; p < inputs_.size(); ++p) {
    const auto& buffer = buffers[static_cast<std::size_t>(stage.inputs[p].buffer)];
    inputs_[p] = {inputs_[p].ring,       inputs_[p].buffer,     0,
                  buffer.rows_per_frame, buffer.credit_latency, forwarding_of(buffer)};
    forwarded_ |= buffer.forwarding.has_value();
  }
  for (std::size_t p = 0; p < outputs_.size(); ++p) {
    const auto& buffer = buffers[static_cast<std::size_t>(stage.outputs[p].buffer)];
    const Cycles latency = stage.latency + buffer.transfer_latency;
    outputs_[p] = {outputs_[p].ring, outputs_[p].buffer, 0, buffer.rows_per_frame, latency, forwarding_of(buffer)};
    forwarded_ |= buffer.forwarding.has_value();
  }
  plan_forwarded_ =
      std::any_of(buffers.begin(), buffers.end(), [](const Buffer& buffer) { return buffer.forwarding.has_value(); });
  build_step_table();
  activity_.waits.assign(1 + inputs_.size() + outputs_.size(), 0);
}

void StageModule::restart(const Stage& stage, const std::vector<Buffer>& buffers, const SourcePacing& pacing) {
  take(stage, buffers);
  if (pacing_ != nullptr) pacing_ = &pacing;
  step_ = 0;
  frame_ = frame_limit_ = 0;
  unit_free_ = longest_credit_ = offered_from_ = 0;
  in_step_ = false;
  timeline_ = nullptr;
  recorded_ = nullptr;
  activity_.restart();
}

void StageModule::build_step_table() {
  step_columns_ = 2 * inputs_.size() + outputs_.size();
  step_table_.clear();
  step_table_.reserve(steps_ * step_columns_);
  for (std::size_t i = 0; i < steps_; ++i) {
    for (const auto& port : stage_->inputs) {
      step_table_.push_back(static_cast<std::int32_t>(port.needs[i]));
      step_table_.push_back(static_cast<std::int32_t>(port.releases[i]));
    }
    for (const auto& port : stage_->outputs) step_table_.push_back(static_cast<std::int32_t>(port.emits[i]));
  }
  const bool constant =
      std::all_of(stage_->cost.begin(), stage_->cost.end(), [&](Cycles cost) { return cost == stage_->cost.front(); });
  cost_stride_ = constant ? 0 : 1;
}

void StageModule::end_of_elaboration() {
  for (std::size_t p = 0; p < inputs_.size(); ++p) {
    inputs_[p].buffer = in[static_cast<unsigned>(p)].operator->();
    inputs_[p].ring = &inputs_[p].buffer->ring();
  }
  for (std::size_t p = 0; p < outputs_.size(); ++p) {
    outputs_[p].buffer = out[static_cast<unsigned>(p)].operator->();
    outputs_[p].ring = &outputs_[p].buffer->ring();
  }
}

void StageModule::allow_frames(int frames) {
  frame_limit_ = frames;
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void StageModule::offer_frames(int frames) {
  frame_limit_ = frames;
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  offered_from_ = current_cycle() + (cycles_to_time(current_cycle()) < now ? 1 : 0);
  wake_.notify(cycles_to_time(offered_from_) - now);
}

const sc_core::sc_event& StageModule::frame_ended() {
  if (!frame_ended_) frame_ended_ = std::make_unique<sc_core::sc_event>();
  return *frame_ended_;
}

Cycles StageModule::offered_at() const {
  const auto row = static_cast<Rows>(step_);
  return std::max(offered_from_, frame_ * pacing_->frame_period + row * pacing_->row_interval +
                                     row * pacing_->row_remainder / static_cast<Rows>(steps_));
}

// T2. False when a term is not known yet; then the neighbour that will make it known has been asked to wake this stage.
[[gnu::always_inline]] inline bool StageModule::find_start(Start& start) {
  const auto* line = step_line();
  for (std::size_t p = 0; p < inputs_.size(); ++p) {
    const auto& port = inputs_[p];
    const Rows needed = port.base + line[needs_column(p)];
    if (!port.ring->has_rows(needed)) {
      port.buffer->await_rows(needed, wake_);
      return false;
    }
    const Cycles visible = port.ring->rows_visible(needed);
    if (visible > start.rows) {
      start.rows = visible;
      start.rows_port = p;
    }
  }
  if (pacing_ != nullptr) {
    start.rows = offered_at();
    start.scheduled = true;
  }
  start.rows_known = true;
  for (std::size_t p = 0; p < outputs_.size(); ++p) {
    const auto& port = outputs_[p];
    const Rows rows = port.base + line[emits_column(p)];
    if (rows == port.ring->reserved()) continue;
    if (!port.ring->has_space(rows)) {
      port.buffer->await_space(rows, wake_);
      return false;
    }
    const Cycles free = port.ring->space_free(rows);
    if (free > start.space) {
      start.space = free;
      start.space_port = p;
    }
  }
  return true;
}

// T9: charges the time since the last step's end, remembers what bound this step, and returns its start.
[[gnu::always_inline]] inline Cycles StageModule::begin_step(const Start& start) {
  Cycles now = unit_free_;
  Binding binding = bound_by_unit;
  if (start.rows > now) {
    binding = start.scheduled ? bound_by_schedule : static_cast<Binding>(bound_by_port + start.rows_port);
    activity_.waits[binding - 1U] += start.rows - now;
    now = start.rows;
  }
  if (start.space > now) {
    binding = static_cast<Binding>(bound_by_port + inputs_.size() + start.space_port);
    activity_.waits[binding - 1U] += start.space - now;
    now = start.space;
  }
  if (timeline_ != nullptr && !forwarded_) record_step(start, now, now + step_cost());
  if (step_ == 0) activity_.frame_start.push_back(now);
  return now;
}

[[gnu::always_inline]] inline void StageModule::reserve_outputs(Cycles start) {
  const auto* emits = step_line() + emits_column(0);
  for (auto& port : outputs_) port.ring->reserve(port.base + *emits++, start);
}

// T3, T4: rows become visible and slots free after the end of the step.
[[gnu::always_inline]] inline void StageModule::finish_step(Cycles end) {
  unit_free_ = end;
  const auto* line = step_line();
  for (std::size_t p = 0; p < inputs_.size(); ++p) {
    inputs_[p].ring->release(inputs_[p].base + line[releases_column(p)], end + inputs_[p].credit_latency);
  }
  for (std::size_t p = 0; p < outputs_.size(); ++p) {
    outputs_[p].ring->publish(outputs_[p].base + line[emits_column(p)], end + outputs_[p].data_latency);
  }
  ++activity_.steps;
  if (++step_ == steps_) end_frame();
}

// Rows and space carry both stamps, so the step's whole effect is known when it starts. What its end waits for beyond
// its cost is charged (T9) to the buffer that bound it.
void StageModule::do_forwarded_step(const Start& terms, const Finish& finish) {
  const Cycles start = begin_step(terms);
  if (timeline_ != nullptr) record_forwarded(terms, start, finish);
  reserve_outputs(start);
  Cycles end = start + step_cost();
  if (finish.rows > end) {
    activity_.waits[1 + finish.rows_port] += finish.rows - end;
    end = finish.rows;
  }
  if (finish.space > end) {
    activity_.waits[1 + inputs_.size() + finish.space_port] += finish.space - end;
    end = finish.space;
  }
  finish_forwarded(start, end);
}

void StageModule::end_frame() {
  step_ = 0;
  ++frame_;
  for (auto& port : inputs_) port.base += port.rows_per_frame;
  for (auto& port : outputs_) port.base += port.rows_per_frame;
  activity_.frame_end.push_back(unit_free_);
  activity_.frame_waits.insert(activity_.frame_waits.end(), activity_.waits.begin(), activity_.waits.end());
  activity_.frame_freed_begin.push_back(activity_.frame_freed.size());
  for (const auto& port : inputs_) port.ring->append_freed(activity_.frame_freed);
  if (frame_ended_) frame_ended_->notify(cycles_to_time(std::max<Cycles>(unit_free_ - current_cycle(), 0)));
}

void StageModule::notify_neighbours() {
  for (auto& port : outputs_) port.buffer->notify_consumer();
  for (auto& port : inputs_) port.buffer->notify_producer();
}

void StageModule::run_ahead() {
  if (forwarded_) return run_forwarded();
  bool worked = false;
  while (frame_ < frame_limit_) {
    Start terms;
    if (!find_start(terms)) break;
    const Cycles start = begin_step(terms);
    reserve_outputs(start);
    finish_step(start + step_cost());
    worked = true;
  }
  if (worked) notify_neighbours();
}

void StageModule::follow_clock() {
  if (forwarded_) return follow_clock_forwarded();
  while (in_step_ || frame_ < frame_limit_) {
    if (in_step_) {
      // A neighbour, or the end of a wait that is shown, may wake a stage that works: that ends no step.
      const Cycles now = current_cycle();
      if (now < step_end_) return wake_.notify(cycles_to_time(step_end_ - now));
      in_step_ = false;
      finish_step(step_end_);
      notify_neighbours();
      if (watched_) show_end();
      continue;
    }
    Start terms;
    if (!find_start(terms)) {
      if (watched_) show_wait(terms);
      return;
    }
    const Cycles start = std::max({unit_free_, terms.rows, terms.space});
    const Cycles now = current_cycle();
    if (start > now) {
      wake_.notify(cycles_to_time(start - now));
      if (watched_) show_wait(terms);
      return;
    }
    if (start < now && !plan_forwarded_)
      throw Defect("stage " + stage_->name + ": a step that could start in the past (rule T13)");
    reserve_outputs(begin_step(terms));
    in_step_ = true;
    step_end_ = now + step_cost();
    if (watched_) show_start();
    if (step_cost() > 0) {
      wake_.notify(cycles_to_time(step_cost()));
      return;
    }
  }
}

}  // namespace rowflow
