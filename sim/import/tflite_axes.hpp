// Axes of maps in TFLite (batch, height, width, channels) and in ONNX (batch, channels, height, width).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/import/tensor.hpp"

namespace rowflow {

/// Where axis k of a map of TFLite (batch, height, width, channels) stands in ONNX (batch, channels, height, width).
inline constexpr std::int64_t onnx_axis[] = {0, 2, 3, 1};
/// The same of a tensor of this rank, which may be no map; axes from the end are negative. Throws Refusal.
std::int64_t onnx_place(std::int64_t axis, std::size_t rank);
/// Which axis of TFLite's stands at place k in ONNX, and the reverse as a Transpose says it.
inline const std::vector<std::int64_t> to_onnx{0, 3, 1, 2}, from_onnx{0, 2, 3, 1};
inline constexpr std::size_t map_rank = 4;

/// Of dims [batch, height, width, channels] with one value a channel, or one channel: the elements stand in the same
/// order in both.
bool is_same_order(const Dims& dims);

}  // namespace rowflow
