#include "tests/rtl/plan_of.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"

namespace rowflow::rtl {
namespace {

constexpr std::array<const char*, stage_count> names{"source", "conv_a",    "conv_b", "squeeze", "reduce",
                                                     "expand", "broadcast", "scale",  "add",     "sink"};
constexpr std::array<StageKind, stage_count> kinds{
    StageKind::source,    StageKind::conv,      StageKind::conv,  StageKind::squeeze, StageKind::vector_fc,
    StageKind::vector_fc, StageKind::broadcast, StageKind::scale, StageKind::add,     StageKind::sink};
struct Edge {
  int from, to;
  BufferRole role;
};
constexpr std::array<Edge, edge_count> edges{{{source, conv_a, BufferRole::straight},
                                              {conv_a, conv_b, BufferRole::straight},
                                              {conv_a, add, BufferRole::skip},
                                              {conv_b, squeeze, BufferRole::straight},
                                              {conv_b, scale, BufferRole::se_bypass},
                                              {squeeze, reduce, BufferRole::vector},
                                              {reduce, expand, BufferRole::vector},
                                              {expand, broadcast, BufferRole::vector},
                                              {broadcast, scale, BufferRole::vector},
                                              {scale, add, BufferRole::straight},
                                              {add, sink, BufferRole::straight}}};

Rows tiles(const Configuration& c) { return ceil_div(c.map_height(2), c.tile_rows()); }

Rows steps(const Configuration& c, int stage) {
  if (stage <= conv_a) return c.map_height(stage);
  return stage >= reduce && stage <= broadcast ? tiles(c) : c.map_height(2);
}

bool is_vector(int edge) { return edge >= squeeze_reduce && edge <= broadcast_scale; }

/// Tiles finished once `rows` rows are.
Rows tiles_done(const Configuration& c, Rows rows) { return rows == c.map_height(2) ? tiles(c) : rows / c.tile_rows(); }

Rows needs(const Configuration& c, int stage, int edge, Rows i) {
  if (stage == conv_a || stage == conv_b) {
    const Convolution& conv = stage == conv_a ? c.a : c.b;
    const Rows height = c.map_height(stage - conv_a);
    return i + 1 == steps(c, stage) ? height
                                    : std::clamp<Rows>(i * conv.stride - conv.padding + conv.kernel, 0, height);
  }
  return stage == scale && is_vector(edge) ? i / c.tile_rows() + 1 : i + 1;
}

Rows releases(const Configuration& c, int stage, int edge, Rows i) {
  if (stage == conv_a || stage == conv_b) {
    const Convolution& conv = stage == conv_a ? c.a : c.b;
    if (i + 1 == steps(c, stage)) return c.map_height(stage - conv_a);
    return std::clamp<Rows>((i + 1) * conv.stride - conv.padding, 0, needs(c, stage, edge, i));
  }
  return stage == scale && is_vector(edge) ? tiles_done(c, i + 1) : i + 1;
}

template <class Function>
std::vector<Rows> table(Rows count, Function f) {
  std::vector<Rows> values;
  for (Rows i = 0; i < count; ++i) values.push_back(f(i));
  return values;
}

Buffer buffer(const Configuration& c, int edge) {
  Buffer b;
  b.from = edges[edge].from;
  b.to = edges[edge].to;
  b.name = std::string(names[b.from]) + "->" + names[b.to];
  b.role = edges[edge].role;
  b.level = MemoryLevel::l3;
  b.rows_per_frame = edge == source_a  ? c.map_height(0)
                     : edge <= a_add   ? c.map_height(1)
                     : is_vector(edge) ? tiles(c)
                                       : c.map_height(2);
  b.capacity_rows = c.capacity[edge];
  b.row_bytes = b.row_elements = edge <= a_add           ? c.map_width(edge == source_a ? 0 : 1) * c.channels
                                 : edge == reduce_expand ? c.squeeze_channels
                                 : is_vector(edge)       ? c.channels
                                                         : c.map_width(2) * c.channels;
  return b;
}

/// Rows below the last window, in a step of their own.
void split_leftovers(const Configuration& c, Plan& plan) {
  for (const int s : {conv_a, conv_b}) {
    const Convolution& conv = s == conv_a ? c.a : c.b;
    Stage& stage = plan.stages[static_cast<std::size_t>(s)];
    StageInput& in = stage.inputs.front();
    const Rows last = static_cast<Rows>(stage.steps()) - 1;
    const Rows read = last * conv.stride - conv.padding + conv.kernel;
    if (read >= in.needs.back()) continue;
    stage.cost.push_back(0);
    in.needs.insert(in.needs.end() - 1, read);
    in.releases.insert(in.releases.end() - 1, read);
    for (StageOutput& out : stage.outputs) out.emits.push_back(out.emits.back());
  }
}

}  // namespace

int buffer_of(const Configuration& c, int edge) {
  if (edge == a_add && !c.residual) return -1;
  return edge > a_add && !c.residual ? edge - 1 : edge;
}

Plan plan_of(const Configuration& c, Leftovers leftovers) {
  Plan plan;
  plan.network.name = c.group;
  plan.tile_height = c.is_se() ? "full" : std::to_string(c.tile);
  plan.buffer_policy = BufferPolicy::file;
  for (int s = 0; s < stage_count; ++s) {
    Stage stage;
    stage.name = stage.layer = names[s];
    stage.kind = kinds[s];
    stage.latency = c.latency[s];
    stage.cost.assign(static_cast<std::size_t>(steps(c, s)), c.row_cycles(s));
    plan.stages.push_back(stage);
  }
  for (int e = 0; e < edge_count; ++e) {
    const int index = buffer_of(c, e);
    if (index < 0) continue;
    const int from = edges[e].from, to = edges[e].to;
    plan.buffers.push_back(buffer(c, e));
    const auto emitted = [&](Rows i) { return from == squeeze ? tiles_done(c, i + 1) : i + 1; };
    plan.stages[from].outputs.push_back({index, table(steps(c, from), emitted)});
    plan.stages[to].inputs.push_back({index, table(steps(c, to), [&](Rows i) { return needs(c, to, e, i); }),
                                      table(steps(c, to), [&](Rows i) { return releases(c, to, e, i); })});
  }
  if (leftovers == Leftovers::own_step) split_leftovers(c, plan);
  return plan;
}

}  // namespace rowflow::rtl
