// TFLite models of one operator each, and what the import makes of them in ONNX: for the check in both runtimes
// (numbers_test.mjs).   tflite_operators FOLDER writes them; tflite_operators IN.tflite OUT.onnx translates a file.
#include <fstream>
#include <functional>
#include <iostream>

#include "sim/base/error.hpp"
#include "sim/import/tflite_model.hpp"
#include "tests/support/tflite_models.hpp"

namespace {

using namespace rowflow;
using namespace rowflow::test;
using namespace rowflow::tflite;
using Model = TfliteModel;
using Type = tflite::TensorType;

void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

/// A model whose last part is added by `body`, which gets the input and says the output.
void write_case(const std::string& stem, const TfliteDims& in, const std::function<int(Model&, int)>& body) {
  Model model;
  const int x = model.tensor(in, "x");
  const int y = body(model, x);
  const std::string bytes = model.bytes({x}, {y});
  write(stem + ".tflite", bytes);
  write(stem + ".onnx", parse_tflite(bytes, stem, Weights::whole).SerializeAsString());
}

struct Window {
  int kernel, stride, dilation;
  Padding padding;
  int size(int extent) const {
    const int reach = (kernel - 1) * dilation + 1;
    return padding == Padding::SAME ? (extent + stride - 1) / stride : (extent - reach) / stride + 1;
  }
};

class Cases {
 public:
  explicit Cases(std::string folder) : folder_(std::move(folder)) {}

  void all() {
    for (const Padding padding : {Padding::SAME, Padding::VALID})
      for (const auto [kernel, stride, dilation] : {std::array{1, 1, 1}, {3, 1, 1}, {3, 2, 1}, {4, 3, 1}, {3, 1, 2}})
        windows({kernel, stride, dilation, padding});
    dense();
    elements();
    views();
    cuts();
    transposed();
    rounded();
  }

 private:
  void add(const TfliteDims& in, const std::function<int(Model&, int)>& body) {
    write_case(folder_ + "/" + std::to_string(++count_), in, body);
  }

