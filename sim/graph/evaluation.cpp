#include "sim/graph/evaluation.hpp"

#include <algorithm>
#include <cstring>

namespace rowflow {

namespace {

constexpr Cycles never = -(Cycles{1} << 61);  // of frames before the first: waited for by nobody

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

/// The latest of some arcs, and the first port that has it.
struct Latest {
  Cycles time = 0;
  std::size_t port = 0;
};

Latest latest(const Cycles* now, const EventArc* arc, const EventArc* end, const std::uint16_t* port) {
  Latest result;
  for (; arc != end; ++arc, ++port) {
    const Cycles time = now[arc->event] + arc->cycles;
    if (time <= result.time) continue;
    result.time = time;
    result.port = *port;
  }
  return result;
}

}  // namespace

Evaluation::Evaluation(const EventGraph& graph, EventAccounts accounts)
    : Evaluation(graph, accounts, graph.plan().pacing) {}

Evaluation::Evaluation(const EventGraph& graph, EventAccounts accounts, const SourcePacing& pacing)
    : Evaluation(graph, accounts, pacing, graph.frames_back() + 1) {}

Evaluation::Evaluation(const EventGraph& graph, EventAccounts accounts, const SourcePacing& pacing,
                       std::int64_t frames_that_stay)
    : graph_(graph),
      plan_(graph.plan()),
      accounts_(accounts),
      pacing_(pacing),
      paced_(pacing.frame_period != 0 || pacing.row_interval != 0 || pacing.row_remainder != 0) {
  const std::size_t kept = at(graph.frames_back()), events = at(graph.events());
  room_ = (kept + at(frames_that_stay) + 1) * events;
  events_.reset(new Cycles[room_]);  // what is not written is not read
  std::fill_n(events_.get(), kept * events, never);
  now_ = events_.get() + (kept - 1) * events;  // make_room() goes on from here
  for (const Stage& stage : plan_.stages) {
    wait_base_.push_back(waits_.size());
    waits_.resize(waits_.size() + 1 + stage.inputs.size() + stage.outputs.size());
  }
  state_size_ = 1 + plan_.stages.size();
  for (const Buffer& buffer : plan_.buffers)
    state_size_ += at((buffer.capacity_rows + (buffer.forwarding ? buffer.forwarding->held_rows : 0)) *
                      (buffer.forwarding ? 2 : 1));
  if (!accounts.buffers) return;
  for (const Buffer& buffer : plan_.buffers) buffers_.emplace_back(buffer);
}

/// The newest frames move to the front when there is no room behind them.
void Evaluation::make_room() {
  const std::size_t events = at(graph_.events());
  if (now_ + 2 * events > events_.get() + room_) {
    const std::size_t kept = at(graph_.frames_back()) * events;
    std::memmove(events_.get(), now_ + events - kept, kept * sizeof(Cycles));
    now_ = events_.get() + kept - events;
  }
  now_ += events;
}

void Evaluation::next_frame() {
  make_room();
  if (graph_.forwarded())
    accounts_.waits ? run_forwarded<true>() : run_forwarded<false>();
  else if (paced_)
    accounts_.waits ? run_plain<true, true>() : run_plain<true, false>();
  else
    accounts_.waits ? run_plain<false, true>() : run_plain<false, false>();
  ++frames_;
  account_buffers();
}

Cycles Evaluation::offered_at(std::int32_t row) const {
  const auto rows = static_cast<Rows>(plan_.stages[at(plan_.source)].steps());
  return frames_ * pacing_.frame_period + row * pacing_.row_interval + row * pacing_.row_remainder / rows;
}

/// T2–T4: the end of a step is the latest of what it waits for, and its cost. T9 with accounts.
template <bool paced, bool accounts>
void Evaluation::run_plain() {
  Cycles* const now = now_;
  const EventArc* const arcs = graph_.arcs().data();
  const EventArc* arc = arcs;
  const std::uint32_t* bound = graph_.bounds().data();
  const Cycles* const cost = graph_.cost().data();
  for (const EventRun& run : graph_.runs()) {
    const std::int32_t base = graph_.base(at(run.stage));
    const bool opens = run.first == base;
    Cycles time = std::max<Cycles>(0, opens ? now[graph_.last(at(run.stage)) - graph_.events()] : now[run.first - 1]);
    for (std::int32_t step = run.first; step < run.first + run.count; ++step, bound += 2) {
      const bool scheduled = paced && run.stage == plan_.source;
      if constexpr (accounts) {
        Cycles* const waits = waits_.data() + wait_base_[at(run.stage)];
        const auto* port = graph_.ports().data();
        Latest rows = latest(now, arcs + bound[0], arcs + bound[1], port + bound[0]);
        if (scheduled) rows.time = offered_at(step - base);
        if (rows.time > time) {
          waits[scheduled ? 0 : 1 + rows.port] += rows.time - time;
          time = rows.time;
        }
        const Latest space = latest(now, arcs + bound[1], arcs + bound[2], port + bound[1]);
        if (space.time > time) {
          waits[1 + space.port] += space.time - time;
          time = space.time;
        }
      } else {
        if (scheduled) time = std::max(time, offered_at(step - base));
        for (const EventArc* const end = arcs + bound[2]; arc != end; ++arc)
          time = std::max(time, now[arc->event] + arc->cycles);
      }
      time += cost[step];
      now[step] = time;
    }
  }
}

/// T16: a start and an end each.
template <bool accounts>
void Evaluation::run_forwarded() {
  Cycles* const now = now_;
  const EventArc* const arcs = graph_.arcs().data();
  const auto* port = graph_.ports().data();
  const std::uint32_t* bound = graph_.bounds().data();
  for (const EventRun& run : graph_.runs()) {
    const std::int32_t base = graph_.base(at(run.stage));
    const bool opens = run.first == base;
    const bool scheduled = paced_ && run.stage == plan_.source;
    Cycles* const waits = waits_.data() + wait_base_[at(run.stage)];
    Cycles time = std::max<Cycles>(0, opens ? now[graph_.end_event(graph_.last(at(run.stage))) - graph_.events()]
                                            : now[graph_.end_event(run.first - 1)]);
    const auto wait_until = [&](const Latest& term, std::size_t what) {
      if (term.time <= time) return;
      if (accounts) waits[what] += term.time - time;
      time = term.time;
    };
    for (std::int32_t step = run.first; step < run.first + run.count; ++step, bound += 4) {
      const auto term = [&](int kind) {
        return latest(now, arcs + bound[kind], arcs + bound[kind + 1], port + bound[kind]);
      };
      Latest rows = term(0);
      if (scheduled) rows.time = offered_at(step - base);
      wait_until(rows, scheduled ? 0 : 1 + rows.port);
      const Latest space = term(1);
      wait_until(space, 1 + space.port);
      now[graph_.start_event(step)] = time;
      time += graph_.cost()[at(step)];
      const Latest last_rows = term(2);
      wait_until(last_rows, 1 + last_rows.port);
      const Latest last_space = term(3);
      wait_until(last_space, 1 + last_space.port);
      now[graph_.end_event(step)] = time;
    }
  }
}

Cycles Evaluation::completion() const {
  Cycles latest_end = 0;
  for (std::size_t s = 0; s < plan_.stages.size(); ++s)
    if (plan_.stages[s].outputs.empty()) latest_end = std::max(latest_end, last_end(s));
  return latest_end;
}

Cycles Evaluation::latest_end() const {
  Cycles latest = 0;
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) latest = std::max(latest, last_end(s));
  return latest;
}

