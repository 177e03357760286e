#include "sim/import/tflite_graph.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/import/nodes.hpp"
#include "sim/import/operators.hpp"
#include "sim/import/tflite_model.hpp"
#include "sim/import/tflite_operators.hpp"

namespace rowflow {

namespace {

constexpr int operator_set_written = 17, ir_version = 8;
constexpr std::size_t longest_description = 100;

/// A list of tensors as the file has it; empty when it is absent.
std::vector<int> indices(const flatbuffers::Vector<std::int32_t>* list) {
  return list == nullptr ? std::vector<int>{} : std::vector<int>(list->begin(), list->end());
}

bool is_helper(const onnx::NodeProto& node) {
  return is_one_of(node.op_type(), {"Transpose", "Reshape", "QuantizeLinear", "DequantizeLinear", "Identity"});
}

}  // namespace

TfliteGraph::TfliteGraph(const tflite::Model& model, const char* bytes, std::size_t size, const std::string& file,
                         Weights weights)
    : TfliteNodes(TfliteTensors(model, bytes, size, file, weights)),
      model_(model),
      source_graph_(*model.subgraphs()->Get(0)),
      file_(file),
      in_order_(tensors_.count()),
      is_input_(tensors_.count(), false),
      is_output_(tensors_.count(), false) {
  name_held();
}

void TfliteGraph::name_held() {
  const auto mark = [&](const flatbuffers::Vector<std::int32_t>* list, std::vector<bool>& marks) {
    for (const int tensor : indices(list)) {
      tensors_.check(tensor);
      if (tensor >= 0) marks[tensor] = true;
    }
  };
  mark(source_graph_.inputs(), is_input_);
  mark(source_graph_.outputs(), is_output_);
  for (int tensor = 0; tensor < tensors_.count(); ++tensor) {
    source_.push_back(tensors_.is_stored(tensor) ? tensor : -1);
    const std::size_t rank = tensors_.dims(tensor).size();
    const bool changes = rank == map_rank || tensors_.is_quantised(tensor) || (is_input_[tensor] && rank == 2);
    const bool is_end = is_input_[tensor] || is_output_[tensor];
    held_.push_back(is_end && changes ? tensors_.fresh(tensors_.name(tensor) + "/value") : tensors_.name(tensor));
  }
}

onnx::ModelProto TfliteGraph::translated() {
  result_.set_ir_version(ir_version);
  result_.set_producer_name(tflite_producer);
  if (const auto* text = model_.description())
    result_.set_producer_version(std::string(text->c_str(), std::min<std::size_t>(text->size(), longest_description)));
  graph_->set_name("tflite");
  try {
    take_inputs();
    for (const tflite::Operator* op : *source_graph_.operators()) take_operator(*op);
    op_ = nullptr;
    give_outputs();
  } catch (const Refusal& refusal) {
    throw InputError(file_, refusal.reason);
  }
  auto* set = result_.add_opset_import();
  set->set_domain("");
  set->set_version(operator_set_written);
  if (any_foreign_) {
    auto* foreign = result_.add_opset_import();
    foreign->set_domain(tflite_domain);
    foreign->set_version(1);
  }
  return std::move(result_);
}

void TfliteGraph::declare(onnx::ValueInfoProto& info, int tensor, const Dims& dims) const {
  static const char* const axes[] = {"batch", "height", "width", "channels"};
  info.set_name(tensors_.name(tensor));
  auto* type = info.mutable_type()->mutable_tensor_type();
  type->set_elem_type(tensors_.onnx_type(tensor));
  for (std::size_t k = 0; k < dims.size(); ++k) {
    auto* dim = type->mutable_shape()->add_dim();
    if (dims[k] >= 0)
      dim->set_dim_value(dims[k]);
    else
      dim->set_dim_param(k < map_rank ? axes[k] : "open");
  }
}

void TfliteGraph::take_inputs() {
  const std::vector<int> inputs = indices(source_graph_.inputs());
  const bool any_map = std::any_of(inputs.begin(), inputs.end(),
                                   [&](int tensor) { return tensor >= 0 && tensors_.dims(tensor).size() == map_rank; });
  std::vector<bool> done(tensors_.count(), false);
  for (const int tensor : inputs) {
    if (tensor < 0 || done[tensor] || tensors_.is_stored(tensor)) continue;
    done[tensor] = true;
    const Dims& dims = tensors_.dims(tensor);
    if (dims.size() == 3 && !any_map)
      throw Refusal{fmt::format("input \"{}\" has three dimensions, expected four (batch, height, width, channels)",
                                tensors_.name(tensor))};
    first_node_ = graph_->node_size();
    outputs_ = {tensor};
    std::string value = tensors_.name(tensor);
    const bool is_vector = dims.size() == 2;
    declare(*graph_->add_input(), tensor, is_vector ? Dims{dims[0], dims[1], 1, 1} : dims);
    if (is_vector) value = reshaped(value, dims);
    if (dims.size() == map_rank) value = transposed(value, to_onnx);
    if (tensors_.is_quantised(tensor)) value = dequantised(tensor, value, {});
    if (value == tensors_.name(tensor)) continue;
    node().set_output(0, held_[tensor]);
  }
}

void TfliteGraph::give_outputs() {
  std::vector<bool> done(tensors_.count(), false);
  for (const int tensor : indices(source_graph_.outputs())) {
    if (tensor < 0 || done[tensor]) continue;
    done[tensor] = true;
    outputs_ = {tensor};
    const std::string& name = tensors_.name(tensor);
    const Dims& dims = tensors_.dims(tensor);
    declare(*graph_->add_output(), tensor, dims);
    if (held_[tensor] == name || is_input_[tensor]) continue;
    const auto rounded = rounded_.find(tensor);
    std::string value = rounded == rounded_.end() ? held_[tensor] : rounded->second;
    if (dims.size() != map_rank)
      value = add("Identity", {value});
    else
      value = is_same_order(dims) ? reshaped(value, dims) : transposed(value, from_onnx);
    node().set_output(0, name);
  }
}

void TfliteGraph::take_operator(const tflite::Operator& op) {
  op_ = &op;
  inputs_ = indices(op.inputs());
  outputs_ = indices(op.outputs());
  for (const int tensor : inputs_) tensors_.check(tensor);
  for (const int tensor : outputs_) tensors_.check(tensor);
  if (outputs_.empty() || outputs_[0] < 0) return;  // it changes nothing that another could read
  read_code();
  first_node_ = graph_->node_size();
  new_constants_.clear();
  new_in_order_.clear();
  try {
    translate_operator();
    name_main_node();
  } catch (const Refusal& refusal) {
    give_up(refusal.reason);
  }
}

void TfliteGraph::read_code() {
  const auto* codes = model_.operator_codes();
  if (codes == nullptr || op_->code() >= codes->size())
    throw InputError(file_, fmt::format("found an operator of code {}, which the file does not have", op_->code()));
  const tflite::OperatorCode& code = *codes->Get(op_->code());
  code_ = static_cast<tflite::Code>(std::max(static_cast<int>(code.code()), static_cast<int>(code.old_code())));
  custom_.clear();
  if (const auto* text = code.custom_code())
    custom_.assign(text->c_str(), std::min<std::size_t>(text->size(), longest_description));
}

void TfliteGraph::translate_operator() {
  const bool is_form = code_ == tflite::Code::DEQUANTIZE || code_ == tflite::Code::DENSIFY;
  if (is_form && has_input(0) && is_constant(0) && !is_output_[outputs_[0]]) {  // of what is stored
    source_[outputs_[0]] = source_[inputs_[0]];
    return;
  }
  const TfliteOperator translate = find_tflite_operator(code_, custom_);
  if (translate == nullptr) throw Refusal{refusal_reason(foreign_operator_name(code_, custom_))};
  translate(*this);
}

/// The operator as one of TFLite's own, which the import refuses with this reason or the user takes to be free.
void TfliteGraph::give_up(const std::string& reason) {
  while (graph_->node_size() > first_node_) graph_->mutable_node()->RemoveLast();
  for (const auto& key : new_constants_) constants_.erase(key);
  for (const int tensor : new_in_order_) in_order_[tensor].clear();
  onnx::NodeProto& added = *graph_->add_node();
  added.set_op_type(foreign_operator_name(code_, custom_));
  added.set_domain(tflite_domain);
  added.set_name(title());
  added.set_doc_string(reason);
  for (const int tensor : inputs_)
    if (tensor >= 0 && source_[tensor] < 0) added.add_input(held_[tensor]);
  for (const int tensor : outputs_)
    if (tensor >= 0) added.add_output(held_[tensor]);
  any_foreign_ = true;
}

/// The node that the operator is about bears the name of what it writes: layers are called so.
void TfliteGraph::name_main_node() {
  auto* nodes = graph_->mutable_node();
  int main = nodes->size() - 1;
  for (int k = nodes->size() - 1; k >= first_node_; --k)
    if (!is_helper(nodes->Get(k))) main = k;
  if (main >= first_node_) nodes->Mutable(main)->set_name(title());
}

int TfliteGraph::input(int k) const {
  if (!has_input(k)) throw Refusal{fmt::format("input {} is missing", k)};
  return inputs_[k];
}

int TfliteGraph::output(int k) const {
  if (k >= outputs() || outputs_[k] < 0) throw Refusal{fmt::format("output {} is missing", k)};
  return outputs_[k];
}

std::vector<std::int64_t> TfliteGraph::integers(int k) const {
  const int tensor = source_[input(k)];
  if (tensor < 0) throw Refusal{fmt::format("input {} is not a constant known to the file", k)};
  return tensors_.integers(tensor);
}

std::string TfliteGraph::value(int k) { return operand(k, input_dims(k).size()); }

std::string TfliteGraph::to_map(const std::string& value, const Dims& dims) {
  if (is_same_order(dims)) return reshaped(value, {dims[0], dims[3], dims[1], dims[2]});
  return transposed(reshaped(value, dims), to_onnx);
}

std::string TfliteGraph::operand(int k, std::size_t rank) {
  const int tensor = input(k);
  const Dims& dims = tensors_.dims(tensor);
  Dims lifted(rank > dims.size() ? rank - dims.size() : 0, 1);
  lifted.insert(lifted.end(), dims.begin(), dims.end());
  if (source_[tensor] >= 0) {
    TensorForm form;
    if (lifted.size() != dims.size()) form.dims = lifted;
    if (lifted.size() == map_rank) form.order = to_onnx;
    return constant(source_[tensor], form, false);
  }
  if (lifted.size() == dims.size()) return held_[tensor];
  return rank == map_rank ? to_map(held_[tensor], lifted) : reshaped(in_order(k), lifted);
}

std::string TfliteGraph::in_order(int k) {
  const int tensor = input(k);
  const Dims& dims = tensors_.dims(tensor);
  if (source_[tensor] >= 0) return constant(source_[tensor], {}, false);
  if (dims.size() != map_rank) return held_[tensor];
  if (in_order_[tensor].empty()) {
    in_order_[tensor] = is_same_order(dims) ? reshaped(held_[tensor], dims) : transposed(held_[tensor], from_onnx);
    new_in_order_.push_back(tensor);
  }
  return in_order_[tensor];
}

std::string TfliteGraph::weights(int k, const TensorForm& form) {
  const int tensor = source_[input(k)];
  if (tensor < 0) throw Refusal{"its weights are computed from a feature map, expected stored ones"};
  return constant(tensor, form, true);
}

void TfliteGraph::finish(const std::string& value, int k) {
  const int tensor = output(k);
  std::string result = value;
  if (tensors_.is_quantised(tensor) && tensors_.onnx_type(tensor) != onnx::TensorProto::INT32) {
    const RoundingNames names = rounding_names(tensor, {});
    result = add("QuantizeLinear", {result, names.scale, names.zero_point});
    if (names.axis >= 0) add_integer(node(), "axis", names.axis);
    if (is_output_[tensor]) rounded_[tensor] = result;
    result = dequantised(tensor, result, {});
  }
  const bool is_new =
      std::any_of(graph_->node().begin() + first_node_, graph_->node().end(), [&](const onnx::NodeProto& node) {
        return std::find(node.output().begin(), node.output().end(), result) != node.output().end();
      });
  if (!is_new) result = add("Identity", {result});
  for (int n = graph_->node_size() - 1; n >= first_node_; --n) {
    auto* outputs = graph_->mutable_node(n)->mutable_output();
    const auto entry = std::find(outputs->begin(), outputs->end(), result);
    if (entry == outputs->end()) continue;
    *entry = held_[tensor];
    return;
  }
}

void TfliteGraph::finish_in_order(const std::string& value, int k) {
  const Dims& dims = output_dims(k);
  finish(dims.size() == map_rank ? to_map(value, dims) : reshaped(value, dims), k);
}

}  // namespace rowflow
