#include "sim/import/importer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/import/model_file.hpp"
#include "sim/import/operators.hpp"

namespace rowflow {

namespace {

bool is_standard(const onnx::NodeProto& node) { return node.domain().empty() || node.domain() == "ai.onnx"; }

Operator operator_of(const onnx::NodeProto& node) {
  if (!is_standard(node)) throw Refusal{fmt::format("an operator of \"{}\", not of ONNX itself", node.domain())};
  const Operator found = find_operator(node.op_type());
  if (found == nullptr) throw Refusal{refusal_reason(node.op_type())};
  return found;
}

}  // namespace

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
  for (const std::string& name : options_.assume_free) {
    if (used_free_.count(name) == 0)
      warnings_.push_back(fmt::format("--assume-free {} changed nothing: no operator or node of this name was refused", name));
  }
  if (!lost_.empty()) throw Defect("output \"" + lost_ + "\" of the model was lost, and no problem was found that explains it");
}

void Importer::take_node() {
  const auto lose = [&] {
    for (const std::string& output : node_->output()) values_[output] = Value{};
  };
  try {
    const Reads reads = reads_of(*node_);
    if (reads.any_poison) {  // told already; an operator without any rule is a problem of its own
      if (!is_assumed_free()) operator_of(*node_);
      return lose();
    }
    if (reads.any_opaque) throw Refusal{"it reads what an assumed-free operator has given another shape"};
    import_node(reads.all_constant);
  } catch (const Refusal& refusal) {
    problems_.add(*node_, refusal.reason);
    lose();
  }
}

/// By rule; where no rule covers it and the user takes it to be free, as that.
void Importer::import_node(bool all_constant) {
  try {
    if (all_constant && is_standard(*node_) && fold_constants(*this, node_->op_type())) return;
    operator_of (*node_)(*this);
  } catch (const Refusal&) {
    if (!is_assumed_free()) throw;
    pass_assumed();
  }
}

bool Importer::is_assumed_free() {
  const auto& free = options_.assume_free;
  const auto named = std::find_if(free.begin(), free.end(),
                                  [&](const std::string& name) { return name == node_->op_type() || name == node_title(*node_); });
  if (named != free.end()) used_free_.insert(*named);
  return named != free.end();
}

Importer::Reads Importer::reads_of(const onnx::NodeProto& node) const {
  Reads reads;
  reads.all_constant = node.input_size() > 0;
  for (const std::string& name : node.input()) {
    if (name.empty()) continue;
    const auto entry = values_.find(graph_.root(name));
    if (entry == values_.end())
      throw Refusal{fmt::format("its input \"{}\" is neither an input, a stored tensor, nor written by a node", name)};
    reads.all_constant = reads.all_constant && entry->second.is_constant();
    reads.any_poison = reads.any_poison || entry->second.kind == Value::Kind::poison;
    reads.any_opaque = reads.any_opaque || entry->second.kind == Value::Kind::opaque;
  }
  return reads;
}

/// One map in, elements unchanged; several maps: their layers leave the network here; constants in, constant out.
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
  } else {
    result.kind = Value::Kind::constant;
    if (has_input(0)) result.dims = raw_input(0).dims;
  }
  for (int k = 0; k < node_->output_size(); ++k) set_output(k, result);
}

void Importer::take_outputs() {
  for (const auto& output : model_.graph().output()) {
    const auto entry = values_.find(graph_.root(output.name()));
    if (entry == values_.end()) {
      problems_.add(fmt::format("output \"{}\" is written by no node", output.name()));
      continue;
    }
    if (entry->second.kind == Value::Kind::poison) {
      lost_ = output.name();
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
