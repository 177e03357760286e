#include "sim/studies/size/size_contexts.hpp"

#include <algorithm>
#include <memory>

#include "sim/base/integer.hpp"
#include "sim/compile/lowering.hpp"
#include "sim/evaluate/contexts.hpp"
#include "sim/mapper/best_depths.hpp"
#include "sim/mapper/context_time.hpp"
#include "sim/metrics/contexts_result.hpp"
#include "sim/plan/untimed.hpp"
#include "sim/studies/size/sizing.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t whole = 1000;         // what limits grow by is told in parts of it,
constexpr std::int64_t most = 1000 * whole;  // up to a thousandfold

/// The least that a context's pipeline takes, as it is mapped, with buffers of any depth.
struct Least {
  Cycles interval = 0, latency = 0;

  ContextTarget times(std::int64_t factor) const {
    return {{interval * factor, whole}, ceil_multiply_divide(latency, factor, whole)};
  }
  /// At most: of so many frames through the empty pipeline.
  Cycles time(int frames, std::int64_t factor) const {
    return ceil_multiply_divide(latency, factor, whole) + ceil_multiply_divide((frames - 1) * interval, factor, whole);
  }
};

/// With forwarded rows (T16) no bound of the latency is known: none is asked for.
Least least_of(const Plan& plan) {
  Least least{shortest_interval(plan), 0};
  if (!is_forwarded(plan)) least.latency = shortest_latency(plan, {least.interval, 1}, unlimited_capacities(plan));
  return least;
}

class ContextsSizing {
 public:
  ContextsSizing(const Network& network, const Device& device, const EvaluateOptions& options,
                 const SizeOptions& wanted, const Contexts& contexts)
      : network_(network), device_(device), options_(options), wanted_(wanted), contexts_(contexts) {}

  SizeResult run() {
    result_.configured = evaluate_contexts(contexts_, options_);
    for (const ContextPlan& context : contexts_.list) {
      least_.push_back(least_of(context.plan));
      overheads_.push_back(context.overhead);
    }
    result_.asked_fps = wanted_.min_fps;
    result_.cuts = wanted_.cuts;
    const double configured = batch_fps(result_.configured, contexts_.batch).value_or(0);
    result_.highest_fps = std::max(configured, fps_with(whole));
    result_.reachable = wanted_.min_fps <= result_.highest_fps;
    if (!result_.reachable) return std::move(result_);
    const std::int64_t factor = wanted_.min_fps > 0 ? longest() : whole;
    double reached = reached_with(factor);
    // Depths may be mapped to a pipeline that is slower than what the limits were made for.
    if (reached < wanted_.min_fps && factor > whole) reached = reached_with(whole);
    result_.highest_fps = std::max(configured, reached);
    result_.reachable = wanted_.min_fps <= reached;
    return std::move(result_);
  }

 private:
  /// A context as configured; only its plan where the configured depths deadlock one of them.
  RunResult configured_context(std::size_t context) const {
    if (result_.configured.several) return result_of(result_.configured, context);
    RunResult result;
    result.plan = contexts_.list[context].plan;
    result.status = RunStatus::deadlock;
    return result;
  }

  /// That a batch reaches at least, by the limits alone, when all have grown so.
  double fps_with(std::int64_t factor) const {
    std::vector<Cycles> compute;
    for (const Least& least : least_) compute.push_back(least.time(contexts_.batch, factor));
    return fps_of_batch(result_.configured, batch_cycles(overheads_, compute, contexts_.reload_overlap),
                        contexts_.batch);
  }

  std::int64_t longest() const {
    std::int64_t holds = whole, fails = most;
    while (fails - holds > 1) {
      const std::int64_t middle = holds + (fails - holds) / 2;
      (fps_with(middle) >= wanted_.min_fps ? holds : fails) = middle;
    }
    return holds;
  }

  /// Frames a second of the batch with the smallest buffers.
  double reached_with(std::int64_t factor) {
    size_each(factor);
    put_together();
    return *batch_fps(result_.answer, contexts_.batch);
  }

  void size_each(std::int64_t factor) {
    result_.contexts.clear();
    result_.price = result_.lower_bound = result_.effort = 0;
    const auto lowered = std::make_shared<const Lowered>(lower(network_, device_));
    SizeOptions wanted = wanted_;
    wanted.min_fps = 0;
    result_.settled = true;
    for (std::size_t c = 0; c < contexts_.list.size(); ++c) {
      const ContextPlan& context = contexts_.list[c];
      EvaluateOptions options = options_;
      options.engine = Engine::events;  // all are simulated together afterwards
      options.part = PipelinePart{context.first, context.last, lowered};
      Sizing sizing(network_, device_, options, wanted, least_[c].times(factor));
      SizeResult sized = sizing.run(configured_context(c));
      result_.price = std::max(result_.price, sized.price);
      result_.lower_bound = std::max(result_.lower_bound, sized.lower_bound);
      result_.effort += sized.effort;
      result_.settled = result_.settled && sized.settled;
      result_.contexts.push_back(std::move(sized));
    }
  }

  /// The contexts with their smallest buffers, simulated.
  void put_together() {
    Contexts contexts = contexts_;
    result_.buffers.clear();
    for (std::size_t c = 0; c < contexts.list.size(); ++c) {
      ContextPlan& context = contexts.list[c];
      ParameterUse use;
      context.plan = result_.contexts[c].answer.plan;
      put_overhead(context, device_, use);
      result_.buffers.insert(result_.buffers.end(), result_.contexts[c].buffers.begin(),
                             result_.contexts[c].buffers.end());
    }
    result_.answer = evaluate_contexts(contexts, options_);
  }

  const Network& network_;
  const Device& device_;
  const EvaluateOptions& options_;
  const SizeOptions& wanted_;
  const Contexts& contexts_;
  std::vector<Least> least_;
  std::vector<ContextOverhead> overheads_;
  SizeResult result_;
};

}  // namespace

SizeResult size_contexts(const Network& network, const Device& device, const EvaluateOptions& options,
                         const SizeOptions& wanted, const Contexts& contexts) {
  return ContextsSizing(network, device, options, wanted, contexts).run();
}

}  // namespace rowflow
