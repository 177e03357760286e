#include "models/stage.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace rowflow {

StageModule::StageModule(const sc_core::sc_module_name& name, const Stage& stage, const std::vector<Buffer>& buffers, ModelTiming timing)
    : sc_module(name), in("in", stage.inputs.size()), out("out", stage.outputs.size()), stage_(stage), timing_(timing), steps_(stage.steps()) {
  SC_HAS_PROCESS(StageModule);
  for (const auto& port : stage.inputs) {
    const auto& buffer = buffers[static_cast<std::size_t>(port.buffer)];
    inputs_.push_back({nullptr, nullptr, port.needs.data(), port.releases.data(), 0, buffer.rows_per_frame, buffer.credit_latency});
  }
  for (const auto& port : stage.outputs) {
    const auto& buffer = buffers[static_cast<std::size_t>(port.buffer)];
    outputs_.push_back({nullptr, nullptr, port.emits.data(), 0, buffer.rows_per_frame, stage.latency + buffer.transfer_latency});
  }
  activity_.waits.resize(1 + inputs_.size() + outputs_.size());
  if (timing_ == ModelTiming::decoupled) {
    SC_METHOD(run_ahead);
  } else {
    SC_METHOD(follow_clock);
  }
  sensitive << wake_;
  dont_initialize();
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

Cycles StageModule::offered_at() const {
  const auto row = static_cast<Rows>(step_);
  return frame_ * pacing_->frame_period + row * pacing_->row_interval + row * pacing_->row_remainder / static_cast<Rows>(steps_);
}

// T2. False when a term is not known yet; then the neighbour that will make it known has been asked to wake this stage.
bool StageModule::find_start(Start& start) {
  for (std::size_t p = 0; p < inputs_.size(); ++p) {
    const auto& port = inputs_[p];
    const Rows needed = port.base + port.needs[step_];
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
  for (std::size_t p = 0; p < outputs_.size(); ++p) {
    const auto& port = outputs_[p];
    const Rows rows = port.base + port.emits[step_];
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
Cycles StageModule::begin_step(const Start& start) {
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
  activity_.bindings.push_back(binding);
  if (step_ == 0) activity_.frame_start.push_back(now);
  return now;
}

void StageModule::reserve_outputs(Cycles start) {
  for (auto& port : outputs_) port.ring->reserve(port.base + port.emits[step_], start);
}

// T3, T4: rows become visible and slots free after the end of the step.
void StageModule::finish_step(Cycles end) {
  unit_free_ = end;
  for (auto& port : outputs_) port.ring->publish(port.base + port.emits[step_], end + port.data_latency);
  for (auto& port : inputs_) port.ring->release(port.base + port.releases[step_], end + port.credit_latency);
  ++activity_.steps;
  if (++step_ == steps_) end_frame();
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
}

void StageModule::notify_neighbours() {
  for (auto& port : outputs_) port.buffer->notify_consumer();
  for (auto& port : inputs_) port.buffer->notify_producer();
}

void StageModule::run_ahead() {
  bool worked = false;
  while (frame_ < frame_limit_) {
    Start terms;
    if (!find_start(terms)) break;
    const Cycles start = begin_step(terms);
    reserve_outputs(start);
    finish_step(start + stage_.cost[step_]);
    worked = true;
  }
  if (worked) notify_neighbours();
}

void StageModule::follow_clock() {
  while (in_step_ || frame_ < frame_limit_) {
    if (in_step_) {
      const Cycles end = current_cycle();
      in_step_ = false;
      finish_step(end);
      notify_neighbours();
      continue;
    }
    Start terms;
    if (!find_start(terms)) return;
    const Cycles start = std::max({unit_free_, terms.rows, terms.space});
    const Cycles now = current_cycle();
    if (start > now) {
      wake_.notify(cycles_to_time(start - now));
      return;
    }
    if (start < now) throw Defect("stage " + stage_.name + ": a step that could start in the past (rule T13)");
    reserve_outputs(begin_step(terms));
    in_step_ = true;
    if (stage_.cost[step_] > 0) {
      wake_.notify(cycles_to_time(stage_.cost[step_]));
      return;
    }
  }
}

StageModule::Wait StageModule::waiting() const {
  Wait wait;
  for (std::size_t p = 0; p < inputs_.size(); ++p) {
    const Rows needed = inputs_[p].base + inputs_[p].needs[step_];
    if (!inputs_[p].ring->has_rows(needed)) {
      wait.port = p;
      return wait;
    }
    wait.starved_until = std::max(wait.starved_until, inputs_[p].ring->rows_visible(needed));
  }
  wait.for_space = true;
  for (std::size_t p = 0; p < outputs_.size(); ++p) {
    const Rows rows = outputs_[p].base + outputs_[p].emits[step_];
    if (!outputs_[p].ring->has_space(rows)) {
      wait.port = p;
      wait.needed_capacity = rows - outputs_[p].ring->released();
      return wait;
    }
  }
  throw Defect("stage " + stage_.name + " stopped although its next step can start");
}

}  // namespace rowflow
