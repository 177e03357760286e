#include "sim/import/inline.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/import/importer.hpp"
#include "sim/import/nodes.hpp"

namespace rowflow {

namespace {

using NameMap = std::unordered_map<std::string, std::string>;

constexpr std::size_t most_nodes = std::size_t{1} << 17;  // with calls of functions
constexpr int deepest = 32;

void rename(std::string& name, const NameMap& names) {
  const auto entry = names.find(name);
  if (entry != names.end()) name = entry->second;
}

/// Names that the node and graphs inside it read and write.
void rename(onnx::NodeProto& node, const NameMap& names, int depth = 0) {
  for (auto& name : *node.mutable_input()) rename(name, names);
  for (auto& name : *node.mutable_output()) rename(name, names);
  if (depth == deepest) return;
  for (auto& attribute : *node.mutable_attribute()) {
    if (!attribute.has_g()) continue;
    for (auto& inner : *attribute.mutable_g()->mutable_node()) rename(inner, names, depth + 1);
    for (auto& output : *attribute.mutable_g()->mutable_output()) rename(*output.mutable_name(), names);
  }
}

/// Attributes that a function passes on from its call; those that the call has not are left out.
void bind_attributes(onnx::NodeProto& node, const onnx::NodeProto& call, int depth = 0) {
  onnx::NodeProto bound = node;
  bound.clear_attribute();
  for (auto& attribute : *node.mutable_attribute()) {
    if (attribute.has_g() && depth < deepest)
      for (auto& inner : *attribute.mutable_g()->mutable_node()) bind_attributes(inner, call, depth + 1);
    if (attribute.ref_attr_name().empty()) {
      *bound.add_attribute() = attribute;
      continue;
    }
    for (const auto& given : call.attribute()) {
      if (given.name() != attribute.ref_attr_name()) continue;
      auto& added = *bound.add_attribute();
      added = given;
      added.set_name(attribute.name());
    }
  }
  node = std::move(bound);
}

/// Nodes of an inner graph as nodes of the outer one, under names of their own.
class Body {
 public:
  explicit Body(const onnx::NodeProto& call) : call_(call) {
    for (const std::string& output : call.output())
      if (prefix_.empty() && !output.empty()) prefix_ = output + "/";
  }

  void set(const std::string& inner, const std::string& outer) { names_[inner] = outer; }
  /// The name of what the inner graph has for itself.
  std::string own(const std::string& inner) { return inner.empty() ? "" : names_[inner] = prefix_ + inner; }

  /// An inner output is the call's output k; `nodes` get a copy where it cannot bear its name.
  void leave(const std::string& inner, int k, bool is_written, std::vector<onnx::NodeProto>& copies) {
    if (k >= call_.output_size() || call_.output(k).empty()) return;
    const bool is_taken = names_.count(inner) > 0;
    if (is_written && !is_taken)
      set(inner, call_.output(k));
    else
      copies.push_back(make_node("Identity", call_.output(k), {inner}, call_.output(k)));
  }

  template <class Nodes>
  void name_outputs(const Nodes& nodes) {
    for (const auto& node : nodes)
      for (const std::string& output : node.output())
        if (names_.count(output) == 0) own(output);
  }

  onnx::NodeProto renamed(onnx::NodeProto node, bool is_alone) const {
    rename(node, names_);
    std::string inner = node.name();
    if (inner.empty()) inner = node.output_size() > 0 ? node.output(0) : node.op_type();
    const std::string& call = call_.name().empty() && call_.output_size() > 0 ? call_.output(0) : call_.name();
    node.set_name(is_alone ? call_.name() : fmt::format("{}/{}", call, inner));
    return node;
  }

 private:
  const onnx::NodeProto& call_;
  std::string prefix_;
  NameMap names_;
};

template <class Nodes>
bool writes(const Nodes& nodes, const std::string& name) {
  for (const auto& node : nodes)
    for (const std::string& output : node.output())
      if (output == name) return true;
  return false;
}

class Functions {
 public:
  Functions(const onnx::ModelProto& model, const std::string& file) : file_(file) {
    for (const auto& function : model.functions()) functions_[key(function.domain(), function.name())] = &function;
  }

