// Functions of single elements in TFLite, and sums and products of maps.
#include "sim/import/tflite_elements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "sim/import/nodes.hpp"

namespace rowflow {

using tflite::Code;

namespace {

/// Inputs under as many axes as the one that has most.
std::vector<std::string> operands(TfliteGraph& graph) {
  std::size_t rank = 0;
  for (int k = 0; k < graph.inputs(); ++k) rank = std::max(rank, graph.input_dims(k).size());
  std::vector<std::string> names;
  for (int k = 0; k < graph.inputs(); ++k) names.push_back(graph.operand(k, rank));
  return names;
}

template <class Options>
void write_arithmetic(TfliteGraph& graph, const char* op) {
  const auto* options = graph.op().options_as<Options>();
  const std::string y = graph.add(op, operands(graph));
  graph.finish(graph.activated(y, options == nullptr ? tflite::Activation::NONE : options->activation()));
}

std::string onnx_name(Code code) {
  static const std::unordered_map<Code, const char*> names{
      {Code::ADD_N, "Sum"},
      {Code::MAXIMUM, "Max"},
      {Code::MINIMUM, "Min"},
      {Code::POW, "Pow"},
      {Code::PRELU, "PRelu"},
      {Code::RELU, "Relu"},
      {Code::TANH, "Tanh"},
      {Code::LOGISTIC, "Sigmoid"},
      {Code::ELU, "Elu"},
      {Code::EXP, "Exp"},
      {Code::HARD_SWISH, "HardSwish"},
      {Code::LOG, "Log"},
      {Code::SQRT, "Sqrt"},
      {Code::ABS, "Abs"},
      {Code::NEG, "Neg"},
      {Code::FLOOR, "Floor"},
      {Code::CEIL, "Ceil"},
      {Code::ROUND, "Round"},
      {Code::SIN, "Sin"},
      {Code::COS, "Cos"},
      {Code::SIGN, "Sign"},
  };
  return names.at(code);
}

}  // namespace

void translate_add(TfliteGraph& graph) { write_arithmetic<tflite::AddOptions>(graph, "Add"); }
void translate_sub(TfliteGraph& graph) { write_arithmetic<tflite::SubOptions>(graph, "Sub"); }
void translate_mul(TfliteGraph& graph) { write_arithmetic<tflite::MulOptions>(graph, "Mul"); }
void translate_div(TfliteGraph& graph) { write_arithmetic<tflite::DivOptions>(graph, "Div"); }

void translate_renamed(TfliteGraph& graph) { graph.finish(graph.add(onnx_name(graph.code()), operands(graph))); }

void translate_clip(TfliteGraph& graph) {
  const float low = graph.code() == Code::RELU_N1_TO_1 ? -1.0F : 0.0F, high = graph.code() == Code::RELU6 ? 6.0F : 1.0F;
  const std::string x = graph.value(0), least = graph.number(low), most = graph.number(high);
  graph.finish(graph.add("Clip", {x, least, most}));
}

void translate_leaky_relu(TfliteGraph& graph) {
  const std::string y = graph.add("LeakyRelu", {graph.value(0)});
  add_float(graph.node(), "alpha", graph.options<tflite::LeakyReluOptions>().alpha());
  graph.finish(y);
}

void translate_rsqrt(TfliteGraph& graph) {
  graph.finish(graph.add("Reciprocal", {graph.add("Sqrt", {graph.value(0)})}));
}

void translate_square(TfliteGraph& graph) {
  const std::string x = graph.value(0);
  graph.finish(graph.add("Mul", {x, x}));
}

void translate_squared_difference(TfliteGraph& graph) {
  const std::string difference = graph.add("Sub", operands(graph));
  graph.finish(graph.add("Mul", {difference, difference}));
}

void translate_softmax(TfliteGraph& graph) {
  std::string x = graph.value(0);
  const bool is_softmax = graph.code() == Code::SOFTMAX;
  const auto* options = graph.op().options_as<tflite::SoftmaxOptions>();
  if (is_softmax && options != nullptr && options->beta() != 1)
    x = graph.add("Mul", {x, graph.number(options->beta())});
  const std::string y = graph.add(is_softmax ? "Softmax" : "LogSoftmax", {x});
  add_integer(graph.node(), "axis", graph.input_dims(0).size() == map_rank ? 1 : -1);
  graph.finish(y);
}

/// x · ½ (1 + erf(x / √2)), or its approximation with tanh.
void translate_gelu(TfliteGraph& graph) {
  const auto* options = graph.op().options_as<tflite::GeluOptions>();
  const std::string x = graph.value(0), half = graph.number(0.5F), one = graph.number(1);
  std::string bent;
  if (options != nullptr && options->approximate()) {
    const std::string cube = graph.add("Mul", {graph.add("Mul", {x, x}), x});
    const std::string sum = graph.add("Add", {x, graph.add("Mul", {cube, graph.number(0.044715F)})});
    bent =
        graph.add("Tanh", {graph.add("Mul", {sum, graph.number(static_cast<float>(std::sqrt(2 / std::acos(-1.0))))})});
  } else {
    bent = graph.add("Erf", {graph.add("Div", {x, graph.number(std::sqrt(2.0F))})});
  }
  const std::string gate = graph.add("Add", {bent, one});
  graph.finish(graph.add("Mul", {graph.add("Mul", {x, gate}), half}));
}

void translate_cast(TfliteGraph& graph) {
  const std::string y = graph.add("Cast", {graph.value(0)});
  add_integer(graph.node(), "to", graph.onnx_type_of_output(0));
  graph.finish(y);
}

/// Another precision of the same values: what rounds is written with the output, which says how.
void translate_same(TfliteGraph& graph) { graph.finish(graph.value(0)); }

/// ONNX divides alpha by the number of channels that are looked at.
void translate_local_response_norm(TfliteGraph& graph) {
  const auto& options = graph.options<tflite::LocalResponseNormalizationOptions>();
  const std::int64_t size = 2 * std::int64_t{options.radius()} + 1;
  if (graph.input_dims(0).size() != map_rank || size < 1 || size > 65536)
    throw Refusal{fmt::format("a normalisation over {} channels", size)};
  const std::string y = graph.add("LRN", {graph.value(0)});
  add_integer(graph.node(), "size", size);
  add_float(graph.node(), "alpha", options.alpha() * static_cast<float>(size));
  add_float(graph.node(), "beta", options.beta());
  add_float(graph.node(), "bias", options.bias());
  graph.finish(y);
}

}  // namespace rowflow
