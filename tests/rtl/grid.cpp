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

/// Capacities that do not follow the tile height.
void draw_capacities(Draw& draw, Configuration& c) {
  c.capacity[source_a] = c.a.kernel + draw.of({0, 1, 2, 4});
  c.capacity[a_b] = c.b.kernel + draw.of({0, 1, 2, 4});
  c.capacity[b_squeeze] = draw.of({1, 2, 2, 4});
  c.capacity[scale_add] = draw.of({1, 2, 2, 3});
  c.capacity[add_sink] = draw.of({1, 2, 2, 3});
  const int vectors = draw.of({1, 2, 2});
  for (const int e : {squeeze_reduce, reduce_expand, expand_broadcast, broadcast_scale}) c.capacity[e] = vectors;
}

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
  for (Convolution* conv : {&c.a, &c.b}) conv->shift = (conv->kernel + 1) / 2 + (conv->dense ? (c.channels >= 16 ? 2 : 1) : 0);
  c.height = draw.between(12, 30) * (c.a.stride * c.b.stride > 2 ? 2 : 1);
  c.width = draw.between(6, 16) * (c.a.stride * c.b.stride > 2 ? 2 : 1);
  draw_timing(draw, c);
  draw_capacities(draw, c);
  c.group = "g" + std::to_string(number);
  return c;
}

}  // namespace

std::vector<Configuration> make_grid(int groups) {
  std::vector<Configuration> grid;
  for (int number = 0; number < groups; ++number) {
    Draw draw(static_cast<unsigned>(number) + 1U);
    const Configuration base = draw_pipeline(draw, number);
    const int full = base.map_height(2);
    // Bypass and residual: as deep as the tile needs at least, with ample slack, or the same for all tile heights.
    const int policy = draw.below(3);
    const int slack = policy == 0 ? 0 : 6;
    const int fixed = draw.between(3, full + 4);
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
  return grid;
}

}  // namespace rowflow::rtl
