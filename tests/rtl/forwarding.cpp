#include "tests/rtl/forwarding.hpp"

#include <algorithm>
#include <utility>

#include "tests/rtl/plan_of.hpp"

namespace rowflow::rtl {
namespace {

/// Two stamps of one event that takes a while.
struct Span {
  Cycles first, last;
};

struct BufferState {
  std::vector<Span> visible, freed;              // by row, all frames
  std::vector<std::pair<Cycles, Rows>> changes;  // of the occupancy
};

struct StageState {
  std::size_t next = 0;  // step, all frames
  Cycles unit_free = 0;
};

class Evaluation {
 public:
  Evaluation(const Plan& plan, int frames, Rule rule, const std::vector<Forwarding>& edges)
      : plan_(plan),
        frames_(frames),
        rule_(rule),
        edges_(edges),
        stages_(plan.stages.size()),
        buffers_(plan.buffers.size()) {}

  RuleRun run() {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t s = 0; s < stages_.size(); ++s)
        while (stages_[s].next < total(s) && step(s)) moved = true;
    }
    for (std::size_t s = 0; s < stages_.size(); ++s) result_.deadlock |= stages_[s].next < total(s);
    // With space handed on beat by beat two rows may share a slot: the buffer is full then.
    for (std::size_t b = 0; b < buffers_.size(); ++b)
      result_.peak.push_back(std::min(peak(buffers_[b]), plan_.buffers[b].capacity_rows));
    return std::move(result_);
  }

 private:
  std::size_t total(std::size_t s) const { return plan_.stages[s].steps() * static_cast<std::size_t>(frames_); }

  bool step(std::size_t s) {
    const Stage& stage = plan_.stages[s];
    const std::size_t i = stages_[s].next % stage.steps();
    const Rows frame = static_cast<Rows>(stages_[s].next / stage.steps());
    Cycles start = stages_[s].unit_free, end = 0;
    for (const StageInput& in : stage.inputs)
      if (!wait_rows(in, frame, i, stage.cost[i], start, end)) return false;
    for (const StageOutput& out : stage.outputs)
      if (!wait_space(out, frame, i, start, end)) return false;
    end = std::max(end, start + stage.cost[i]);
    for (const StageInput& in : stage.inputs) release(in, frame, i, start, end);
    for (const StageOutput& out : stage.outputs) emit(out, frame, i, stage.latency, start, end);
    if (stage.kind == StageKind::source && i == 0) result_.start.push_back(start);
    if (stage.kind == StageKind::sink && i + 1 == stage.steps()) result_.completion.push_back(end);
    stages_[s].unit_free = end;
    ++stages_[s].next;
    return true;
  }

  bool wait_rows(const StageInput& in, Rows frame, std::size_t i, Cycles cost, Cycles& start, Cycles& end) {
    const auto b = static_cast<std::size_t>(in.buffer);
    const auto count = static_cast<std::size_t>(frame * plan_.buffers[b].rows_per_frame + in.needs[i]);
    if (buffers_[b].visible.size() < count) return false;
    if (in.needs[i] == (i > 0 ? in.needs[i - 1] : 0)) return true;
    const Span row = buffers_[b].visible[count - 1];
    if (rule_ == Rule::rows || edges_[b].whole) {
      start = std::max(start, row.last);
    } else {
      start = std::max(start, row.first + edges_[b].lead - edges_[b].setup);
      end = std::max(end, row.last + (cost > 0 ? edges_[b].tail : 0));
    }
    return true;
  }

  bool wait_space(const StageOutput& out, Rows frame, std::size_t i, Cycles& start, Cycles& end) {
    const auto b = static_cast<std::size_t>(out.buffer);
    const Rows before = i > 0 ? out.emits[i - 1] : 0;
    const Rows capacity = plan_.buffers[b].capacity_rows + (rule_ == Rule::forward_both ? edges_[b].held_rows : 0);
    const Rows freed = frame * plan_.buffers[b].rows_per_frame + out.emits[i] - capacity;
    if (out.emits[i] == before || freed <= 0) return true;
    if (buffers_[b].freed.size() < static_cast<std::size_t>(freed)) return false;
    const Span row = buffers_[b].freed[static_cast<std::size_t>(freed) - 1];
    if (rule_ != Rule::forward_both) {
      start = std::max(start, row.last);
    } else {
      start = std::max(start, row.first - edges_[b].head_start);
      end = std::max(end, row.last + edges_[b].last_free);
    }
    return true;
  }

  void release(const StageInput& in, Rows frame, std::size_t i, Cycles start, Cycles end) {
    const auto b = static_cast<std::size_t>(in.buffer);
    const Rows upto = frame * plan_.buffers[b].rows_per_frame + in.releases[i];
    const Rows before = static_cast<Rows>(buffers_[b].freed.size());
    // Beats are freed in order: of several rows, only the first goes while the step runs.
    for (Rows r = before; r < upto; ++r)
      buffers_[b].freed.push_back({r == before ? start + edges_[b].first_free : end, end});
    if (upto > before) buffers_[b].changes.emplace_back(end + plan_.buffers[b].credit_latency, before - upto);
  }

