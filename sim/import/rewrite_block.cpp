// What becomes of the nodes of one squeeze-and-excite block: its pool, what is between pool and gate, and where the
// gate is applied.
#include <fmt/format.h>

#include "sim/base/integer.hpp"
#include "sim/import/nodes.hpp"
#include "sim/import/rewrite.hpp"

namespace rowflow {

namespace {

bool is_element_wise(const std::string& op) {
  return is_one_of(op, {"Add",      "Sub",  "Mul",  "Div",     "Relu",        "LeakyRelu",         "PRelu",
                        "Elu",      "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish",         "Tanh",
                        "Softplus", "Exp",  "Clip", "Max",     "Min",         "BatchNormalization"});
}

}  // namespace

void Rewrite::replace_pool(const Draft& draft, Rows tile_height, bool cumulative, const Shape& map) {
  const onnx::NodeProto& pool = *draft.pool_node;
  onnx::NodeProto node = make_node("AveragePool", pool.name(), {current(map_name(draft.pooled_name))}, pool.output(0));
  const Rows rows = ceil_div(map.height, tile_height) * tile_height;
  const Rows window = cumulative ? rows : tile_height;  // a cumulative one reaches above the map, where nothing counts
  add_integers(node, "kernel_shape", {window, map.width});
  add_integers(node, "strides", {tile_height, map.width});
  // The last tile is averaged over its own rows; ceil_mode would need operator set 10.
  if (window > tile_height || rows > map.height) {
    add_integers(node, "pads", {window - tile_height, 0, rows - map.height, 0});
    add_integer(node, "count_include_pad", 0);
  }
  changed_.insert(pool.output(0));
  replacements_[&pool] = {node};
}

void Rewrite::replace_excite(const onnx::NodeProto& node) {
  Nodes nodes;
  changed_.insert(node.output().begin(), node.output().end());
  if (is_view(node.op_type()) || is_one_of(node.op_type(), {"Expand", "Tile", "Resize", "Upsample"})) {
    renamed_[node.output(0)] = current(node.input(0));
  } else if (is_one_of(node.op_type(), {"Gemm", "MatMul"})) {
    replace_dense(node, nodes);
  } else if (node.op_type() == "Conv" || is_element_wise(node.op_type())) {
    onnx::NodeProto kept = node;
    for (int k = 0; k < kept.input_size(); ++k) {
      const std::string& name = node.input(k);
      kept.set_input(k, current(name));
      if (name.empty() || is_one_of(node.op_type(), {"Conv", "BatchNormalization", "Clip"})) continue;
      const Value& value = importer_.value(name);
      const bool per_channel = value.is_constant() && value.dims.size() < 3 && element_count(value.dims) > 1;
      if (per_channel) kept.set_input(k, reshaped(nodes, name, node.output(0) + "_operand", {-1, 1, 1}));
    }
    nodes.push_back(std::move(kept));
  } else {
    throw Refusal{fmt::format("node \"{}\" ({}) of its excite has no tiled form", node_title(node), node.op_type())};
  }
  replacements_[&node] = std::move(nodes);
}

/// A matrix applied to the pooled vector becomes a 1×1 convolution over the pooled tiles, with the same stored matrix.
void Rewrite::replace_dense(const onnx::NodeProto& node, Nodes& nodes) {
  const bool is_gemm = node.op_type() == "Gemm";
  if (is_gemm && (attribute(node, "alpha", 1.0) != 1.0 || attribute(node, "beta", 1.0) != 1.0))
    throw Refusal{"a Gemm of its excite has an alpha or beta that is not 1"};
  const std::string hint = node.output(0);
  const bool outputs_first = is_gemm && attribute(node, "transB", std::int64_t{0}) != 0;
  const Value& matrix = importer_.value(node.input(1));
  std::string weights = node.input(1);
  if (!outputs_first) {
    const std::string transposed = fresh(hint + "_matrix");
    nodes.push_back(make_node("Transpose", transposed, {weights}, transposed));
    add_integers(nodes.back(), "perm", {1, 0});
    weights = transposed;
  }
  const std::int64_t filters = matrix.dims.at(outputs_first ? 0 : 1), channels = matrix.dims.at(outputs_first ? 1 : 0);
  std::vector<std::string> inputs{current(node.input(0)),
                                  reshaped(nodes, weights, hint + "_weights", {filters, channels, 1, 1})};
  if (is_gemm && node.input_size() > 2 && !node.input(2).empty()) {
    const Value& bias = importer_.value(node.input(2));
    if (element_count(bias.dims) != filters)
      throw Refusal{"a Gemm of its excite has a bias that is not one value an output"};
    inputs.push_back(bias.dims.size() == 1 ? node.input(2) : reshaped(nodes, node.input(2), hint + "_bias", {filters}));
  }
  nodes.push_back(make_node("Conv", node.name(), inputs, node.output(0)));
}

/// Every row of the gate `times` times.
std::string Rewrite::repeated(Nodes& nodes, const std::string& hint, const std::string& gate, Rows times) {
  const std::vector<float> factors{1, 1, static_cast<float>(times), 1};
  if (importer_.opset() < 9) {
    const std::string output = fresh(hint);
    nodes.push_back(make_node("Upsample", output, {gate}, output));
    add_text(nodes.back(), "mode", "nearest");
    add_floats(nodes.back(), "scales", factors);
    return output;
  }
  const std::string scales = float_constant(nodes, hint + "_scales", factors);
  std::vector<std::string> inputs{gate};
  if (importer_.opset() >= 13)
    inputs.emplace_back();
  else if (importer_.opset() >= 11)
    inputs.push_back(float_constant(nodes, hint + "_roi", {}));
  inputs.push_back(scales);
  const std::string output = fresh(hint);
  onnx::NodeProto resize = make_node(importer_.opset() >= 10 ? "Resize" : "Upsample", output, inputs, output);
  add_text(resize, "mode", "nearest");
  if (importer_.opset() >= 11) {
    add_text(resize, "coordinate_transformation_mode", "asymmetric");
    add_text(resize, "nearest_mode", "floor");
  }
  nodes.push_back(std::move(resize));
  return output;
}

void Rewrite::replace_join(const Draft& draft, Rows tile_height, Rows height) {
  const std::string hint = draft.node->output(0) + "_tiles";
  Nodes nodes;
  std::string gate =
      tile_height == 1 ? current(draft.gate_name) : repeated(nodes, hint, current(draft.gate_name), tile_height);
  if (height % tile_height != 0) {
    const std::string cut = fresh(hint + "_cut");
    if (importer_.opset() < 10) {
      nodes.push_back(make_node("Slice", cut, {gate}, cut));
      add_integers(nodes.back(), "starts", {0});
      add_integers(nodes.back(), "ends", {height});
      add_integers(nodes.back(), "axes", {2});
    } else {
      const std::string begin = constant(nodes, hint + "_begin", {0}), end = constant(nodes, hint + "_end", {height}),
                        axis = constant(nodes, hint + "_axis", {2});
      nodes.push_back(make_node("Slice", cut, {gate, begin, end, axis}, cut));
    }
    gate = cut;
  }
  gate_with(draft, gate, std::move(nodes));
}

/// The product with another gate, behind the nodes that make it.
void Rewrite::gate_with(const Draft& draft, const std::string& gate, Nodes nodes) {
  onnx::NodeProto join = *draft.node;
  for (int k = 0; k < join.input_size(); ++k) {
    const bool is_gate = importer_.graph().root(join.input(k)) == draft.gate_name;
    join.set_input(k, is_gate ? gate : current(join.input(k)));
  }
  nodes.push_back(std::move(join));
  replacements_[draft.node] = std::move(nodes);
}

}  // namespace rowflow
