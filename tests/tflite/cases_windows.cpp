// Convolutions, pools and matrices.
#include <array>

#include "tests/tflite/cases.hpp"

namespace rowflow::test {

using namespace tflite;
using Model = TfliteModel;
using Type = tflite::TensorType;

void Cases::windows(const Window& w) {
  const TfliteDims in{1, 9, 12, 6};
  const auto out = [&](int channels) { return TfliteDims{1, w.size(9), w.size(12), channels}; };
  for (const int groups : {1, 3})
    for (const Activation activation : {Activation::NONE, Activation::RELU, Activation::RELU6})
      add(in, [&](Model& m, int x) {
        const int y = m.tensor(out(3), "y");
        m.op(Code::CONV_2D, {x, m.weights({3, w.kernel, w.kernel, 6 / groups}), m.weights({3})}, {y},
             CreateConv2DOptions(m.builder(), w.padding, w.stride, w.stride, activation, w.dilation, w.dilation));
        return y;
      });
  for (const int multiplier : {1, 2})
    add(in, [&](Model& m, int x) {
      const int y = m.tensor(out(6 * multiplier), "y");
      m.op(Code::DEPTHWISE_CONV_2D,
           {x, m.weights({1, w.kernel, w.kernel, 6 * multiplier}), m.weights({6 * multiplier})}, {y},
           CreateDepthwiseConv2DOptions(m.builder(), w.padding, w.stride, w.stride, multiplier, Activation::NONE,
                                        w.dilation, w.dilation));
      return y;
    });
  if (w.dilation > 1) return;
  for (const Code code : {Code::AVERAGE_POOL_2D, Code::MAX_POOL_2D})
    add(in, [&](Model& m, int x) {
      const int y = m.tensor(out(6), "y");
      m.op(code, {x}, {y}, CreatePool2DOptions(m.builder(), w.padding, w.stride, w.stride, w.kernel, w.kernel));
      return y;
    });
}

void Cases::transposed() {
  for (const auto [kernel, stride] : {std::array{2, 2}, {3, 2}, {4, 2}, {3, 1}, {3, 3}, {1, 2}})
    for (const Padding padding : {Padding::SAME, Padding::VALID}) {
      if (padding == Padding::SAME && kernel < stride) continue;
      const auto size = [&](int extent) {
        return padding == Padding::SAME ? extent * stride : (extent - 1) * stride + kernel;
      };
      const TfliteDims out{1, size(5), size(4), 3};
      add({1, 5, 4, 2}, [&](Model& m, int x) {
        const int y = m.tensor(out, "y");
        m.op(Code::TRANSPOSE_CONV,
             {m.integers({1, out[1], out[2], 3}), m.weights({3, kernel, kernel, 2}), x, m.weights({3})}, {y},
             CreateTransposeConvOptions(m.builder(), padding, stride, stride));
        return y;
      });
    }
}

void Cases::dense() {
  for (const bool is_map : {true, false})
    add(is_map ? TfliteDims{1, 3, 2, 4} : TfliteDims{1, 1, 1, 24}, [&](Model& m, int x) {
      const int y = m.tensor({1, 5}, "y");
      m.op(Code::FULLY_CONNECTED, {x, m.weights({5, 24}), m.weights({5})}, {y},
           CreateFullyConnectedOptions(m.builder(), Activation::RELU));
      return y;
    });
  add({1, 3, 2, 4}, [&](Model& m, int x) {
    const int y = m.tensor({1, 3, 2, 5}, "y");
    m.op(Code::FULLY_CONNECTED, {x, m.weights({5, 4}), m.weights({5})}, {y},
         CreateFullyConnectedOptions(m.builder(), Activation::NONE, 0, true));
    return y;
  });
}

/// All in 8 bits, weights with a scale a filter.
void Cases::rounded() {
  add({1, 6, 5, 4}, [&](Model& m, int x) {
    const TfliteRounding in{{0.01F}, {3}}, between{{0.05F}, {-7}};
    const int q = m.tensor({1, 6, 5, 4}, "q", Type::INT8, in), c = m.tensor({1, 6, 5, 3}, "c", Type::INT8, between);
    const int y = m.tensor({1, 6, 5, 3}, "y");
    m.op(Code::QUANTIZE, {x}, {q});
    const int w = m.rounded_weights({3, 3, 3, 4}, {{0.01F, 0.005F, 0.008F}, {0, 0, 0}});
    const int b = m.stored<std::int32_t>({3}, {100, -2000, 500}, Type::INT32, {{1e-4F, 5e-5F, 8e-5F}, {0, 0, 0}});
    m.op(Code::CONV_2D, {q, w, b}, {c}, CreateConv2DOptions(m.builder(), Padding::SAME, 1, 1, Activation::RELU));
    m.op(Code::DEQUANTIZE, {c}, {y});
    return y;
  });
}

}  // namespace rowflow::test
