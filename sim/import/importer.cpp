#include "sim/import/importer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "sim/base/error.hpp"
#include "sim/import/fold.hpp"
#include "sim/import/inputs.hpp"
#include "sim/import/model_file.hpp"
#include "sim/import/nodes.hpp"
#include "sim/import/operators.hpp"
#include "sim/import/outputs.hpp"
#include "sim/import/plain_forms.hpp"
#include "sim/import/tail.hpp"
#include "sim/import/tflite_model.hpp"

namespace rowflow {

namespace {

bool is_standard(const onnx::NodeProto& node) {
  return node.domain().empty() || node.domain() == "ai.onnx" || is_quantiser(node);
}

/// Of TFLite's operators without a place in ONNX the reader of the file says why.
std::string foreign(const onnx::NodeProto& node) {
  if (node.domain() == tflite_domain) return node.doc_string();
  return fmt::format("an operator of \"{}\", not of ONNX itself", node.domain());
}

Operator operator_of(const onnx::NodeProto& node) {
  if (!is_standard(node)) throw Refusal{foreign(node)};
  const Operator found = find_operator(node.op_type());
  if (found == nullptr) throw Refusal{refusal_reason(node.op_type())};
  return found;
}

}  // namespace

Importer::Importer(const onnx::ModelProto& model, const std::string& file, const ImportOptions& options)
    : Importer(model, file, options, {operator_set(model, file), chosen_outputs(model.graph(), options.outputs)}) {}

Importer::Importer(const onnx::ModelProto& model, const std::string& file, const ImportOptions& options, Begin begin)
    : Values(Graph(model.graph(), begin.outputs, file), file),
      model_(model),
      options_(options),
      problems_(file),
      opset_(begin.opset),
      output_names_(std::move(begin.outputs)),
      tail_(find_tail(graph_, model.graph())) {}

void Importer::walk() {
  GraphInputs read = read_inputs(model_, graph_, options_, problems_);
  values_ = std::move(read.values);
  inputs_ = std::move(read.inputs);
  batch_ = read.batch;
  warnings_ = std::move(read.warnings);
  for (const auto* node : graph_.nodes()) {
    graph_node_ = node;
    node_ = plain_form(*node, rewritten_);
    take_node();
  }
  for (const std::string& output : output_names_) take_output(output);
  if (!any_output_ && lost_.empty()) problems_.add("found no output that depends on the input");
  problems_.fail_if_any();
  if (!lost_.empty())
    throw Defect("output \"" + lost_ + "\" of the model was lost, and no problem was found that explains it");
  drop_unread();
  note_cut();
  note_unused_free();
}

bool Importer::may_fold(const Dims& dims) const {
  constexpr std::int64_t most_folded = std::int64_t{1} << 26;  // of all constants together: a second or so
  const std::int64_t count = element_count(dims);
  if (count > most_constant_elements || folded_ > most_folded) return false;
  folded_ += count;
  return true;
}

void Importer::note_unused_free() {
  for (const std::string& name : options_.assume_free) {
    if (used_free_.count(name) == 0)
      warnings_.push_back(
          fmt::format("--assume-free {} changed nothing: no operator or node of this name was refused", name));
  }
}

void Importer::note_branch() {
  if (node_->op_type() != "If" || node_->input_size() != 1) return;
  const auto entry = values_.find(graph_.root(node_->input(0)));
  const bool is_known = entry != values_.end() && entry->second.is_constant() && entry->second.constant &&
                        entry->second.constant->size() == 1;
  if (is_known) branches_[graph_node_] = entry->second.constant->number(0) != 0;
}

void Importer::take_node() {
  note_branch();
  std::optional<Reads> reads;  // nothing of a node that reads what nobody writes
  const std::size_t told = warnings_.size();
  try {
    reads = reads_of(*node_);
    if (reads->any_poison) return follow_poison();
    if (reads->any_opaque && !may_cut(*reads))
      throw Refusal{"it reads what the host computes, or what an assumed-free operator has given another shape"};
    if (reads->any_opaque) return cut(*reads);
    import_node(reads->all_constant);
  } catch (const Refusal& refusal) {
    warnings_.resize(told);  // of layers that are none
    if (reads && may_cut(*reads)) return cut(*reads);
    problems_.add(*node_, refusal.reason);
    for (const std::string& output : node_->output()) values_[output] = Value{};
  }
}

/// What a refused node was to write is missing here. That is no problem of its own; an operator without any rule is.
void Importer::follow_poison() {
  for (const std::string& output : node_->output()) values_[output] = Value{};
  const auto& free = options_.assume_free;
  const bool is_free = std::find(free.begin(), free.end(), node_->op_type()) != free.end();
  const bool has_rule =
      is_standard(*node_) && (find_operator(node_->op_type()) != nullptr || find_fold(node_->op_type()) != nullptr);
  if (has_rule || is_free || tail_.count(graph_node_) > 0)
    problems_.count_behind();
  else
    problems_.add(*node_, is_standard(*node_) ? refusal_reason(node_->op_type()) : foreign(*node_));
}

/// By rule; where no rule covers it and the user takes it to be free, as that.
void Importer::import_node(bool all_constant) {
  try {
    if (all_constant && is_standard(*node_) && fold_constants(*this, node_->op_type())) return;
    operator_of (*node_)(*this);
  } catch (const Refusal&) {
    const auto& free = options_.assume_free;
    const auto named = std::find_if(free.begin(), free.end(), [&](const std::string& name) {
      return name == node_->op_type() || name == node_title(*node_);
    });
    if (named == free.end()) throw;
    used_free_.insert(*named);
    pass_assumed();
  }
}

Importer::Reads Importer::reads_of(const onnx::NodeProto& node) const {
  Reads reads;
  const std::vector<std::string> names = graph_.reads(node);
  reads.all_constant = !names.empty();
  for (const std::string& name : names) {
    if (name.empty()) continue;
    const auto entry = values_.find(graph_.root(name));
    if (entry == values_.end())
      throw Refusal{fmt::format("its input \"{}\" is neither an input, a stored tensor, nor written by a node", name)};
    reads.all_constant = reads.all_constant && entry->second.is_constant();
    reads.any_poison = reads.any_poison || entry->second.kind == Value::Kind::poison;
    reads.any_constant = reads.any_constant || entry->second.is_constant();
    reads.any_map = reads.any_map || entry->second.is_map();
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
    for (const Value& map : maps) result.host_layers.insert(map.layer);
  } else {
    result.kind = Value::Kind::constant;
    if (has_input(0)) result.dims = raw_input(0).dims;
  }
  for (int k = 0; k < node_->output_size(); ++k) set_output(k, result);
}

bool Importer::may_cut(const Reads& reads) const {
  if (tail_.count(graph_node_) == 0) return false;
  if (reads.any_opaque || reads.all_constant) return true;
  if (!reads.any_map) return false;
  const bool decodes = is_one_of(node_->op_type(), {"Add", "Sub", "Mul", "Div", "Pow"}) && reads.any_constant;
  const bool multiplies = is_one_of(node_->op_type(), {"MatMul", "Einsum"}) && !reads.any_constant;
  return may_begin_cut(node_->op_type()) || decodes || multiplies;
}

/// From here on the host computes: what it reads of the network leaves the network.
void Importer::cut(const Reads& reads) {
  Value host;
  host.kind = Value::Kind::opaque;
  for (const std::string& name : graph_.reads(*node_))
    if (!name.empty()) leave(host, graph_.root(name));
  if (!reads.all_constant) cut_.push_back(node_);
  for (int k = 0; k < node_->output_size(); ++k) set_output(k, host);
}

void Importer::leave(Value& host, const std::string& name) {
  const Value& value = values_.at(name);
  host.host_layers.insert(value.host_layers.begin(), value.host_layers.end());
  if (value.is_map()) host.host_layers.insert(base_of(value).layer);
}

/// The value with its function where that is an activation; else without: the host computes that too.
Value Importer::base_of(const Value& value) {
  if (!value.function) return value;
  const std::string name = value.name;
  try {
    Value whole = materialised(value);
    whole.name = name;
    return values_[name] = whole;
  } catch (const Refusal&) {
    return base_of(*value.function->base);
  }
}

void Importer::take_output(const std::string& name) {
  const auto entry = values_.find(graph_.root(name));
  if (entry == values_.end()) return problems_.add(fmt::format("output \"{}\" is written by no node", name));
  if (entry->second.kind == Value::Kind::poison) {
    lost_ = name;
    return;
  }
  if (entry->second.is_constant())
    return warnings_.push_back(fmt::format("output \"{}\" does not depend on the input: left out", name));
  const bool is_bare = entry->second.is_map();
  Value host;
  try {
    if (is_bare && entry->second.function) values_[entry->first] = materialised(Value(entry->second));
    leave(host, graph_.root(name));
  } catch (const Refusal& refusal) {
    return problems_.add(fmt::format("output \"{}\": {}", name, refusal.reason));
  }
  if (host.host_layers.empty())
    return warnings_.push_back(fmt::format("output \"{}\" does not depend on the input: left out", name));
  any_output_ = true;
  const bool only_input = is_network_input(*host.host_layers.rbegin());
  if (only_input) {  // nothing is left for the device but to hand the rows on
    LayerConfig copy;
    copy.type = LayerType::slice;
    Value input;
    input.kind = Value::Kind::map;
    input.layer = *host.host_layers.rbegin();
    copy.channel_end = shape_of(input).channels;
    host.host_layers = {add_layer(copy, {input}).layer};
    warnings_.push_back(fmt::format("output \"{}\" is the input itself, handed on row by row", name));
  }
  for (const int layer : host.host_layers) {
    if (!is_network_input(layer) && std::find(outputs_.begin(), outputs_.end(), layer) == outputs_.end())
      outputs_.push_back(layer);
  }
}

/// Layers of nodes that were left to the host after all.
void Importer::drop_unread() {
  std::vector<bool> read(drafts_.size(), false);
  for (const int output : outputs_) read[output] = true;
  for (std::size_t i = drafts_.size(); i-- > 0;) {
    drafts_[i].is_dead = !read[i];
    for (const int input : drafts_[i].layer.inputs)
      if (read[i] && !is_network_input(input)) read[input] = true;
  }
}

void Importer::note_cut() {
  if (cut_.empty()) return;
  std::vector<std::string> names;
  for (const int output : outputs_) names.push_back(node_title(*drafts_[output].node));
  const std::size_t shown = std::min<std::size_t>(names.size(), 12);
  std::string ends =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (names.size() > shown) ends += fmt::format(" and {} more", names.size() - shown);
  warnings_.push_back(
      fmt::format("cut: {} node{} from \"{}\" ({}) on only rearrange and decode results, which is left to the host; "
                  "the network ends at {}",
                  cut_.size(), cut_.size() == 1 ? "" : "s", node_title(*cut_[0]), cut_[0]->op_type(), ends));
}

}  // namespace rowflow