std::vector<Cycles> Evaluation::state() const {
  std::vector<Cycles> state;
  state.reserve(state_size_);
  // A paced source ties the regime to its schedule: the state includes the distance to it.
  if (paced_) state.push_back((frames_ - 1) * pacing_.frame_period);
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) state.push_back(last_end(s));
  for (std::size_t b = 0; b < plan_.buffers.size(); ++b) append_slots(b, state);
  return state;
}

/// Free times of the buffer's last slots; `row` of the newest frame, negative for those before.
void Evaluation::append_slots(std::size_t index, std::vector<Cycles>& state) const {
  const Buffer& buffer = plan_.buffers[index];
  if (buffer.capacity_rows == unlimited_rows) return;
  const Cycles producer_end = last_end(at(buffer.from));
  const auto& freeing = graph_.freeing_steps(index);
  const Rows slots = buffer.capacity_rows + (buffer.forwarding ? buffer.forwarding->held_rows : 0);
  const Rows known = std::min(slots, frames_ * buffer.rows_per_frame);
  state.insert(state.end(), at((buffer.forwarding ? 2 : 1) * (slots - known)), producer_end);
  Rows back = (known - 1) / buffer.rows_per_frame, in_frame = (back + 1) * buffer.rows_per_frame - known;
  for (Rows left = known; left > 0; --back, in_frame = 0) {  // frame by frame
    const Cycles* const frame = now_ - back * graph_.events();
    const std::int32_t* const step = freeing.data() + in_frame;
    const Rows count = std::min(left, buffer.rows_per_frame - in_frame);
    left -= count;
    for (Rows k = 0; !graph_.forwarded() && k < count; ++k)
      state.push_back(std::max(frame[step[k]] + buffer.credit_latency, producer_end));
    for (Rows k = 0; graph_.forwarded() && k < count; ++k) {
      const Cycles end = frame[graph_.end_event(step[k])] + buffer.credit_latency;
      if (!buffer.forwarding) {
        state.push_back(std::max(end, producer_end));
        continue;
      }
      const bool first = in_frame + k == 0 || freeing[at(in_frame + k - 1)] != step[k];
      const Cycles early = frame[graph_.start_event(step[k])] + buffer.forwarding->first_free + buffer.credit_latency;
      state.push_back(std::max((first ? early : end) - buffer.forwarding->head_start, producer_end));
      state.push_back(std::max(end + buffer.forwarding->last_free, producer_end));
    }
  }
}