  void place(const onnx::NodeProto& node, std::vector<onnx::NodeProto>& nodes, int depth = 0) {
    const auto entry = functions_.find(key(node.domain(), node.op_type()));
    if (++placed_ > most_nodes)
      throw InputError(file_, fmt::format("its functions come to more than {} nodes", most_nodes));
    if (entry == functions_.end()) return nodes.push_back(node);
    const onnx::FunctionProto& function = *entry->second;
    if (depth == deepest)
      throw InputError(file_,
                       fmt::format("function \"{}\" calls functions more than {} deep", function.name(), deepest));
    Body body(node);
    std::vector<onnx::NodeProto> copies;
    for (int k = 0; k < function.input_size(); ++k)
      body.set(function.input(k), k < node.input_size() ? node.input(k) : "");
    for (int k = 0; k < function.output_size(); ++k)
      body.leave(function.output(k), k, writes(function.node(), function.output(k)), copies);
    body.name_outputs(function.node());
    for (onnx::NodeProto inner : function.node()) {
      bind_attributes(inner, node);
      place(body.renamed(std::move(inner), function.node_size() == 1), nodes, depth + 1);
    }
    for (auto& copy : copies) nodes.push_back(body.renamed(std::move(copy), false));
  }

 private:
  static std::string key(const std::string& domain, const std::string& name) {
    return (domain == "ai.onnx" ? "" : domain) + ":" + name;
  }

  const std::string& file_;
  std::size_t placed_ = 0;
  std::unordered_map<std::string, const onnx::FunctionProto*> functions_;
};

void replace_nodes(onnx::ModelProto& model, std::vector<onnx::NodeProto>& nodes) {
  auto* list = model.mutable_graph()->mutable_node();
  list->Clear();
  for (auto& node : nodes) *list->Add() = std::move(node);
}

const onnx::GraphProto* branch_of(const onnx::NodeProto& node, bool condition) {
  for (const auto& attribute : node.attribute())
    if (attribute.name() == (condition ? "then_branch" : "else_branch") && attribute.has_g()) return &attribute.g();
  return nullptr;
}

void place_branch(const onnx::NodeProto& node, const onnx::GraphProto& branch, onnx::GraphProto& graph,
                  std::vector<onnx::NodeProto>& nodes) {
  Body body(node);
  std::vector<onnx::NodeProto> copies;
  for (onnx::TensorProto tensor : branch.initializer()) {
    tensor.set_name(body.own(tensor.name()));
    *graph.add_initializer() = std::move(tensor);
  }
  for (int k = 0; k < branch.output_size(); ++k)
    body.leave(branch.output(k).name(), k, writes(branch.node(), branch.output(k).name()), copies);
  body.name_outputs(branch.node());
  for (const auto& inner : branch.node()) nodes.push_back(body.renamed(inner, false));
  for (auto& copy : copies) nodes.push_back(body.renamed(std::move(copy), false));
}

}  // namespace

void inline_functions(onnx::ModelProto& model, const std::string& file) {
  if (model.functions_size() == 0) return;
  Functions functions(model, file);
  std::vector<onnx::NodeProto> nodes;
  for (const auto& node : model.graph().node()) functions.place(node, nodes);
  replace_nodes(model, nodes);
  model.clear_functions();
}

bool has_branches(const onnx::ModelProto& model) {
  for (const auto& node : model.graph().node())
    if (node.op_type() == "If") return true;
  return false;
}

void settle_branches(onnx::ModelProto& model, const std::string& file, const ImportOptions& options) {
  constexpr int most_rounds = 8;  // a condition may depend on a branch before
  for (int round = 0; round < most_rounds && has_branches(model); ++round) {
    std::unordered_map<const onnx::NodeProto*, bool> taken;
    try {
      Importer importer(model, file, options);
      try {
        importer.walk();
      } catch (const InputError&) {  // what is wrong is said when the settled model is walked
      }
      taken = importer.branches();
    } catch (const InputError&) {
    }
    if (taken.empty()) return;
    std::vector<onnx::NodeProto> nodes;
    for (const auto& node : model.graph().node()) {
      const auto entry = taken.find(&node);
      const auto* branch = entry == taken.end() ? nullptr : branch_of(node, entry->second);
      if (branch == nullptr)
        nodes.push_back(node);
      else
        place_branch(node, *branch, *model.mutable_graph(), nodes);
    }
    replace_nodes(model, nodes);
  }
}

}  // namespace rowflow
