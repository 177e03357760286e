#include "sim/import/importer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/import/model_file.hpp"
#include "sim/import/operators.hpp"

namespace rowflow {

Importer::Importer(const onnx::ModelProto& model, const std::string& file, const ImportOptions& options)
    : model_(model), file_(file), options_(options), problems_(file), opset_(operator_set(model, file)), graph_(model.graph(), file) {}

void Importer::walk() {
  read_stored();
  read_inputs();
  for (const auto* node : graph_.nodes()) {
    node_ = node;
    take_node();
  }
  take_outputs();
  problems_.fail_if_any();
}

void Importer::take_node() {
  try {
    if (!is_known(*node_)) return;
    bool all_constant = node_->input_size() > 0, any_poison = false;
    for (const std::string& name : node_->input()) {
      if (name.empty()) continue;
      const auto entry = values_.find(graph_.root(name));
      if (entry == values_.end())
        throw Refusal{fmt::format("its input \"{}\" is neither an input, a stored tensor, nor written by a node", name)};
      all_constant = all_constant && entry->second.is_constant();
      any_poison = any_poison || entry->second.kind == Value::Kind::poison;
      if (entry->second.kind == Value::Kind::opaque) throw Refusal{"it reads what an assumed-free operator has given another shape"};
    }
    if (any_poison) {
      for (const std::string& output : node_->output()) values_[output] = Value{};  // told already
    } else if (!(all_constant && fold_constants(*this, node_->op_type()))) {
      find_operator(node_->op_type())(*this);
    }
  } catch (const Refusal& refusal) {
    problems_.add(*node_, refusal.reason);
    for (const std::string& output : node_->output()) values_[output] = Value{};
  }
}

bool Importer::is_known(const onnx::NodeProto& node) {
  const bool is_standard = node.domain().empty() || node.domain() == "ai.onnx";
  if (is_standard && find_operator(node.op_type()) != nullptr) return true;
  const auto& free = options_.assume_free;
  if (std::find(free.begin(), free.end(), node.op_type()) != free.end()) {
    pass_assumed();
    return false;
  }
  bool all_constant = node.input_size() > 0;
  for (const std::string& name : node.input()) {
    const auto entry = values_.find(graph_.root(name));
    all_constant = all_constant && (name.empty() || (entry != values_.end() && entry->second.is_constant()));
  }
  if (is_standard && all_constant && fold_constants(*this, node.op_type())) return false;
  throw Refusal{is_standard ? refusal_reason(node.op_type()) : fmt::format("an operator of \"{}\", not of ONNX itself", node.domain())};
}

/// One map in, elements unchanged; several maps: their layers leave the network here.
void Importer::pass_assumed() {
  assumed_free_.push_back(fmt::format("{} ({})", node_title(*node_), node_->op_type()));
  Value result;
  std::vector<Value> maps;
  for (int k = 0; k < node_->input_size(); ++k) {
    if (has_input(k) && values_[graph_.root(node_->input(k))].is_map()) maps.push_back(input(k));
  }
  if (maps.size() == 1) {
    result = maps[0];
    result.exclusive = is_only_reader(maps[0], 1);
  } else if (!maps.empty()) {
    result.kind = Value::Kind::opaque;
    for (const Value& map : maps) result.opaque_layers.push_back(map.layer);
  }
  if (node_->output_size() > 0) set_output(0, result);
}

void Importer::take_outputs() {
  for (const auto& output : model_.graph().output()) {
    const auto entry = values_.find(graph_.root(output.name()));
    if (entry == values_.end()) {
      problems_.add(fmt::format("output \"{}\" is written by no node", output.name()));
      continue;
    }
    const Value value = entry->second.function ? materialised(entry->second) : entry->second;
    values_[graph_.root(output.name())] = value;
    std::vector<int> layers = value.opaque_layers;
    if (value.is_map()) layers.push_back(value.layer);
    if (value.is_constant()) problems_.add(fmt::format("output \"{}\" does not depend on the input", output.name()));
    for (const int layer : layers) {
      if (layer == network_input) problems_.add(fmt::format("output \"{}\" is the input itself", output.name()));
      if (layer != network_input && std::find(outputs_.begin(), outputs_.end(), layer) == outputs_.end()) outputs_.push_back(layer);
    }
  }
}

}  // namespace rowflow
