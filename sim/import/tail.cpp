#include "sim/import/tail.hpp"

#include <algorithm>
#include <unordered_map>

#include "sim/import/nodes.hpp"
#include "sim/import/tensor.hpp"

namespace rowflow {

namespace {

constexpr std::int64_t most_decoder_weights = 64;

const std::unordered_set<std::string>& beginning() {
  static const std::unordered_set<std::string> names{
      "Reshape",
      "Flatten",
      "Squeeze",
      "Unsqueeze",
      "Transpose",
      "Slice",
      "Split",
      "Gather",
      "GatherND",
      "GatherElements",
      "ScatterND",
      "ScatterElements",
      "Concat",
      "Expand",
      "Tile",
      "ArgMax",
      "ArgMin",
      "TopK",
      "NonMaxSuppression",
      "NonZero",
      "Where",
      "Equal",
      "Greater",
      "GreaterOrEqual",
      "Less",
      "LessOrEqual",
      "And",
      "Or",
      "Not",
      "Xor",
      "OneHot",
      "CumSum",
      "Compress",
      "Unique",
      "Softmax",
      "LogSoftmax",
      "ReduceMax",
      "ReduceMin",
      "ReduceSum",
      "ReduceMean",
      "ReduceProd",
      "ReduceL1",
      "ReduceL2",
      "ReduceSumSquare",
      "ReduceLogSumExp",
      "LpNormalization",
      "If",
      "Loop",
      "SequenceConstruct",
      "ConcatFromSequence",
      "SplitToSequence",
      "SequenceAt",
      "SequenceEmpty",
      "SequenceInsert",
  };
  return names;
}

const std::unordered_set<std::string>& going_on() {
  static const std::unordered_set<std::string> names{
      "Identity",
      "Dropout",
      "Cast",
      "Add",
      "Sub",
      "Mul",
      "Div",
      "Pow",
      "Exp",
      "Log",
      "Sqrt",
      "Neg",
      "Abs",
      "Sigmoid",
      "Tanh",
      "Clip",
      "Max",
      "Min",
      "Floor",
      "Ceil",
      "Round",
      "Mod",
      "Sign",
      "Sin",
      "Cos",
      "Atan",
      "Relu",
      "Reciprocal",
      "Softplus",
      "MaxPool",
      "Shape",
      "Size",
      "ConstantOfShape",
      "Range",
      "Constant",
      "QuantizeLinear",
      "DequantizeLinear",
      "RoiAlign",
      "IsNaN",
  };
  return names;
}

/// Post-processing of other domains goes by names like EfficientNMS_TRT, BatchedNMS, DetectionOutput.
bool is_detection(const std::string& op) {
  return op.find("NMS") != std::string::npos || op.find("NonMax") != std::string::npos ||
         op.find("Detection") != std::string::npos;
}

std::unordered_map<std::string, std::int64_t> stored_sizes(const onnx::GraphProto& proto) {
  std::unordered_map<std::string, std::int64_t> sizes;
  const auto add = [&](const std::string& name, const onnx::TensorProto& tensor) {
    std::int64_t count = 1;
    for (const std::int64_t dim : tensor.dims())
      count = dim > 0 && count <= most_decoder_weights ? count * dim : most_decoder_weights + 1;
    sizes[name] = count;
  };
  for (const auto& tensor : proto.initializer()) add(tensor.name(), tensor);
  for (const auto& node : proto.node()) {
    for (const auto& attribute : node.attribute())
      if (node.op_type() == "Constant" && attribute.has_t() && node.output_size() == 1)
        add(node.output(0), attribute.t());
  }
  return sizes;
}

/// What depends on the numbers that the network is given.
std::unordered_set<std::string> data_of(const Graph& graph, const onnx::GraphProto& proto) {
  std::unordered_set<std::string> data;
  for (const auto& input : proto.input()) data.insert(input.name());
  for (const auto& tensor : proto.initializer()) data.erase(tensor.name());
  for (const onnx::NodeProto* node : graph.nodes()) {
    if (is_one_of(node->op_type(), {"Shape", "Size"})) continue;
    const auto names = graph.reads(*node);
    if (std::any_of(names.begin(), names.end(), [&](const auto& name) { return data.count(graph.root(name)) > 0; }))
      data.insert(node->output().begin(), node->output().end());
  }
  return data;
}

/// Masks made of coefficients and prototypes, boxes gathered by a one-hot matrix: a product of two results.
bool is_product(const onnx::NodeProto& node, const Graph& graph, const std::unordered_set<std::string>& data) {
  if (!is_one_of(node.op_type(), {"MatMul", "Gemm", "Einsum"}) || node.input_size() < 2) return false;
  return data.count(graph.root(node.input(0))) > 0 && data.count(graph.root(node.input(1))) > 0;
}

}  // namespace

bool may_begin_cut(const std::string& op) { return beginning().count(op) > 0 || is_detection(op); }

std::unordered_set<const onnx::NodeProto*> find_tail(const Graph& graph, const onnx::GraphProto& proto) {
  const auto sizes = stored_sizes(proto);
  const auto data = data_of(graph, proto);
  const auto is_decoder = [&](const onnx::NodeProto& node) {
    if (!is_one_of(node.op_type(), {"Conv", "MatMul", "Gemm"}) || node.input_size() < 2) return false;
    const auto entry = sizes.find(graph.root(node.input(1)));
    return entry != sizes.end() && entry->second <= most_decoder_weights;
  };
  std::unordered_set<const onnx::NodeProto*> tail;
  std::unordered_set<std::string> needed;    // by layers
  std::unordered_set<std::string> attended;  // by a softmax or a product: what another product gives it is attention
  for (auto entry = graph.nodes().rbegin(); entry != graph.nodes().rend(); ++entry) {
    const onnx::NodeProto& node = **entry;
    const bool multiplies = is_product(node, graph, data);
    const bool attends = multiplies || node.op_type() == "Softmax";
    bool is_attended = false;
    for (const std::string& output : node.output()) is_attended = is_attended || attended.count(graph.root(output)) > 0;
    if (attends || is_attended)
      for (const std::string& name : graph.reads(node)) attended.insert(graph.root(name));
    bool follows = may_begin_cut(node.op_type()) || going_on().count(node.op_type()) > 0 || is_decoder(node) ||
                   (multiplies && !is_attended);
    for (const std::string& output : node.output()) follows = follows && needed.count(graph.root(output)) == 0;
    if (follows)
      tail.insert(&node);
    else
      for (const std::string& name : graph.reads(node)) needed.insert(graph.root(name));
  }
  return tail;
}

}  // namespace rowflow
