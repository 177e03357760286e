#include "tests/rtl/reference.hpp"

#include <algorithm>

namespace rowflow::rtl {
namespace {

struct Map {
  int height = 0, width = 0, channels = 0;
  std::vector<std::uint8_t> values;
  Map(int h, int w, int c) : height(h), width(w), channels(c), values(static_cast<std::size_t>(h * w * c)) {}
  std::uint8_t& at(int y, int x, int c) { return values[static_cast<std::size_t>((y * width + x) * channels + c)]; }
  int get(int y, int x, int c) const {
    if (y < 0 || x < 0 || y >= height || x >= width) return 0;
    return values[static_cast<std::size_t>((y * width + x) * channels + c)];
  }
};

int weight(int layer, int co, int ci, int tap) {
  int h = layer * 37 + co * 11 + ci * 5 + tap * 7;
  h ^= h >> 3;
  return (h & 7) < 4 ? (h & 7) - 4 : (h & 7) - 3;
}

std::uint8_t clamp8(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

constexpr int second_seed = 41;

Map input(const Configuration& c, int of, int frame, int seed) {
  Map map(c.map_height(of), c.map_width(of), c.channels);
  for (int y = 0; y < map.height; ++y)
    for (int x = 0; x < map.width; ++x)
      for (int ch = 0; ch < c.channels; ++ch) {
        int h = frame * 29 + y * 13 + x * 7 + ch * 3 + seed;
        h = h * h + (h >> 2);
        map.at(y, x, ch) = static_cast<std::uint8_t>((h >> 2) & 255);
      }
  return map;
}

Map convolve(const Map& in, const Convolution& conv, int layer, int height, int width) {
  Map out(height, width, in.channels);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int co = 0; co < in.channels; ++co) {
        int sum = 0;
        for (int tap = 0; tap < conv.kernel * conv.kernel; ++tap) {
          const int iy = y * conv.stride - conv.padding + tap / conv.kernel;
          const int ix = x * conv.stride - conv.padding + tap % conv.kernel;
          if (!conv.dense) sum += in.get(iy, ix, co) * weight(layer, co, 0, tap);
          for (int ci = 0; conv.dense && ci < in.channels; ++ci) sum += in.get(iy, ix, ci) * weight(layer, co, ci, tap);
        }
        out.at(y, x, co) = clamp8(128 + (sum >> conv.shift));
      }
  return out;
}

/// The gate of the tile of rows [from, to).
std::vector<std::uint8_t> excite(const Configuration& c, const Map& map, int from, int to) {
  std::vector<int> mean, hidden;
  for (int ch = 0; ch < map.channels; ++ch) {
    int sum = 0;
    for (int y = from; y < to; ++y)
      for (int x = 0; x < map.width; ++x) sum += map.get(y, x, ch);
    mean.push_back(sum / ((to - from) * map.width));
  }
  for (int j = 0; j < c.squeeze_channels; ++j) {
    int sum = 0;
    for (int ch = 0; ch < map.channels; ++ch) sum += mean[static_cast<std::size_t>(ch)] * weight(3, j, ch, 0);
    hidden.push_back(clamp8(32 + (sum >> 1)));
  }
  std::vector<std::uint8_t> gate;
  for (int ch = 0; ch < map.channels; ++ch) {
    int sum = 0;
    for (int j = 0; j < c.squeeze_channels; ++j) sum += hidden[static_cast<std::size_t>(j)] * weight(4, ch, j, 0);
    gate.push_back(clamp8(128 + (sum >> 2)));
  }
  return gate;
}

}  // namespace

std::vector<std::uint8_t> reference_frame(const Configuration& c, int frame) {
  const Map a = convolve(input(c, 0, frame, 0), c.a, 1, c.map_height(1), c.map_width(1));
  const Map b = convolve(a, c.b, 2, c.map_height(2), c.map_width(2));
  const Map skip = c.second.beat_cycles > 0 ? input(c, 2, frame, second_seed) : a;
  Map out(b.height, b.width, b.channels);
  for (int from = 0; from < b.height; from += c.tile_rows()) {
    const int to = std::min(b.height, from + c.tile_rows());
    const std::vector<std::uint8_t> gate = excite(c, b, from, to);
    for (int y = from; y < to; ++y)
      for (int x = 0; x < b.width; ++x)
        for (int ch = 0; ch < b.channels; ++ch) {
          const int scaled = b.get(y, x, ch) * gate[static_cast<std::size_t>(ch)] >> 8;
          out.at(y, x, ch) = clamp8(scaled + (c.residual ? skip.get(y, x, ch) : 0));
        }
  }
  return out.values;
}

}  // namespace rowflow::rtl
