// Functions of elements, sums and products.
#include <array>

#include "tests/tflite/cases.hpp"

namespace rowflow::test {

using namespace tflite;
using Model = TfliteModel;
using Type = tflite::TensorType;

namespace {

tflite::Options options_of(Code code) {
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

flatbuffers::Offset<void> arithmetic(Model& m, Code code) {
  if (options_of(code) == tflite::Options::NONE) return 0;
  return CreateAddOptions(m.builder(), Activation::RELU6).Union();  // the four tables are alike
}

}  // namespace

void Cases::unary(Code code, tflite::Options type, const std::function<flatbuffers::Offset<void>(Model&)>& options) {
  add({1, 4, 5, 3}, [&](Model& m, int x) {
    const int positive = m.tensor({1, 4, 5, 3}, "positive"), y = m.tensor({1, 4, 5, 3}, "y");
    m.op(Code::ABS, {x}, {positive});  // for logarithms and roots
    const bool needs = code == Code::LOG || code == Code::SQRT || code == Code::RSQRT;
    m.op(code, {needs ? positive : x}, {y}, type, options ? options(m) : 0);
    return y;
  });
}

void Cases::elements() {
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

}  // namespace rowflow::test
