// What of a stage is shown to the outside: its steps for timelines, its doing for waveforms, its wait for a deadlock's
// diagnosis.
#include "models/stage.hpp"
#include "sim/base/error.hpp"

namespace rowflow {

void StageModule::record(Timeline& timeline, int stage_index) {
  timeline_ = &timeline;
  recorded_ = &timeline.stages.at(static_cast<std::size_t>(stage_index));
  for (const auto& port : inputs_) longest_credit_ = std::max(longest_credit_, port.credit_latency);
}

bool StageModule::record_step(const Start& terms, Cycles start, Cycles end) {
  const int only = timeline_->only_frame;
  if (end + longest_credit_ < timeline_->from || frame_ < only) {
    recorded_->first_step = activity_.steps + 1;
    recorded_->idle_from = end;
    return false;
  }
  if (unit_free_ > timeline_->to || (only >= 0 && frame_ > only)) return false;
  if (recorded_->steps.size() >= timeline_->most_steps) {
    timeline_->truncated = true;
    return false;
  }
  const bool no_rows = terms.scheduled || terms.rows == 0;
  recorded_->steps.push_back({start, terms.rows,
                              static_cast<std::int16_t>(no_rows ? -1 : static_cast<int>(terms.rows_port)),
                              static_cast<std::int16_t>(terms.space == 0 ? -1 : static_cast<int>(terms.space_port))});
  return true;
}

void StageModule::record_forwarded(const Start& terms, Cycles start, const Finish& finish) {
  const Cycles rows_until = std::max(start + step_cost(), finish.rows), end = std::max(rows_until, finish.space);
  if (record_step(terms, start, end))
    recorded_->ends.push_back(
        {rows_until, end, static_cast<std::int16_t>(finish.rows_port), static_cast<std::int16_t>(finish.space_port)});
}

const unsigned& StageModule::watch() {
  watched_ = true;
  return doing_;
}

void StageModule::show_start() {
  doing_ = doing_busy;
  for (auto& port : outputs_) port.buffer->update_level();
}

void StageModule::show_end() {
  for (auto& port : inputs_) port.buffer->update_level();
  if (frame_ == frame_limit_) doing_ = doing_done;
}

// T9: starved until the last row is visible, blocked from then on. The stage is woken for the change between the two.
void StageModule::show_wait(const Start& terms) {
  const Cycles now = current_cycle();
  doing_ = !terms.rows_known || terms.rows > now ? doing_starved : doing_blocked;
  if (terms.rows_known && terms.rows > now) wake_.notify(cycles_to_time(terms.rows - now));
}

StageModule::Wait StageModule::waiting() const {
  Wait wait;
  const auto* line = step_line();
  for (std::size_t p = 0; p < inputs_.size(); ++p) {
    const Rows needed = inputs_[p].base + line[needs_column(p)];
    if (!inputs_[p].ring->has_rows(needed)) {
      wait.port = p;
      return wait;
    }
    const Cycles visible = first_beat_visible(p, needed);
    if (visible > wait.starved_until) {
      wait.starved_until = visible;
      wait.starved_on = static_cast<Binding>(bound_by_port + p);
    }
  }
  if (pacing_ != nullptr) wait.starved_until = offered_at();
  wait.for_space = true;
  for (std::size_t p = 0; p < outputs_.size(); ++p) {
    const Rows rows = outputs_[p].base + line[emits_column(p)];
    if (!outputs_[p].ring->has_space(rows)) {
      wait.port = p;
      return wait;
    }
  }
  throw Defect("stage " + stage_->name + " stopped although its next step can start");
}

}  // namespace rowflow