  void emit(const StageOutput& out, Rows frame, std::size_t i, Cycles latency, Cycles start, Cycles end) {
    const auto b = static_cast<std::size_t>(out.buffer);
    const Rows upto = frame * plan_.buffers[b].rows_per_frame + out.emits[i];
    const Rows before = static_cast<Rows>(buffers_[b].visible.size());
    const Cycles delay = latency + plan_.buffers[b].transfer_latency;
    for (Rows r = before; r < upto; ++r) buffers_[b].visible.push_back({start + edges_[b].first + delay, end + delay});
    if (upto > before) buffers_[b].changes.emplace_back(start, upto - before);
  }

  static Rows peak(BufferState& b) {
    std::sort(b.changes.begin(), b.changes.end());  // at equal times frees (negative) come first
    Rows now = 0, most = 0;
    for (const auto& change : b.changes) most = std::max(most, now += change.second);
    return most;
  }

  const Plan& plan_;
  int frames_;
  Rule rule_;
  const std::vector<Forwarding>& edges_;
  std::vector<StageState> stages_;
  std::vector<BufferState> buffers_;
  RuleRun result_;
};

/// Of a convolution: beats it reads beyond the first before its first result, and results left when the last beat
/// comes.
std::pair<int, int> window_ends(const Configuration& c, const Convolution& conv, int map) {
  const int width = c.map_width(map), groups = c.groups();
  const int read = std::clamp(conv.kernel - conv.padding, 1, width);
  int last = c.map_width(map + 1);  // results whose window reaches the last column
  while (last > 0 && (last - 1) * conv.stride - conv.padding + conv.kernel >= width) --last;
  const int left = std::max(1, c.map_width(map + 1) - last);
  return {(read - 1) * groups + (conv.dense ? groups - 1 : 0), left * groups - (conv.dense ? 0 : groups - 1)};
}

/// Of a convolution: results until it frees its first beat, and beats that it frees only with its last result.
std::pair<int, int> window_frees(const Configuration& c, const Convolution& conv, int map) {
  const int first = conv.padding / conv.stride + 1;
  const int freed = (c.map_width(map + 1) - 1) * conv.stride - conv.padding;
  return {first * c.groups(), (c.map_width(map) - std::max(0, freed)) * c.groups()};
}

Forwarding forward_edge(const Configuration& c, int edge, int from, int to) {
  Forwarding f;
  const int pace = c.cycles(from), beat = c.cycles(to);
  f.first = from == squeeze ? c.row_cycles(from) - (c.groups() - 1) * pace : c.overhead[from] + pace;
  f.setup = c.overhead[to];
  f.tail = beat;
  f.first_free = c.overhead[to] + beat;
  int freed_at_end = 1;  // beats
  if (to == conv_a || to == conv_b) {
    const auto [read, left] = window_ends(c, to == conv_a ? c.a : c.b, to - conv_a);
    f.lead = read * pace;
    f.tail = left * beat;
    const auto [begin, rest] = window_frees(c, to == conv_a ? c.a : c.b, to - conv_a);
    f.first_free = c.overhead[to] + begin * beat;
    freed_at_end = rest;
  } else if (to == reduce || to == expand) {
    f.whole = true;
  } else if (to == broadcast) {
    f.lead = (c.lanes - 1) * pace;
  } else if (edge == broadcast_scale) {
    f.tail = (c.beats(scale) - c.groups() + 1) * beat;
  }
  if (edge >= squeeze_reduce && edge <= broadcast_scale && edge != expand_broadcast) f.first_free = c.row_cycles(to);
  // A row in the registers does not help a consumer that must have several rows or the whole row in its memory; and a
  // fork's registers stand before the fork: what they hold, neither branch has seen.
  const bool fork = from == conv_b || (from == conv_a && c.residual);
  const bool only_rest = fork || f.whole || to == conv_a || to == conv_b;
  const int row = c.row_beats(edge), held = only_rest ? std::min(c.latency[from], row) : c.latency[from] % row;
  f.held_rows = only_rest ? 0 : c.latency[from] / row;
  f.head_start = f.first + std::max(c.latency[from], held * pace) - 1;
  const int missing = freed_at_end - held - 1;  // beats that come after the freeing step's end, but for one
  f.last_free = missing * (missing > 0 ? pace : beat) + 1;
  return f;
}

}  // namespace

std::vector<Forwarding> forward_edges(const Configuration& c) {
  const Plan plan = plan_of(c);
  std::vector<Forwarding> edges(plan.buffers.size());
  for (int e = 0; e < edge_count; ++e)
    if (const int b = buffer_of(c, e); b >= 0) {
      const Buffer& buffer = plan.buffers[static_cast<std::size_t>(b)];
      edges[static_cast<std::size_t>(b)] = forward_edge(c, e, buffer.from, buffer.to);
    }
  return edges;
}

RuleRun evaluate(const Plan& plan, int frames, Rule rule, const std::vector<Forwarding>& edges) {
  return Evaluation(plan, frames, rule, edges).run();
}

}  // namespace rowflow::rtl
