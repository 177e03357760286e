#include "sim/metrics/stalls.hpp"

#include <algorithm>

namespace rowflow {

namespace {

/// Cycles a frame, summed over stages.
struct Sum {
  double busy = 0, starved = 0, blocked = 0;

  void add(const StageActivity& stage) {
    busy += stage.steady_busy;
    starved += stage.steady_starved;
    blocked += stage.steady_blocked;
  }
  double time() const { return busy + starved + blocked; }
  TimeShares shares() const { return {busy / time(), starved / time(), blocked / time()}; }
};

const StageActivity& activity(const std::vector<StageActivity>& stages, int stage) {
  return stages[static_cast<std::size_t>(stage)];
}

/// The first of the busiest.
int busiest(const std::vector<StageActivity>& stages) {
  const auto most = std::max_element(stages.begin(), stages.end(), [](const StageActivity& a, const StageActivity& b) {
    return a.steady_busy < b.steady_busy;
  });
  return static_cast<int>(most - stages.begin());
}

bool measured(const std::vector<StageActivity>& stages) {
  return std::any_of(stages.begin(), stages.end(), [](const StageActivity& a) { return a.steady_busy > 0; });
}

/// What concerns SE blocks.
void add_blocks(const Plan& plan, const std::vector<StageActivity>& stages, const std::vector<SeActivity>& se,
                StallShares& shares) {
  Sum producers;
  for (const int stage : se_producers(plan)) producers.add(activity(stages, stage));
  if (producers.time() > 0) shares.se_producers = producers.shares();
  double waits = 0, time = 0;
  for (std::size_t b = 0; b < std::min(se.size(), plan.se_blocks.size()); ++b) {
    if (plan.se_blocks[b].scale < 0) continue;
    Sum scale;
    scale.add(activity(stages, plan.se_blocks[b].scale));
    waits += se[b].wait_for_vector_cycles;
    time += scale.time();
  }
  if (time > 0) shares.vector_wait = waits / time;
}

std::optional<StallShares> of_pipeline(const Plan& plan, const Measurement& run, const std::vector<SeActivity>& se) {
  if (!run.throughput.interval || run.stages.size() != plan.stages.size() || !measured(run.stages)) return std::nullopt;
  StallShares shares;
  add_blocks(plan, run.stages, se, shares);
  shares.stage = busiest(run.stages);
  Sum bottleneck;
  bottleneck.add(activity(run.stages, shares.stage));
  shares.bottleneck = bottleneck.shares();
  return shares;
}

}  // namespace

std::vector<int> se_producers(const Plan& plan) {
  std::vector<int> producers;
  const auto add = [&](int buffer) {
    const int from = plan.buffer(buffer).from;
    if (from < 0 || !is_layer_kind(plan.stage(from).kind)) return;
    if (std::find(producers.begin(), producers.end(), from) == producers.end()) producers.push_back(from);
  };
  for (const SeBlock& block : plan.se_blocks) {
    const std::vector<int> bypass = bypass_buffers(plan, block);
    if (!bypass.empty()) add(bypass.front());
    if (block.squeeze >= 0)
      for (const StageInput& input : plan.stage(block.squeeze).inputs) add(input.buffer);
  }
  std::sort(producers.begin(), producers.end());
  return producers;
}

std::optional<StallShares> stall_shares(const RunResult& result) {
  if (result.status == RunStatus::deadlock) return std::nullopt;
  if (!result.several) return of_pipeline(result.plan, result.saturated, result.se);
  StallShares shares;
  Sum bottlenecks;
  for (const ContextResult& context : result.several->list) {
    if (!measured(context.run.stages)) return std::nullopt;
    bottlenecks.add(activity(context.run.stages, busiest(context.run.stages)));
  }
  add_blocks(result.plan, result.saturated.stages, result.se, shares);
  shares.bottleneck = bottlenecks.shares();
  return shares;
}

std::optional<StallShares> stall_shares(const ContextResult& context) {
  return of_pipeline(context.context.plan, context.run, context.se);
}

}  // namespace rowflow
