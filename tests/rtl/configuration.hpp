// One configuration of the pipeline in hdl/se_pipeline.sv, and the grid of them that the comparison runs.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace rowflow::rtl {

inline constexpr int stage_count = 10;
inline constexpr int edge_count = 11;
enum StageIndex { source, conv_a, conv_b, squeeze, reduce, expand, broadcast, scale, add, sink };
enum EdgeIndex {
  source_a,
  a_b,
  a_add,
  b_squeeze,
  b_scale,
  squeeze_reduce,
  reduce_expand,
  expand_broadcast,
  broadcast_scale,
  scale_add,
  add_sink
};

/// A line-buffered convolution: kernel×kernel, `taps` of its taps in one cycle on all lanes.
struct Convolution {
  int kernel = 3, stride = 1, padding = 1, taps = 9;
  bool dense = false;  ///< every output channel reads every input channel; else depthwise
  int shift = 2;
};

struct Configuration {
  std::string group;  ///< configurations that differ in the tile height (and capacities that follow it) only
  int tile = 0;       ///< rows; 0 = the whole map (plain SE)
  int height = 0, width = 0, channels = 4, lanes = 4;
  Convolution a, b;
  int squeeze_channels = 1;
  std::array<int, 2> macs{1, 1};  ///< multipliers of the reducing and the expanding layer
  bool residual = false;
  /// Of the source that the residual comes from in place of conv a; 0 beat cycles: there is none.
  struct Second {
    int beat_cycles = 0, overhead = 0, latency = 0;
  } second;
  std::array<int, stage_count> beat_cycles{};  ///< of source, squeeze, broadcast, scale, add, sink
  std::array<int, stage_count> overhead{};     ///< set-up cycles of a row
  std::array<int, stage_count> latency{};      ///< output registers (the sink has none)
  std::array<int, edge_count> capacity{};      ///< rows of the edge (vectors on the excite path)

  int groups() const { return channels / lanes; }  ///< beats of a pixel
  int map_height(int map) const;                   ///< 0 source, 1 conv a, 2 conv b
  int map_width(int map) const;
  int tile_rows() const { return tile == 0 ? map_height(2) : std::min(tile, map_height(2)); }
  bool is_se() const { return tile_rows() == map_height(2); }
  /// Every buffer has a spare row (a spare stride of rows, a spare vector), so that producer and consumer can overlap.
  bool roomy() const;
  /// Beats of a row (a vector) of that edge.
  int row_beats(int edge) const;
  /// Clock cycles of one result beat of that stage.
  int cycles(int stage) const;
  /// Result beats (for squeeze and sink: input beats) of a row of that stage.
  int beats(int stage) const;
  /// Clock cycles of a row without stalls.
  int row_cycles(int stage) const { return overhead[stage] + beats(stage) * cycles(stage); }
};

/// The grid: groups of equal pipelines, each with plain SE and several tile heights. `groups` = how many; the first
/// ones of a long grid are those of a short one.
std::vector<Configuration> make_grid(int groups);

/// Throws std::invalid_argument when the configuration exceeds what the design was verilated for.
void check(const Configuration& c);

}  // namespace rowflow::rtl