void Evaluation::account_buffers() {
  for (std::size_t b = 0; b < buffers_.size(); ++b) {
    append_slots_of_frame(b, buffers_[b].begin_frame());
    buffers_[b].end_frame();
  }
}

void Evaluation::append_slots_of_frame(std::size_t buffer, Slots& slots) const {
  const auto& writing = graph_.writing_steps(buffer);
  const auto& freeing = graph_.freeing_steps(buffer);
  const Cycles credit = plan_.buffers[buffer].credit_latency;
  slots.entered.resize(slots.entered.size() + writing.size());
  slots.freed.resize(slots.freed.size() + freeing.size());
  Cycles* const entered = slots.entered.data() + slots.entered.size() - writing.size();
  Cycles* const freed = slots.freed.data() + slots.freed.size() - freeing.size();
  if (graph_.forwarded()) {
    for (std::size_t r = 0; r < writing.size(); ++r) entered[r] = start_of(writing[r]);
    for (std::size_t r = 0; r < freeing.size(); ++r) freed[r] = end_of(freeing[r]) + credit;
    return;
  }
  const Cycles *const now = now_, *const cost = graph_.cost().data();
  for (std::size_t r = 0; r < writing.size(); ++r) entered[r] = now[writing[r]] - cost[writing[r]];
  for (std::size_t r = 0; r < freeing.size(); ++r) freed[r] = now[freeing[r]] + credit;
}

bool Evaluation::repeats_after(Cycles period) const {
  const Cycles* const before = now_ - graph_.events();
  return std::equal(before, before + graph_.events(), now_, [&](Cycles a, Cycles b) { return a + period == b; });
}

void Evaluation::account_from_here(EventAccounts accounts) {
  accounts_ = accounts;
  std::fill(waits_.begin(), waits_.end(), 0);
}

Waits Evaluation::waits_of(std::size_t stage) const {
  const auto begin = waits_.begin() + static_cast<std::ptrdiff_t>(wait_base_[stage]);
  return {begin, begin + static_cast<std::ptrdiff_t>(1 + plan_.stages[stage].inputs.size() +
                                                     plan_.stages[stage].outputs.size())};
}

}  // namespace rowflow
