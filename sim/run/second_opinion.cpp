#include "sim/run/second_opinion.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/graph/evaluation.hpp"

namespace rowflow {

namespace {

constexpr int most_named = 3;

/// What the two say differently: the first few, and how many.
class Differences {
 public:
  void compare(const std::string& what, std::int64_t model, std::int64_t events) {
    if (model == events) return;
    if (++count_ <= most_named)
      text_ += "; " + what + ": SystemC " + std::to_string(model) + ", event graph " + std::to_string(events);
  }
  void require_none() const {
    if (count_ > 0)
      throw Defect("the SystemC model and the event graph differ in " + std::to_string(count_) + " figures" + text_);
  }

 private:
  int count_ = 0;
  std::string text_;
};

}  // namespace

void compare_with_events(const EventGraph& graph, const Measurement& model) {
  if (graph.deadlocks() && !model.completed) return;
  if (graph.deadlocks()) throw Defect("the SystemC model completes its frames, the event graph finds a deadlock");
  if (!graph.usable()) return;
  if (!model.completed) throw Defect("the SystemC model deadlocks, the event graph completes a frame");
  const Plan& plan = graph.plan();
  Differences differences;
  Evaluation events(graph, EventAccounts{false, true});
  for (std::size_t b = 0; b < plan.buffers.size(); ++b) events.account_of(b).sum_up(0);
  for (std::size_t f = 0; f < model.frame_completion.size(); ++f) {
    events.next_frame();
    differences.compare("completion of frame " + std::to_string(f), model.frame_completion[f], events.completion());
  }
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    differences.compare("last end of stage " + plan.stages[s].name, model.elapsed - model.stages[s].done,
                        events.last_end(s));
  for (std::size_t b = 0; b < plan.buffers.size(); ++b)
    differences.compare("peak of buffer " + plan.buffers[b].name, model.buffers[b].peak_rows,
                        events.account_of(b).peak());
  differences.require_none();
}

}  // namespace rowflow
