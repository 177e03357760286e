// A pipeline's frames, one after the other, as plain max-plus sums over its event graph: what the SystemC model does,
// without it.
#pragma once

#include <memory>
#include <vector>

#include "sim/graph/event_graph.hpp"
#include "sim/graph/occupancy.hpp"
#include "sim/graph/stage_account.hpp"

namespace rowflow {

/// What is kept beside times, each at about the cost of these.
struct EventAccounts {
  bool waits = true;    ///< T9
  bool buffers = true;  ///< T10
};

class Evaluation {
 public:
  /// `graph` must be usable and outlive this. The source is paced as the plan says.
  Evaluation(const EventGraph& graph, EventAccounts accounts);
  Evaluation(const EventGraph& graph, EventAccounts accounts, const SourcePacing& pacing);
  /// Of so many frames all events stay where events() says, each behind the frame before.
  Evaluation(const EventGraph& graph, EventAccounts accounts, const SourcePacing& pacing,
             std::int64_t frames_that_stay);

  void next_frame();
  int frames() const { return frames_; }

  // Of the newest frame.
  Cycles first_start(std::size_t stage) const { return start_of(graph_.base(stage)); }
  Cycles last_end(std::size_t stage) const { return end_of(graph_.last(stage)); }
  Cycles completion() const;
  Cycles latest_end() const;
  /// Of all events, as the graph counts them.
  const Cycles* events() const { return now_; }
  /// Rule T11's state after it (Periodicity::add).
  std::vector<Cycles> state() const;

  /// Whether it is the frame before, so many cycles later.
  bool repeats_after(Cycles period) const;
  /// When its rows took and freed their slots: at the end of `slots`.
  void append_slots_of_frame(std::size_t buffer, Slots& slots) const;

  /// Accounts begin with the next frame; of buffers only where the run began with them.
  void account_from_here(EventAccounts accounts);
  /// Since accounts began, up to the end of the newest frame's last step.
  Waits waits_of(std::size_t stage) const;
  /// … of all stages, each from first_wait(stage) on.
  const std::vector<Cycles>& waits() const { return waits_; }
  std::size_t first_wait(std::size_t stage) const { return wait_base_[stage]; }
  const BufferAccount& account_of(std::size_t buffer) const { return buffers_[buffer]; }
  BufferAccount& account_of(std::size_t buffer) { return buffers_[buffer]; }

 private:
  Cycles end_of(std::int32_t step) const { return now_[graph_.end_event(step)]; }
  Cycles start_of(std::int32_t step) const {
    return graph_.forwarded() ? now_[graph_.start_event(step)]
                              : now_[step] - graph_.cost()[static_cast<std::size_t>(step)];
  }
  Cycles freed_at(std::size_t buffer, Rows row_in_frame) const;
  Cycles offered_at(std::int32_t row) const;
  void make_room();
  template <bool paced, bool accounts>
  void run_plain();
  template <bool accounts>
  void run_forwarded();
  void append_slots(std::size_t buffer, std::vector<Cycles>& state) const;
  void account_buffers();

  const EventGraph& graph_;
  const Plan& plan_;
  EventAccounts accounts_;
  const SourcePacing pacing_;
  const bool paced_;
  int frames_ = 0;
  std::size_t room_ = 0;              // events that there is room for:
  std::unique_ptr<Cycles[]> events_;  // of this frame and of those before that arcs reach, and some more
  Cycles* now_ = nullptr;             // the first event of the newest frame
  std::size_t state_size_ = 0;        // figures of a state, at most
  std::vector<std::size_t> wait_base_;
  std::vector<Cycles> waits_;
  std::vector<BufferAccount> buffers_;
};

}  // namespace rowflow
