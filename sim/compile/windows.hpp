// Rule T7's tables as pure functions: which input rows a step needs and releases. All obey T1: cumulative, never
// decreasing, releases ≤ needs, and on the last step both equal the rows per frame.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/units.hpp"

namespace rowflow {

/// Rows one consumer takes, by step.
struct RowWindow {
  std::vector<Rows> needs, releases;
};

/// A sliding window along the height.
struct Kernel {
  std::int64_t size = 1, stride = 1, top_padding = 0, dilation = 1;
};

/// One row a step.
RowWindow row_window(Rows rows);

/// Convolution and pooling: step o reads rows o·s − p + j·d, j < k, of `rows`; taps outside the map read nothing.
RowWindow convolution_window(Rows rows, Rows steps, const Kernel& kernel);

/// Transposed convolution: output row o reads each row i with o = i·s − p + j·d for some j < k. Rows of output that no
/// tap reaches (s > k) need nothing new.
RowWindow transposed_window(Rows rows, Rows steps, const Kernel& kernel);

/// Upsample nearest: step o reads row ⌊o·H/Ho⌋.
RowWindow nearest_window(Rows rows, Rows steps);

/// Where an output row lies among the input rows.
enum class Transform {
  half_pixel,     ///< (2o+1)·H/(2·Ho) − 1/2
  align_corners,  ///< o·(H−1)/(Ho−1)
  asymmetric,     ///< o·H/Ho
};

/// Upsample bilinear: step o reads rows y0 = ⌊max(0, src)⌋ and y1 = min(y0+1, H−1), src exact by the transform.
RowWindow bilinear_window(Rows rows, Rows steps, Transform transform);

/// An operand with one row per tile of `tile` steps: the vector of scale, the broadcast operand of add and multiply.
RowWindow tile_window(Rows tiles, Rows steps, Rows tile);

/// The vector of a scale whose map of `steps` rows is not as high as the pooled one: row o of it lies beside pooled row
/// ⌊o·pooled/steps⌋, so a tile of `tile` pooled rows stands for at most ⌈tile·steps/pooled⌉ rows.
RowWindow scaled_tile_window(Rows pooled, Rows steps, Rows tile);

/// Rows emitted: one a step.
std::vector<Rows> emit_rows(Rows steps);

/// One row at the end of each tile of `tile` steps; the last tile may be short. tile ≥ steps: one row, on the last
/// step.
std::vector<Rows> emit_tiles(Rows steps, Rows tile);

}  // namespace rowflow
