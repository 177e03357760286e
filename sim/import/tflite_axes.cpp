#include "sim/import/tflite_axes.hpp"

#include "sim/import/fold.hpp"

namespace rowflow {

std::int64_t onnx_place(std::int64_t axis, std::size_t rank) {
  axis = axis_of(axis, rank);
  return rank == map_rank ? onnx_axis[axis] : axis;
}

bool is_same_order(const Dims& dims) { return dims[3] == 1 || (dims[1] == 1 && dims[2] == 1); }

}  // namespace rowflow
