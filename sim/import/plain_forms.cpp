#include "sim/import/plain_forms.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace rowflow {

namespace {

/// Which inputs are data.
struct PlainForm {
  const char* op;
  std::vector<int> inputs;
};

const std::unordered_map<std::string, PlainForm>& forms() {
  static const std::unordered_map<std::string, PlainForm> table{
      {"QLinearConv", {"Conv", {0, 3, 8}}},
      {"ConvInteger", {"Conv", {0, 1}}},
      {"QLinearMatMul", {"MatMul", {0, 3}}},
      {"MatMulInteger", {"MatMul", {0, 1}}},
      {"QGemm", {"Gemm", {0, 3, 6}}},
      {"QLinearAdd", {"Add", {0, 3}}},
      {"QLinearMul", {"Mul", {0, 3}}},
      {"QLinearSigmoid", {"Sigmoid", {0}}},
      {"QLinearLeakyRelu", {"LeakyRelu", {0}}},
      {"QLinearSoftmax", {"Softmax", {0}}},
      {"QLinearAveragePool", {"AveragePool", {0}}},
      {"QLinearGlobalAveragePool", {"GlobalAveragePool", {0}}},
  };
  return table;
}

}  // namespace

const onnx::NodeProto* plain_form(const onnx::NodeProto& node, std::deque<onnx::NodeProto>& store) {
  const auto entry = forms().find(node.op_type());
  const bool is_known_domain = node.domain().empty() || node.domain() == "ai.onnx" || node.domain() == "com.microsoft";
  if (entry == forms().end() || !is_known_domain) return &node;
  onnx::NodeProto plain = node;
  plain.clear_domain();
  plain.set_op_type(entry->second.op);
  plain.clear_input();
  for (const int k : entry->second.inputs) {
    if (k < node.input_size()) plain.add_input(node.input(k));
  }
  store.push_back(std::move(plain));
  return &store.back();
}

}  // namespace rowflow
