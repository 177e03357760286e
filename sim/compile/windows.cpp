#include "sim/compile/windows.hpp"

#include <algorithm>

#include "sim/base/integer.hpp"

namespace rowflow {

namespace {

/// In-map rows a step reads; empty when last < first.
struct Taps {
  Rows first = 0, last = -1;
  bool empty() const { return last < first; }
};

/// T7: needs = 1 + largest tap of the steps so far; releases = smallest tap of any later step, at most needs. T1: all
/// on the last step.
template <typename TapsOfStep>
RowWindow window_of(Rows rows, Rows steps, TapsOfStep taps) {
  RowWindow window{std::vector<Rows>(steps), std::vector<Rows>(steps)};
  Rows needed = 0;
  for (Rows o = 0; o < steps; ++o) {
    const Taps t = taps(o);
    if (!t.empty()) needed = std::max(needed, t.last + 1);
    window.needs[o] = needed;
  }
  Rows later = rows;  // no later step reads: everything needed so far may go
  for (Rows o = steps - 1; o >= 0; --o) {
    window.releases[o] = std::min(later, window.needs[o]);
    const Taps t = taps(o);
    if (!t.empty()) later = std::min(later, t.first);
  }
  window.needs.back() = window.releases.back() = rows;
  return window;
}

Rows floor_div(Rows a, Rows b) { return a >= 0 ? a / b : -ceil_div(-a, b); }

}  // namespace

RowWindow row_window(Rows rows) { return {emit_rows(rows), emit_rows(rows)}; }

RowWindow convolution_window(Rows rows, Rows steps, const Kernel& kernel) {
  return window_of(rows, steps, [&](Rows o) {
    const Rows top = o * kernel.stride - kernel.top_padding;
    const Rows first_tap = top >= 0 ? 0 : ceil_div(-top, kernel.dilation);
    const Rows last_tap = std::min(kernel.size - 1, floor_div(rows - 1 - top, kernel.dilation));
    return last_tap < first_tap ? Taps{} : Taps{top + first_tap * kernel.dilation, top + last_tap * kernel.dilation};
  });
}

RowWindow transposed_window(Rows rows, Rows steps, const Kernel& kernel) {
  return window_of(rows, steps, [&](Rows o) {
    Taps taps{rows, -1};
    for (std::int64_t j = 0; j < kernel.size; ++j) {
      const Rows scaled = o + kernel.top_padding - j * kernel.dilation;  // i·s
      if (scaled < 0 || scaled % kernel.stride != 0 || scaled / kernel.stride >= rows) continue;
      taps.first = std::min(taps.first, scaled / kernel.stride);
      taps.last = std::max(taps.last, scaled / kernel.stride);
    }
    return taps;
  });
}

RowWindow nearest_window(Rows rows, Rows steps) {
  return window_of(rows, steps, [&](Rows o) { return Taps{o * rows / steps, o * rows / steps}; });
}

RowWindow bilinear_window(Rows rows, Rows steps, Transform transform) {
  return window_of(rows, steps, [&](Rows o) {
    Rows y0 = 0;
    if (transform == Transform::align_corners)
      y0 = steps > 1 ? o * (rows - 1) / (steps - 1) : 0;
    else if (transform == Transform::asymmetric)
      y0 = o * rows / steps;
    else
      y0 = std::max<Rows>(0, floor_div((2 * o + 1) * rows - steps, 2 * steps));
    return Taps{y0, std::min(y0 + 1, rows - 1)};
  });
}

RowWindow tile_window(Rows tiles, Rows steps, Rows tile) {
  return window_of(tiles, steps, [&](Rows o) { return Taps{o / tile, o / tile}; });
}

RowWindow scaled_tile_window(Rows pooled, Rows steps, Rows tile) {
  return window_of(ceil_div(pooled, tile), steps, [&](Rows o) {
    const Rows vector = checked_multiply(o, pooled) / steps / tile;
    return Taps{vector, vector};
  });
}

std::vector<Rows> emit_rows(Rows steps) { return emit_tiles(steps, 1); }

std::vector<Rows> emit_tiles(Rows steps, Rows tile) {
  std::vector<Rows> emits(steps);
  for (Rows i = 0; i < steps; ++i) emits[i] = (i + 1) / tile;
  emits.back() = ceil_div(steps, tile);
  return emits;
}

}  // namespace rowflow
