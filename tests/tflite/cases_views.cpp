// Shapes, edges, sizes, parts, and whole axes.
#include <array>

#include "tests/tflite/cases.hpp"

namespace rowflow::test {

using namespace tflite;
using Model = TfliteModel;
using Type = tflite::TensorType;

void Cases::reshape(const TfliteDims& in, const TfliteDims& out) {
  add(in, [&](Model& m, int x) {
    const int y = m.tensor(out, "y");
    m.op(Code::RESHAPE, {x, m.integers(out)}, {y});
    return y;
  });
}

void Cases::views() {
  reshape({1, 4, 6, 2}, {1, 48});
  reshape({1, 4, 6, 2}, {1, 24, 2});
  reshape({1, 4, 6, 2}, {1, 3, 4, 4});
  reshape({1, 1, 1, 24}, {1, 2, 3, 4});
  reshape({1, 4, 6, 1}, {1, 1, 1, 24});
  reshape({1, 4, 6, 2}, {1, 2, 2, 6, 2});
  for (const std::vector<std::int32_t>& order :
       {std::vector<std::int32_t>{0, 2, 1, 3}, {0, 3, 1, 2}, {0, 1, 2, 3}, {0, 3, 2, 1}})
    add({1, 4, 5, 3}, [&](Model& m, int x) {
      const TfliteDims in{1, 4, 5, 3};
      TfliteDims out;
      for (const int axis : order) out.push_back(in[static_cast<std::size_t>(axis)]);
      const int y = m.tensor(out, "y");
      m.op(Code::TRANSPOSE, {x, m.integers(order)}, {y});
      return y;
    });
  for (const bool mirrored : {false, true})
    add({1, 4, 5, 3}, [&](Model& m, int x) {
      const int y = m.tensor({1, 7, 6, mirrored ? 3 : 5}, "y");
      const int pads = m.stored<std::int32_t>({4, 2}, {0, 0, 1, 2, 0, 1, 0, mirrored ? 0 : 2}, Type::INT32);
      if (mirrored)
        m.op(Code::MIRROR_PAD, {x, pads}, {y}, CreateMirrorPadOptions(m.builder(), MirrorPadMode::REFLECT));
      else
        m.op(Code::PAD, {x, pads}, {y});
      return y;
    });
  for (const int axis : {1, 2, 3, -1})
    add({1, 4, 5, 3}, [&](Model& m, int x) {
      TfliteDims other{1, 4, 5, 3}, out = other;
      const auto at = static_cast<std::size_t>(axis < 0 ? axis + 4 : axis);
      other[at] = 2;
      out[at] += 2;
      const int y = m.tensor(out, "y");
      m.op(Code::CONCATENATION, {x, m.weights(other)}, {y}, CreateConcatenationOptions(m.builder(), axis));
      return y;
    });
  for (const bool corners : {false, true})
    for (const bool half : {false, true})
      for (const TfliteDims& size : {TfliteDims{8, 10}, {7, 3}, {4, 15}}) {
        if (corners && half) continue;
        resize(Code::RESIZE_BILINEAR, size, tflite::Options::ResizeBilinearOptions, corners, half);
        resize(Code::RESIZE_NEAREST_NEIGHBOR, size, tflite::Options::ResizeNearestNeighborOptions, corners, half);
      }
  add({1, 4, 6, 3}, [&](Model& m, int x) {
    const int y = m.tensor({1, 2, 3, 12}, "y");
    m.op(Code::SPACE_TO_DEPTH, {x}, {y}, tflite::Options::SpaceToDepthOptions,
         CreateBlockOptions(m.builder(), 2).Union());
    return y;
  });
  add({1, 2, 3, 12}, [&](Model& m, int x) {
    const int y = m.tensor({1, 4, 6, 3}, "y");
    m.op(Code::DEPTH_TO_SPACE, {x}, {y}, CreateDepthToSpaceOptions(m.builder(), 2));
    return y;
  });
  add({1, 2, 3, 4}, [&](Model& m, int x) {
    const int y = m.tensor({1, 4, 3, 12}, "y");
    m.op(Code::TILE, {x, m.integers({1, 2, 1, 3})}, {y});
    return y;
  });
}

void Cases::resize(Code code, const TfliteDims& size, tflite::Options type, bool corners, bool half) {
  add({1, 4, 5, 3}, [&](Model& m, int x) {
    const int y = m.tensor({1, size[0], size[1], 3}, "y");
    const auto options = code == Code::RESIZE_BILINEAR
                             ? CreateResizeBilinearOptions(m.builder(), corners, half).Union()
                             : CreateResizeNearestNeighborOptions(m.builder(), corners, half).Union();
    m.op(code, {x, m.integers(size)}, {y}, type, options);
    return y;
  });
}

void Cases::reduce(Code code, const std::vector<std::int32_t>& axes, bool keep, const TfliteDims& out) {
  add({1, 4, 5, 3}, [&](Model& m, int x) {
    const int y = m.tensor(out, "y");
    m.op(code, {x, m.integers(axes)}, {y}, CreateReducerOptions(m.builder(), keep));
    return y;
  });
}

void Cases::cuts() {
  for (const Code code : {Code::MEAN, Code::SUM, Code::REDUCE_MAX}) {
    reduce(code, {1, 2}, true, {1, 1, 1, 3});
    reduce(code, {1, 2}, false, {1, 3});
    reduce(code, {-1}, false, {1, 4, 5});
    reduce(code, {1}, false, {1, 5, 3});
    reduce(code, {2}, true, {1, 4, 1, 3});
  }
  add({1, 4, 5, 6}, [&](Model& m, int x) {
    const int a = m.tensor({1, 4, 5, 3}, "a"), b = m.tensor({1, 4, 5, 3}, "b"), y = m.tensor({1, 4, 5, 3}, "y");
    m.op(Code::SPLIT, {m.stored<std::int32_t>({}, {3}, Type::INT32), x}, {a, b}, CreateSplitOptions(m.builder(), 2));
    m.op(Code::SUB, {a, b}, {y}, CreateSubOptions(m.builder()));
    return y;
  });
  add({1, 4, 5, 6}, [&](Model& m, int x) {
    const int y = m.tensor({1, 2, 5, 4}, "y");
    m.op(Code::SLICE, {x, m.integers({0, 1, 0, 2}), m.integers({1, 2, -1, 4})}, {y});
    return y;
  });
  add({1, 4, 5, 6}, [&](Model& m, int x) {
    const int y = m.tensor({1, 2, 5, 5}, "y");
    m.op(Code::STRIDED_SLICE, {x, m.integers({0, 0, 0, 1}), m.integers({1, 4, 5, 6}), m.integers({1, 2, 1, 1})}, {y},
         CreateStridedSliceOptions(m.builder(), 1, 4));
    return y;
  });
  add({1, 4, 5, 6}, [&](Model& m, int x) {
    const int y = m.tensor({1, 5, 6}, "y");
    m.op(Code::STRIDED_SLICE, {x, m.integers({0, 2, 0, 0}), m.integers({1, 3, 5, 6}), m.integers({1, 1, 1, 1})}, {y},
         CreateStridedSliceOptions(m.builder(), 0, 0, 0, 0, 2));
    return y;
  });
  add({1, 4, 5, 6}, [&](Model& m, int x) {
    const int y = m.tensor({1, 4, 5, 3}, "y");
    m.op(Code::GATHER, {x, m.integers({4, 0, 5})}, {y}, CreateGatherOptions(m.builder(), 3));
    return y;
  });
  add({1, 4, 1, 5}, [&](Model& m, int x) {
    const int rows = m.tensor({1, 4, 5}, "rows"), y = m.tensor({1, 4, 2, 5}, "y");
    m.op(Code::RESHAPE, {x, m.integers({1, 4, 5})}, {rows});
    m.op(Code::PACK, {rows, m.weights({1, 4, 5})}, {y}, CreatePackOptions(m.builder(), 2, 2));
    return y;
  });
}

}  // namespace rowflow::test