  void windows(const Window& w) {
    const TfliteDims in{1, 9, 12, 6};
    const auto out = [&](int channels) { return TfliteDims{1, w.size(9), w.size(12), channels}; };
    for (const int groups : {1, 3})
      for (const Activation activation : {Activation::NONE, Activation::RELU, Activation::RELU6, Activation::TANH})
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

  void transposed() {
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

  void dense() {
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

  void unary(Code code, tflite::Options type = tflite::Options::NONE,
             const std::function<flatbuffers::Offset<void>(Model&)>& options = nullptr) {
    add({1, 4, 5, 3}, [&](Model& m, int x) {
      const int positive = m.tensor({1, 4, 5, 3}, "positive"), y = m.tensor({1, 4, 5, 3}, "y");
      m.op(Code::ABS, {x}, {positive});  // for logarithms and roots
      const bool needs = code == Code::LOG || code == Code::SQRT || code == Code::RSQRT;
      m.op(code, {needs ? positive : x}, {y}, type, options ? options(m) : 0);
      return y;
    });
  }

  void elements() {
    for (const Code code :
         {Code::RELU,       Code::RELU6,  Code::RELU_N1_TO_1, Code::RELU_0_TO_1, Code::TANH,  Code::LOGISTIC,
          Code::HARD_SWISH, Code::ELU,    Code::EXP,          Code::LOG,         Code::SQRT,  Code::RSQRT,
          Code::ABS,        Code::NEG,    Code::FLOOR,        Code::CEIL,        Code::ROUND, Code::SIN,
          Code::COS,        Code::SQUARE, Code::LOG_SOFTMAX})
      unary(code);
    unary(Code::LEAKY_RELU, tflite::Options::LeakyReluOptions,
          [](Model& m) { return CreateLeakyReluOptions(m.builder(), 0.3F).Union(); });
    for (const float beta : {1.0F, 0.5F})
      unary(Code::SOFTMAX, tflite::Options::SoftmaxOptions,
            [&](Model& m) { return CreateSoftmaxOptions(m.builder(), beta).Union(); });
    for (const bool approximate : {false, true})
      unary(Code::GELU, tflite::Options::GeluOptions,
            [&](Model& m) { return CreateGeluOptions(m.builder(), approximate).Union(); });
    for (const TfliteDims& other : {TfliteDims{1, 4, 5, 3}, {3}, {1, 1, 1, 3}, {5, 3}, {1, 4, 1, 1}})
      for (const Code code :
           {Code::ADD, Code::SUB, Code::MUL, Code::DIV, Code::MAXIMUM, Code::MINIMUM, Code::SQUARED_DIFFERENCE})
        add({1, 4, 5, 3}, [&](Model& m, int x) {
          const int y = m.tensor({1, 4, 5, 3}, "y");
          m.op(code, {x, m.weights(other)}, {y}, options_of(code), arithmetic(m, code));
          return y;
        });
    add({1, 4, 5, 3}, [&](Model& m, int x) {
      const int y = m.tensor({1, 4, 5, 3}, "y");
      m.op(Code::PRELU, {x, m.weights({1, 1, 3})}, {y});
      return y;
    });
  }

  static tflite::Options options_of(Code code) {
    switch (code) {
      case Code::ADD:
        return tflite::Options::AddOptions;
      case Code::SUB:
        return tflite::Options::SubOptions;
      case Code::MUL:
        return tflite::Options::MulOptions;
      case Code::DIV:
        return tflite::Options::DivOptions;
      default:
        return tflite::Options::NONE;
    }
  }

  static flatbuffers::Offset<void> arithmetic(Model& m, Code code) {
    if (options_of(code) == tflite::Options::NONE) return 0;
    return CreateAddOptions(m.builder(), Activation::RELU6).Union();  // the four tables are alike
  }

  void reshape(const TfliteDims& in, const TfliteDims& out) {
    add(in, [&](Model& m, int x) {
      const int y = m.tensor(out, "y");
      m.op(Code::RESHAPE, {x, m.integers(out)}, {y});
      return y;
    });
  }

  void views() {
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

  void resize(Code code, const TfliteDims& size, tflite::Options type, bool corners, bool half) {
    add({1, 4, 5, 3}, [&](Model& m, int x) {
      const int y = m.tensor({1, size[0], size[1], 3}, "y");
      const auto options = code == Code::RESIZE_BILINEAR
                               ? CreateResizeBilinearOptions(m.builder(), corners, half).Union()
                               : CreateResizeNearestNeighborOptions(m.builder(), corners, half).Union();
      m.op(code, {x, m.integers(size)}, {y}, type, options);
      return y;
    });
  }

  void reduce(Code code, const std::vector<std::int32_t>& axes, bool keep, const TfliteDims& out) {
    add({1, 4, 5, 3}, [&](Model& m, int x) {
      const int y = m.tensor(out, "y");
      m.op(code, {x, m.integers(axes)}, {y}, CreateReducerOptions(m.builder(), keep));
      return y;
    });
  }

  void cuts() {
    for (const Code code : {Code::MEAN, Code::SUM, Code::REDUCE_MAX}) {
      reduce(code, {1, 2}, true, {1, 1, 1, 3});
      reduce(code, {1, 2}, false, {1, 3});
      reduce(code, {-1}, false, {1, 4, 5});
      reduce(code, {1}, false, {1, 5, 3});
      reduce(code, {2}, true, {1, 4, 1, 3});
    }
    add({1, 4, 5, 6}, [&](Model& m, int x) {
      const int a = m.tensor({1, 4, 5, 3}, "a"), b = m.tensor({1, 4, 5, 3}, "b"), y = m.tensor({1, 4, 5, 3}, "y");
      m.op(Code::SPLIT, {m.stored<std::int32_t>({}, {3}, Type::INT32), x}, {a, b}, tflite::Options::NONE);
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
    add({1, 4, 5}, [&](Model& m, int x) {
      const int y = m.tensor({1, 4, 2, 5}, "y");
      m.op(Code::PACK, {x, m.weights({1, 4, 5})}, {y}, CreatePackOptions(m.builder(), 2, 2));
      return y;
    });
  }

  /// All in 8 bits, weights with a scale a filter.
  void rounded() {
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

  std::string folder_;
  int count_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count == 3)
      write(arguments[2], read_tflite(arguments[1], Weights::whole).SerializeAsString());
    else if (count == 2)
      Cases(arguments[1]).all();
    else
      return 2;
  } catch (const InputError& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
  return 0;
}
