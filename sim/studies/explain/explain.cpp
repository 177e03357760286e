#include "sim/studies/explain/explain.hpp"

#include <algorithm>
#include <numeric>

#include "sim/plan/untimed.hpp"

namespace rowflow {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// The first `most` of the indices 0 … count−1 by falling worth; those without any are left out.
template <typename Worth>
std::vector<int> most_worth(std::size_t count, int most, Worth worth) {
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::vector<double> worths;
  for (const int index : order) worths.push_back(worth(index));
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return worths[at(a)] > worths[at(b)]; });
  const auto end = std::find_if(order.begin(), order.end(), [&](int index) { return worths[at(index)] <= 0; });
  order.resize(std::min(static_cast<std::size_t>(end - order.begin()), at(most)));
  return order;
}

class Levers {
 public:
  Levers(const Network& network, const Device& device, EvaluateOptions options, const RunResult& base, int most)
      : network_(network), device_(device), options_(std::move(options)), base_(base), most_(most) {
    options_.engine = Engine::events;
    options_.accounts = false;
  }

  std::vector<Lever> pull() {
    deepen();
    shrink();
    add_subclusters();
    change_tiles();
    std::stable_sort(levers_.begin(), levers_.end(), better);
    return std::move(levers_);
  }

 private:
  static bool better(const Lever& a, const Lever& b) {
    constexpr double same = 1e-6;  // relative
    const double fps_a = a.fps.value_or(0), fps_b = b.fps.value_or(0);
    if (std::abs(fps_a - fps_b) > same * std::max(fps_a, fps_b)) return fps_a > fps_b;
    if (a.paced_cycles != b.paced_cycles) return b.paced_cycles && a.paced_cycles.value_or(1e300) < *b.paced_cycles;
    return a.bytes < b.bytes;
  }

  void add(Lever lever, const RunResult& result) {
    lever.status = result.status;
    lever.bytes = total_buffer_bytes(result.plan);
    if (result.status == RunStatus::ok && result.saturated.throughput.interval)
      lever.fps = result.saturated.throughput.fps;
    lever.paced_cycles = result.latency.paced;
    levers_.push_back(std::move(lever));
  }

  void set_rows(LeverKind kind, int buffer, Rows rows) {
    Plan plan = base_.plan;
    const Rows before = plan.buffers[at(buffer)].capacity_rows;
    plan.buffers[at(buffer)].capacity_rows = rows;
    add({kind, plan.buffers[at(buffer)].name, before, rows, RunStatus::ok, {}, {}, 0}, evaluate_plan(plan, options_));
  }

  /// Cycles a frame that stages lost to this buffer's being full; those on the critical cycle come first.
  double space_waited_for(int buffer) const {
    const auto& activity = base_.saturated.stages[at(base_.plan.buffers[at(buffer)].from)];
    double worth = 0;
    for (const StallCause& stall : activity.stalls)
      if (stall.buffer == buffer && stall.kind == StallKind::blocked) worth += stall.steady_cycles;
    if (base_.saturated.critical)
      for (const BindingArc& arc : base_.saturated.critical->arcs)
        worth += arc.buffer == buffer && arc.for_space ? 1e15 : 0;
    return worth;
  }

  void deepen() {
    for (const int b :
         most_worth(base_.plan.buffers.size(), most_, [&](int buffer) { return space_waited_for(buffer); }))
      set_rows(LeverKind::deeper, b, base_.plan.buffers[at(b)].capacity_rows + 1);
  }

  void shrink() {
    const auto minimal = minimal_capacities(base_.plan);
    const auto saved = [&](int b) {
      return static_cast<double>((base_.plan.buffers[at(b)].capacity_rows - minimal[at(b)]) *
                                 base_.plan.buffers[at(b)].row_bytes);
    };
    for (const int b : most_worth(minimal.size(), most_, saved)) set_rows(LeverKind::to_minimum, b, minimal[at(b)]);
  }

  void add_subclusters() {
    const auto worth = [&](int stage) {
      if (base_.plan.stages[at(stage)].macs_per_step == 0) return 0.0;  // more compute changes nothing
      double cycles = base_.saturated.stages[at(stage)].steady_busy;
      if (base_.saturated.critical)
        for (const BindingArc& arc : base_.saturated.critical->arcs) cycles += arc.stage == stage ? 1e15 : 0;
      return cycles;
    };
    for (const int s : most_worth(base_.plan.stages.size(), most_, worth)) {
      const Stage& stage = base_.plan.stages[at(s)];
      EvaluateOptions more = options_;
      ++more.extra_subclusters[stage.name];
      add({LeverKind::subcluster, stage.name, stage.subclusters, stage.subclusters + 1, RunStatus::ok, {}, {}, 0},
          evaluate(network_, device_, more));
    }
  }

  void change_tiles() {
    const auto worth = [&](int block) {
      const Buffer& bypass = base_.plan.buffers[at(base_.plan.se_blocks[at(block)].bypass)];
      return static_cast<double>(bypass.capacity_rows * bypass.row_bytes);
    };
    for (const int b : most_worth(base_.plan.se_blocks.size(), most_, worth)) {
      const SeBlock& block = base_.plan.se_blocks[at(b)];
      const Rows now = block.tile_height_effective >= block.height ? 0 : block.tile_height_effective;
      for (const Rows height : neighbour_heights(block.height, now)) {
        Network changed = network_;
        set_tile_height(changed, block.layer, height);
        add({LeverKind::tile_height, block.layer, now, height, RunStatus::ok, {}, {}, 0},
            evaluate(changed, device_, options_));
      }
    }
  }

  const Network& network_;
  const Device& device_;
  EvaluateOptions options_;
  const RunResult& base_;
  const int most_;
  std::vector<Lever> levers_;
};

}  // namespace

std::vector<Rows> neighbour_heights(Rows height, Rows tile_height) {
  Rows smaller = 0, larger = 0;
  for (const Rows candidate : {1, 2, 4, 7, 14, 28, 56, 112, 224}) {
    if (candidate >= height) break;
    if (tile_height == 0 || candidate < tile_height) smaller = candidate;
    if (tile_height != 0 && candidate > tile_height && larger == 0) larger = candidate;
  }
  std::vector<Rows> heights;
  if (smaller > 0) heights.push_back(smaller);
  if (tile_height != 0) heights.push_back(larger);  // 0: no tile is larger, so the full map
  return heights;
}

ExplainResult explain(const Network& network, const Device& device, const EvaluateOptions& options,
                      const ExplainOptions& wanted) {
  ExplainResult result;
  result.base = evaluate(network, device, options);
  if (result.base.status == RunStatus::ok)
    result.levers = Levers(network, device, options, result.base, wanted.levers).pull();
  return result;
}

}  // namespace rowflow
