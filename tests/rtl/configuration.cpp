#include "tests/rtl/configuration.hpp"

#include <stdexcept>

#include "sim/base/integer.hpp"

namespace rowflow::rtl {
namespace {

int out_size(int size, const Convolution& c) { return (size + 2 * c.padding - c.kernel) / c.stride + 1; }
int up(int a, int b) { return static_cast<int>(ceil_div(a, b)); }

}  // namespace

int Configuration::map_height(int map) const {
  return map == 0 ? height : out_size(map_height(map - 1), map == 1 ? a : b);
}

int Configuration::map_width(int map) const {
  return map == 0 ? width : out_size(map_width(map - 1), map == 1 ? a : b);
}

bool Configuration::roomy() const {
  bool spare = capacity[source_a] >= a.kernel + a.stride && capacity[a_b] >= b.kernel + b.stride;
  for (int e = b_squeeze; e < edge_count; ++e) spare = spare && capacity[e] >= (e == b_scale ? tile_rows() + 3 : 2);
  return spare && (!residual || capacity[a_add] >= capacity[b_scale] + b.kernel);
}

int Configuration::row_beats(int edge) const {
  switch (edge) {
    case source_a:
      return map_width(0) * groups();
    case a_b:
    case a_add:
      return map_width(1) * groups();
    case squeeze_reduce:
    case broadcast_scale:
      return groups();
    case reduce_expand:
      return squeeze_channels;
    case expand_broadcast:
      return channels;
    default:
      return map_width(2) * groups();
  }
}

int Configuration::cycles(int stage) const {
  const auto conv = [&](const Convolution& c) { return up(c.kernel * c.kernel, c.taps) * (c.dense ? groups() : 1); };
  switch (stage) {
    case conv_a:
      return conv(a);
    case conv_b:
      return conv(b);
    case reduce:
      return up(channels, macs[0]);
    case expand:
      return up(squeeze_channels, macs[1]);
    default:
      return beat_cycles[stage];
  }
}

int Configuration::beats(int stage) const {
  switch (stage) {
    case source:
      return row_beats(source_a);
    case conv_a:
      return row_beats(a_b);
    case reduce:
      return squeeze_channels;
    case expand:
      return channels;
    case broadcast:
      return groups();
    default:
      return row_beats(add_sink);
  }
}

void check(const Configuration& c) {
  const auto require = [](bool ok, const char* what) {
    if (!ok) throw std::invalid_argument(what);
  };
  require(c.lanes >= 1 && c.lanes <= 4 && c.channels % c.lanes == 0 && c.channels <= 32, "channels or lanes");
  require(c.map_height(2) >= 2 && c.map_width(2) >= 2, "map too small");
  require(c.a.taps <= 9 && c.b.taps <= 9 && c.macs[0] <= 16 && c.macs[1] <= 16, "multipliers");
  for (int e = 0; e < edge_count; ++e) {
    const bool vector = e >= squeeze_reduce && e <= broadcast_scale;
    require(c.capacity[e] >= 1 || (e == a_add && !c.residual), "capacity");
    require(c.capacity[e] * c.row_beats(e) * (e == squeeze_reduce ? c.lanes : 1) <= (vector ? 256 : 1 << 15),
            "row memory");
  }
  for (int s = 0; s < stage_count; ++s) require(c.cycles(s) >= 1 && c.latency[s] <= 255, "cycles or latency");
  if (c.residual) require(c.map_height(1) == c.map_height(2) && c.map_width(1) == c.map_width(2), "residual shape");
}

}  // namespace rowflow::rtl
