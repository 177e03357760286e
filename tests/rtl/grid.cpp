// The grid is drawn, not listed: a fixed generator picks each group's pipeline, so that no corner is left out by taste.
#include <algorithm>
#include <initializer_list>

#include "tests/rtl/configuration.hpp"

namespace rowflow::rtl {
namespace {

/// A linear congruential generator: the same numbers everywhere.
class Draw {
 public:
  explicit Draw(unsigned seed) : state_(seed * 2654435761U + 12345U) {}
  int below(int n) {
    state_ = state_ * 1664525U + 1013904223U;
    return static_cast<int>((state_ >> 8U) % static_cast<unsigned>(n));
  }
  int between(int low, int high) { return low + below(high - low + 1); }
  int of(std::initializer_list<int> values) { return *(values.begin() + below(static_cast<int>(values.size()))); }
  bool chance(int percent) { return below(100) < percent; }

 private:
  unsigned state_;
};

Convolution draw_convolution(Draw& draw, bool same) {
  Convolution c;
  c.kernel = same ? draw.of({3, 3, 5}) : draw.of({1, 3, 3, 5});
  c.stride = same ? 1 : draw.of({1, 1, 2});
  c.padding = same || draw.chance(70) ? (c.kernel - 1) / 2 : 0;
  c.taps = draw.of({1, 3, 5, 9});
  c.dense = draw.chance(30);
  return c;
}

void draw_timing(Draw& draw, Configuration& c) {
  c.beat_cycles[source] = draw.of({1, 1, 2, 4});
  c.beat_cycles[squeeze] = draw.of({1, 1, 1, 2});
  c.beat_cycles[broadcast] = c.lanes * draw.of({1, 1, 4});
  c.beat_cycles[scale] = draw.of({1, 1, 2});
  c.beat_cycles[add] = 1;
  c.beat_cycles[sink] = draw.of({1, 1, 1, 3});
  const int overhead = draw.of({0, 0, 1, 4});
  const int latency = draw.of({0, 3, 12});
  for (int s = 0; s < stage_count; ++s) {
    c.overhead[s] = overhead;
    c.latency[s] = s == sink ? 0 : latency + draw.below(4);
  }
}

/// Capacities that do not follow the tile height. Loose: each buffer has a row (or stride of rows, or vector) to spare.
void draw_capacities(Draw& draw, Configuration& c, bool loose) {
  c.capacity[source_a] = c.a.kernel + (loose ? c.a.stride + draw.below(3) : draw.of({0, 1, 2, 4}));
  c.capacity[a_b] = c.b.kernel + (loose ? c.b.stride + draw.below(3) : draw.of({0, 1, 2, 4}));
  c.capacity[b_squeeze] = loose ? draw.between(2, 4) : draw.of({1, 2, 2, 4});
  c.capacity[scale_add] = loose ? draw.between(2, 3) : draw.of({1, 2, 2, 3});
  c.capacity[add_sink] = loose ? draw.between(2, 3) : draw.of({1, 2, 2, 3});
  const int vectors = loose ? 2 : draw.of({1, 2, 2});
  for (const int e : {squeeze_reduce, reduce_expand, expand_broadcast, broadcast_scale}) c.capacity[e] = vectors;
}

bool is_loose(int number) { return number % 5 > 2; }  // two groups of five

Configuration draw_pipeline(Draw& draw, int number) {
  Configuration c;
  c.residual = draw.chance(40);
  c.a = draw_convolution(draw, false);
  c.b = draw_convolution(draw, c.residual);
  c.lanes = draw.of({1, 2, 4});
  c.channels = c.lanes * draw.of({1, 2, 4});
  const bool wide_excite = draw.chance(25);
  if (wide_excite) c.channels = std::min(32, c.lanes * 8);
  c.squeeze_channels = wide_excite ? c.channels / 2 : std::max(1, c.channels / 4);
  c.macs = {draw.of({1, 4, 16}), draw.of({1, 4, 16})};
  // The sums grow with the square root of the products: keep the activations inside eight bits.
  for (Convolution* conv : {&c.a, &c.b})
    conv->shift = (conv->kernel + 1) / 2 + (conv->dense ? (c.channels >= 16 ? 2 : 1) : 0);
  c.height = draw.between(12, 30) * (c.a.stride * c.b.stride > 2 ? 2 : 1);
  c.width = draw.between(6, 16) * (c.a.stride * c.b.stride > 2 ? 2 : 1);
  while (c.map_height(2) < 4) ++c.height;
  while (c.map_width(2) < 3) ++c.width;
  draw_timing(draw, c);
  draw_capacities(draw, c, is_loose(number));
  c.group = "g" + std::to_string(number);
  return c;
}

/// Plain SE and several tile heights of one pipeline. Bypass and residual: as deep as the tile needs at least (policy
/// 0), with ample slack (1), or `fixed` rows for all tile heights (2).
void add_group(std::vector<Configuration>& grid, const Configuration& base, int policy, int fixed) {
  const int full = base.map_height(2);
  const int slack = policy == 0 ? 0 : 6;
  std::vector<int> tiles{0, 1, 2, 3, 5, std::max(2, full / 2)};
  std::sort(tiles.begin(), tiles.end());
  tiles.erase(std::unique(tiles.begin(), tiles.end()), tiles.end());
  for (const int tile : tiles) {
    if (tile >= full) continue;
    Configuration c = base;
    c.tile = tile;
    c.capacity[b_scale] = policy == 2 ? fixed : c.tile_rows() + slack + (policy == 1 ? c.tile_rows() / 2 : 0);
    c.capacity[a_add] = c.residual ? c.capacity[b_scale] + c.b.kernel + slack / 2 : 0;
    check(c);
    grid.push_back(c);
  }
}

/// A corner that the draw misses: a row below the last window, and a line buffer that holds exactly a window.
Configuration leftover_corner() {
  Draw draw(1);
  Configuration c = draw_pipeline(draw, 3);
  c.group = "leftover";
  c.residual = false;
  c.a = {3, 2, 0, 9, false, 2};
  c.b = {3, 1, 1, 9, false, 2};
  c.height = 36;
  c.width = 19;
  c.capacity[source_a] = 3;
  c.capacity[a_b] = 5;
  return c;
}

}  // namespace

std::vector<Configuration> make_grid(int groups) {
  std::vector<Configuration> grid;
  for (int number = 0; number < groups; ++number) {
    Draw draw(static_cast<unsigned>(number) + 1U);
    const Configuration base = draw_pipeline(draw, number);
    const int policy = is_loose(number) ? 1 : draw.below(3);
    add_group(grid, base, policy, draw.between(3, base.map_height(2) + 4));
  }
  add_group(grid, leftover_corner(), 1, 0);
  return grid;
}

}  // namespace rowflow::rtl
