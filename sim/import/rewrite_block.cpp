#include "sim/import/rewrite_block.hpp"

#include <fmt/format.h>

#include "sim/base/integer.hpp"
#include "sim/import/nodes.hpp"

namespace rowflow {

namespace {

bool is_element_wise(const std::string& op) {
  return is_one_of(op, {"Add",
                        "Sub",
                        "Mul",
                        "Div",
                        "Relu",
                        "LeakyRelu",
                        "PRelu",
                        "Elu",
                        "Selu",
                        "Celu",
                        "Sigmoid",
                        "HardSigmoid",
                        "HardSwish",
                        "Tanh",
                        "Clip",
                        "Max",
                        "Min",
                        "Softplus",
                        "Exp",
                        "Log",
                        "Erf",
                        "Pow",
                        "Sqrt",
                        "Reciprocal",
                        "Neg",
                        "Abs",
                        "Sign",
                        "Softsign",
                        "Gelu",
                        "Mish",
                        "Floor",
                        "Ceil",
                        "Round",
                        "Sin",
                        "Cos",
                        "ThresholdedRelu",
                        "BatchNormalization"});
}

}  // namespace

RewriteBlock::RewriteBlock(Importer& importer, const onnx::ModelProto& model) : importer_(importer) {
  for (const auto& input : model.graph().input()) names_.insert(input.name());
  for (const auto& tensor : model.graph().initializer()) names_.insert(tensor.name());
  for (const auto& node : model.graph().node()) names_.insert(node.output().begin(), node.output().end());
}

std::string RewriteBlock::fresh(const std::string& hint) {
  std::string name = hint;
  for (int k = 2; !names_.insert(name).second; ++k) name = fmt::format("{}_{}", hint, k);
  return name;
}

const std::string& RewriteBlock::current(const std::string& name) const {
  const auto entry = renamed_.find(name);
  return entry == renamed_.end() ? name : entry->second;
}

std::string RewriteBlock::constant(Nodes& nodes, const std::string& hint, const std::vector<std::int64_t>& values) {
  const std::string name = fresh(hint);
  onnx::NodeProto node = make_node("Constant", name, {}, name);
  onnx::TensorProto& tensor = add_tensor(node, onnx::TensorProto::INT64, values.size());
  for (const std::int64_t value : values) tensor.add_int64_data(value);
  nodes.push_back(std::move(node));
  return name;
}

std::string RewriteBlock::float_constant(Nodes& nodes, const std::string& hint, const std::vector<float>& values) {
  const std::string name = fresh(hint);
  onnx::NodeProto node = make_node("Constant", name, {}, name);
  onnx::TensorProto& tensor = add_tensor(node, onnx::TensorProto::FLOAT, values.size());
  for (const float value : values) tensor.add_float_data(value);
  nodes.push_back(std::move(node));
  return name;
}

std::string RewriteBlock::reshaped(Nodes& nodes, const std::string& name, const std::string& hint,
                                   const std::vector<std::int64_t>& dims) {
  const std::string shape = constant(nodes, hint + "_shape", dims), output = fresh(hint);
  nodes.push_back(make_node("Reshape", output, {name, shape}, output));
  return output;
}

/// The map [1, C, H, W] that a view of it was made from.
const std::string& RewriteBlock::map_name(const std::string& name) const {
  const std::string* found = &name;
  for (int steps = 0; steps < 16 && importer_.value(*found).dims.size() != 4; ++steps) {
    const onnx::NodeProto* writer = importer_.graph().writer(*found);
    if (writer == nullptr || !is_view(writer->op_type())) break;
    found = &importer_.graph().root(writer->input(0));
  }
  const Value& map = importer_.value(*found);
  if (map.dims.size() != 4) throw Refusal{"the block pools something else than a map of four axes"};
  return *found;
}

void RewriteBlock::replace_pool(const Draft& draft, Rows tile_height, bool cumulative, const Shape& map) {
  const onnx::NodeProto& pool = *draft.pool_node;
  Nodes nodes;
  const std::string& hint = pool.output(0);
  std::string pooled = current(map_name(draft.pooled_name)), output = hint;
  if (importer_.value(map_name(draft.pooled_name)).layout == Layout::nhwc)
    pooled = transposed(nodes, pooled, hint + "_rows", {0, 3, 1, 2});
  const bool is_sum = pool.op_type() == "ReduceSum";
  if (is_sum) output = fresh(hint + "_mean");
  onnx::NodeProto node = make_node("AveragePool", pool.name(), {pooled}, output);
  const Rows rows = ceil_div(map.height, tile_height) * tile_height;
  const Rows window = cumulative ? rows : tile_height;  // a cumulative one reaches above the map, where nothing counts
  add_integers(node, "kernel_shape", {window, map.width});
  add_integers(node, "strides", {tile_height, map.width});
  // The last tile is averaged over its own rows; ceil_mode would need operator set 10.
  if (window > tile_height || rows > map.height) {
    add_integers(node, "pads", {window - tile_height, 0, rows - map.height, 0});
    add_integer(node, "count_include_pad", 0);
  }
  nodes.push_back(node);
  if (is_sum) {  // of as many pixels as the map has, since that is what its sum is divided by behind it
    const std::string pixels = float_constant(nodes, hint + "_pixels", {static_cast<float>(map.height * map.width)});
    nodes.push_back(make_node("Mul", fresh(hint + "_sum"), {output, pixels}, hint));
  }
  changed_.insert(hint);
  replacements_[&pool] = nodes;
}

void RewriteBlock::replace_excite(const onnx::NodeProto& node) {
  Nodes nodes;
  changed_.insert(node.output().begin(), node.output().end());
  if (is_view(node.op_type()) || is_one_of(node.op_type(), {"Expand", "Tile", "Resize", "Upsample"})) {
    renamed_[node.output(0)] = current(node.input(0));
  } else if (is_one_of(node.op_type(), {"Gemm", "MatMul"})) {
    replace_dense(node, nodes);
  } else if (node.op_type() == "Conv" || is_element_wise(node.op_type())) {
    onnx::NodeProto kept = node.op_type() == "Conv" ? pixel_wise(node, nodes) : node;
    for (int k = 0; k < kept.input_size(); ++k) {
      const std::string name = kept.input(k);
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

/// A convolution over a vector written with one axis: over tiles it has two.
onnx::NodeProto RewriteBlock::pixel_wise(const onnx::NodeProto& node, Nodes& nodes) {
  onnx::NodeProto kept = node;
  const Dims& weights = importer_.value(node.input(1)).dims;
  if (weights.size() != 3) return kept;
  kept.clear_attribute();
  for (const auto& attribute : node.attribute())
    if (attribute.name() == "group") *kept.add_attribute() = attribute;
  kept.set_input(1, reshaped(nodes, node.input(1), node.output(0) + "_weights", {weights[0], weights[1], 1, 1}));
  return kept;
}

std::string RewriteBlock::transposed(Nodes& nodes, const std::string& name, const std::string& hint,
                                     const std::vector<std::int64_t>& perm) {
  const std::string output = fresh(hint);
  nodes.push_back(make_node("Transpose", output, {name}, output));
  add_integers(nodes.back(), "perm", perm);
  return output;
}

/// A matrix applied to the pooled vector becomes a 1×1 convolution over the pooled tiles, with the same stored matrix.
void RewriteBlock::replace_dense(const onnx::NodeProto& node, Nodes& nodes) {
  const bool is_gemm = node.op_type() == "Gemm";
  if (is_gemm && (attribute(node, "alpha", 1.0) != 1.0 || attribute(node, "beta", 1.0) != 1.0))
    throw Refusal{"a Gemm of its excite has an alpha or beta that is not 1"};
  const std::string hint = node.output(0);
  const bool outputs_first = is_gemm && attribute(node, "transB", std::int64_t{0}) != 0;
  const Value& matrix = importer_.value(node.input(1));
  std::string weights = node.input(1);
  if (!outputs_first) {
    weights = transposed(nodes, weights, hint + "_matrix", {1, 0});
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
std::string RewriteBlock::repeated(Nodes& nodes, const std::string& hint, const std::string& gate, Rows times) {
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

void RewriteBlock::replace_join(const Draft& draft, Rows tile_height, Rows height) {
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
  for (const std::string& name : draft.node->input()) {
    const Value& map = importer_.value(name);
    if (importer_.graph().root(name) == draft.gate_name) continue;
    if (map.dims.size() != 4)
      throw Refusal{fmt::format("the block scales a map written with {} axes, expected four", map.dims.size())};
    if (map.layout == Layout::nhwc) gate = transposed(nodes, gate, hint + "_last", {0, 2, 3, 1});
  }
  gate_with(draft, gate, std::move(nodes));
}

void RewriteBlock::gate_with(const Draft& draft, const std::string& gate, Nodes nodes) {
  onnx::NodeProto join = *draft.node;
  for (int k = 0; k < join.input_size(); ++k) {
    const bool is_gate = importer_.graph().root(join.input(k)) == draft.gate_name;
    join.set_input(k, is_gate ? gate : current(join.input(k)));
  }
  nodes.push_back(std::move(join));
  replacements_[draft.node] = std::move(nodes);
}

}  // namespace rowflow
