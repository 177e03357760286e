#include "sim/graph/evaluate_events.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/integer.hpp"
#include "sim/graph/evaluation.hpp"
#include "sim/graph/interval_proof.hpp"
#include "sim/graph/steady_regime.hpp"
#include "sim/plan/time_bound.hpp"

namespace rowflow {

namespace {

class EventRunner {
 public:
  EventRunner(const Plan& plan, const EventOptions& options, const EventGraph& graph)
      : plan_(plan),
        options_(options),
        graph_(graph),
        evaluation_(graph, {options.accounts, options.accounts}),
        proof_(plan, options.keeps) {
    if (options.frames == 0 || !options.accounts) return;
    for (std::size_t b = 0; b < plan.buffers.size(); ++b) evaluation_.account_of(b).sum_up(half_of(options.frames));
  }

  Measurement run() {
    do advance();
    while (!finished());
    return measure();
  }

 private:
  void advance() {
    evaluation_.next_frame();
    require_bounded_run(evaluation_.latest_end(), frames());
    result_.frame_start.push_back(evaluation_.first_start(source()));
    result_.frame_source_end.push_back(evaluation_.last_end(source()));
    result_.frame_completion.push_back(evaluation_.completion());
    if (options_.accounts && (options_.frames == 0 || frames() - 1 == half_of(options_.frames))) mark_frame();
    proof_.add(evaluation_.state());
    proof_.look([&] {
      std::vector<Cycles> starts;
      for (std::size_t s = 0; s < plan_.stages.size(); ++s) starts.push_back(evaluation_.first_start(s));
      return starts;
    });
  }

  /// Where every stage is and what it has waited: of each frame while their number is not known, else of the one in the
  /// middle.
  void mark_frame() {
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) marked_ends_.push_back(evaluation_.last_end(s));
    marked_waits_.insert(marked_waits_.end(), evaluation_.waits().begin(), evaluation_.waits().end());
  }
  std::size_t half_mark() const { return static_cast<std::size_t>(options_.frames == 0 ? half_of(frames()) : 0); }
  Cycles since_half(std::size_t stage) const {
    return evaluation_.last_end(stage) - marked_ends_[half_mark() * plan_.stages.size() + stage];
  }
  Waits waits_since_half(std::size_t stage) const {
    Waits waits = evaluation_.waits_of(stage);
    const Cycles* before =
        marked_waits_.data() + half_mark() * evaluation_.waits().size() + evaluation_.first_wait(stage);
    for (Cycles& wait : waits) wait -= *before++;
    return waits;
  }
  static int half_of(int frames) { return (frames - 1) / 2; }

  bool finished() {
    if (options_.frames > 0) return frames() == options_.frames;
    return proof_.enough(options_.until_proven);
  }

  Measurement measure() {
    result_.engine = Engine::events;
    result_.completed = true;
    result_.frames = frames();
    result_.elapsed = evaluation_.latest_end();
    result_.throughput = proof_.throughput(result_.frame_completion);
    result_.critical = proof_.critical();
    const auto steady = proof_.steady_window();
    result_.steady_first_frame = steady ? steady->first : 0;
    result_.steady_last_frame = steady ? steady->last : 0;
    result_.steps_executed = static_cast<std::int64_t>(graph_.steps()) * frames();
    if (!options_.accounts) return std::move(result_);
    const auto regime = regime_of(graph_, result_.throughput);
    result_.throughput.steady_exact = regime.has_value();
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) result_.stages.push_back(account_stage(s, regime));
    for (std::size_t b = 0; b < plan_.buffers.size(); ++b) result_.buffers.push_back(account_buffer(b, regime));
    return std::move(result_);
  }

  StageActivity account_stage(std::size_t s, const std::optional<SteadyRegime>& regime) const {
    StageTimes times;
    times.busy = frames() * stage_interval(plan_.stages[s]);
    times.done = result_.elapsed - evaluation_.last_end(s);
    times.waits = evaluation_.waits_of(s);
    if (regime) {
      times.steady = SteadyTimes{regime->waits[s], regime->period, regime->scale};
    } else if (frames() > 1) {
      times.steady = SteadyTimes{waits_since_half(s), since_half(s), frames() - 1 - half_of(frames())};
    }
    return stage_activity(plan_.stages[s], times, result_.elapsed);
  }

  Occupancy account_buffer(std::size_t b, const std::optional<SteadyRegime>& regime) const {
    const auto consumer = static_cast<std::size_t>(plan_.buffers[b].to);
    const Cycles period = frames() > 1 ? since_half(consumer) : -1;
    auto occupancy = evaluation_.account_of(b).occupancy(result_.elapsed, half_of(frames()), frames() - 1, period);
    if (regime) take_steady(regime->buffers[b], occupancy);
    const Rows capacity = plan_.buffers[b].capacity_rows;
    if (capacity != unlimited_rows && occupancy.peak_rows > capacity)
      throw Defect("buffer " + plan_.buffers[b].name + " held " + std::to_string(occupancy.peak_rows) +
                   " rows, its capacity is " + std::to_string(capacity));
    return occupancy;
  }

  int frames() const { return evaluation_.frames(); }
  std::size_t source() const { return static_cast<std::size_t>(plan_.source); }

  const Plan& plan_;
  const EventOptions options_;
  const EventGraph& graph_;
  Evaluation evaluation_;
  IntervalProof proof_;
  std::vector<Cycles> marked_ends_, marked_waits_;
  Measurement result_;
};

}  // namespace

Measurement evaluate_events(const EventGraph& graph, const EventOptions& options) {
  return EventRunner(graph.plan(), options, graph).run();
}

std::optional<Measurement> evaluate_events(const Plan& plan, const EventOptions& options) {
  const EventGraph graph(plan);
  if (!graph.usable()) return std::nullopt;
  return evaluate_events(graph, options);
}

}  // namespace rowflow
