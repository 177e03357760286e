#include "sim/import/rewrite.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rowflow {

namespace {

bool is_one_of(const std::string& op, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return op == name; });
}

bool is_view(const std::string& op) {
  return is_one_of(op, {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Identity", "Dropout", "Cast"});
}

bool is_element_wise(const std::string& op) {
  return is_one_of(op,
                   {"Add",     "Sub",         "Mul",       "Div",  "Relu",     "LeakyRelu", "PRelu", "Elu", "Selu", "Celu",
                    "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softplus", "Exp",       "Clip",  "Max", "Min",  "BatchNormalization"});
}

onnx::NodeProto make_node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs,
                          const std::string& output) {
  onnx::NodeProto node;
  node.set_op_type(op);
  node.set_name(name);
  for (const auto& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

void add_integers(onnx::NodeProto& node, const char* name, const std::vector<std::int64_t>& values) {
  auto* added = node.add_attribute();
  added->set_name(name);
  added->set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) added->add_ints(value);
}

void add_integer(onnx::NodeProto& node, const char* name, std::int64_t value) {
  auto* added = node.add_attribute();
  added->set_name(name);
  added->set_type(onnx::AttributeProto::INT);
  added->set_i(value);
}

void add_text(onnx::NodeProto& node, const char* name, const char* value) {
  auto* added = node.add_attribute();
  added->set_name(name);
  added->set_type(onnx::AttributeProto::STRING);
  added->set_s(value);
}

onnx::TensorProto& add_tensor(onnx::NodeProto& node, int type, std::size_t size) {
  auto* added = node.add_attribute();
  added->set_name("value");
  added->set_type(onnx::AttributeProto::TENSOR);
  added->mutable_t()->set_data_type(type);
  added->mutable_t()->add_dims(static_cast<std::int64_t>(size));
  return *added->mutable_t();
}

}  // namespace

Rewrite::Rewrite(Importer& importer, onnx::ModelProto& model) : importer_(importer), model_(model) {
  for (const auto& input : model.graph().input()) names_.insert(input.name());
  for (const auto& tensor : model.graph().initializer()) names_.insert(tensor.name());
  for (const auto& node : model.graph().node()) names_.insert(node.output().begin(), node.output().end());
}

std::string Rewrite::fresh(const std::string& hint) {
  std::string name = hint;
  for (int k = 2; !names_.insert(name).second; ++k) name = fmt::format("{}_{}", hint, k);
  return name;
}

const std::string& Rewrite::current(const std::string& name) const {
  const auto entry = renamed_.find(name);
  return entry == renamed_.end() ? name : entry->second;
}

std::string Rewrite::constant(Nodes& nodes, const std::string& hint, const std::vector<std::int64_t>& values) {
  const std::string name = fresh(hint);
  onnx::NodeProto node = make_node("Constant", name, {}, name);
  onnx::TensorProto& tensor = add_tensor(node, onnx::TensorProto::INT64, values.size());
  for (const std::int64_t value : values) tensor.add_int64_data(value);
  nodes.push_back(std::move(node));
  return name;
}

std::string Rewrite::float_constant(Nodes& nodes, const std::string& hint, const std::vector<float>& values) {
  const std::string name = fresh(hint);
  onnx::NodeProto node = make_node("Constant", name, {}, name);
  onnx::TensorProto& tensor = add_tensor(node, onnx::TensorProto::FLOAT, values.size());
  for (const float value : values) tensor.add_float_data(value);
  nodes.push_back(std::move(node));
  return name;
}

std::string Rewrite::reshaped(Nodes& nodes, const std::string& name, const std::string& hint, const std::vector<std::int64_t>& dims) {
  const std::string shape = constant(nodes, hint + "_shape", dims), output = fresh(hint);
  nodes.push_back(make_node("Reshape", output, {name, shape}, output));
  return output;
}

/// Nodes between pool and gate, in order of execution. Views are followed through their data alone.
std::vector<const onnx::NodeProto*> Rewrite::path(const onnx::NodeProto* pool, const std::string& gate) const {
  const Graph& graph = importer_.graph();
  std::unordered_set<std::string> from_pool(pool->output().begin(), pool->output().end());
  const auto reads_pool = [&](const onnx::NodeProto& node) {
    const int inputs = is_view(node.op_type()) ? std::min(1, node.input_size()) : node.input_size();
    return std::any_of(node.input().begin(), node.input().begin() + inputs,
                       [&](const std::string& name) { return from_pool.count(name) > 0; });
  };
  std::vector<const onnx::NodeProto*> below, result;
  for (const auto* node : graph.nodes()) {  // nobody outside the block reads the pool, so everything below it up to the gate is the block's
    if (!reads_pool(*node) || from_pool.count(gate) > 0) continue;
    if (is_one_of(node->op_type(), {"Shape", "Size"})) continue;
    below.push_back(node);
    from_pool.insert(node->output().begin(), node->output().end());
  }
  std::unordered_set<std::string> wanted{gate};
  for (auto node = below.rbegin(); node != below.rend(); ++node) {
    const bool leads_to_gate =
        std::any_of((*node)->output().begin(), (*node)->output().end(), [&](const std::string& name) { return wanted.count(name) > 0; });
    if (!leads_to_gate) continue;
    wanted.insert((*node)->input().begin(), (*node)->input().end());
    result.insert(result.begin(), *node);
  }
  return result;
}

void Rewrite::tile(const Draft& draft, Rows tile_height) {
  if (importer_.opset() < 10)
    throw Refusal{fmt::format("operator set {} has no average pool with ceil_mode; export the model with 10 or newer", importer_.opset())};
  const Shape& map = draft.layer.input_shapes[0];
  if (importer_.value(draft.pool_node->input(0)).layout != Layout::nchw)
    throw Refusal{"the block pools a map in height-width-channel order"};
  replace_pool(draft, tile_height, map);
  for (const auto* node : path(draft.pool_node, draft.gate_name)) replace_excite(*node);
  replace_join(draft, tile_height, map.height);
}

void Rewrite::replace_pool(const Draft& draft, Rows tile_height, const Shape& map) {
  const onnx::NodeProto& pool = *draft.pool_node;
  onnx::NodeProto node = make_node("AveragePool", pool.name(), {current(pool.input(0))}, pool.output(0));
  add_integers(node, "kernel_shape", {tile_height, map.width});
  add_integers(node, "strides", {tile_height, map.width});
  add_integer(node, "ceil_mode", map.height % tile_height == 0 ? 0 : 1);
  changed_.insert(pool.output(0));
  replacements_[&pool] = {node};
}

void Rewrite::replace_excite(const onnx::NodeProto& node) {
  Nodes nodes;
  changed_.insert(node.output().begin(), node.output().end());
  if (is_view(node.op_type())) {
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
  std::vector<std::string> inputs{current(node.input(0)), reshaped(nodes, weights, hint + "_weights", {filters, channels, 1, 1})};
  if (is_gemm && node.input_size() > 2 && !node.input(2).empty()) {
    const Value& bias = importer_.value(node.input(2));
    if (element_count(bias.dims) != filters) throw Refusal{"a Gemm of its excite has a bias that is not one value an output"};
    inputs.push_back(bias.dims.size() == 1 ? node.input(2) : reshaped(nodes, node.input(2), hint + "_bias", {filters}));
  }
  nodes.push_back(make_node("Conv", node.name(), inputs, node.output(0)));
}

/// Every row of the gate `times` times.
std::string Rewrite::repeated(Nodes& nodes, const std::string& hint, const std::string& gate, Rows times) {
  const std::string scales = float_constant(nodes, hint + "_scales", {1, 1, static_cast<float>(times), 1});
  std::vector<std::string> inputs{gate};
  if (importer_.opset() >= 13)
    inputs.emplace_back();
  else if (importer_.opset() >= 11)
    inputs.push_back(float_constant(nodes, hint + "_roi", {}));
  inputs.push_back(scales);
  const std::string output = fresh(hint);
  onnx::NodeProto resize = make_node("Resize", output, inputs, output);
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
  std::string gate = tile_height == 1 ? current(draft.gate_name) : repeated(nodes, hint, current(draft.gate_name), tile_height);
  if (height % tile_height != 0) {
    const std::string begin = constant(nodes, hint + "_begin", {0}), end = constant(nodes, hint + "_end", {height}),
                      axis = constant(nodes, hint + "_axis", {2});
    const std::string cut = fresh(hint + "_cut");
    nodes.push_back(make_node("Slice", cut, {gate, begin, end, axis}, cut));
    gate = cut;
  }
  onnx::NodeProto join = *draft.node;
  for (int k = 0; k < join.input_size(); ++k) {
    const bool is_gate = importer_.graph().root(join.input(k)) == draft.gate_name;
    join.set_input(k, is_gate ? gate : current(join.input(k)));
  }
  nodes.push_back(std::move(join));
  replacements_[draft.node] = std::move(nodes);
}

void Rewrite::apply() {
  std::unordered_set<const onnx::NodeProto*> was_live(importer_.graph().nodes().begin(), importer_.graph().nodes().end());
  std::vector<std::pair<onnx::NodeProto, bool>> nodes;  // with: may go when nobody needs it
  for (auto& node : *model_.mutable_graph()->mutable_node()) {
    const auto entry = replacements_.find(&node);
    const bool live = was_live.count(&node) > 0;
    if (entry == replacements_.end()) {
      nodes.emplace_back(node, live);
    } else {
      for (auto& replacement : entry->second) nodes.emplace_back(std::move(replacement), true);
    }
  }
  std::unordered_set<std::string> needed;
  for (const auto& output : model_.graph().output()) needed.insert(output.name());
  std::vector<const onnx::NodeProto*> kept;
  for (auto entry = nodes.rbegin(); entry != nodes.rend(); ++entry) {
    const auto& outputs = entry->first.output();
    const bool is_needed = std::any_of(outputs.begin(), outputs.end(), [&](const std::string& name) { return needed.count(name) > 0; });
    if (entry->second && !is_needed) continue;
    needed.insert(entry->first.input().begin(), entry->first.input().end());
    kept.push_back(&entry->first);
  }
  auto* list = model_.mutable_graph()->mutable_node();
  list->Clear();
  for (auto node = kept.rbegin(); node != kept.rend(); ++node) *list->Add() = **node;
  auto* known = model_.mutable_graph()->mutable_value_info();
  for (int k = known->size() - 1; k >= 0; --k) {
    if (changed_.count(known->Get(k).name()) > 0) known->DeleteSubrange(k, 1);
  }
}

}  // namespace rowflow
