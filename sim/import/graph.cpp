#include "sim/import/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "sim/base/error.hpp"
#include "sim/import/nodes.hpp"
#include "sim/import/problems.hpp"

namespace rowflow {

namespace {

bool may_pass(const onnx::NodeProto& node) {
  const bool passes = is_one_of(node.op_type(), {"Identity", "Dropout"}) || is_quantiser(node);
  return passes && node.input_size() >= 1 && !node.input(0).empty() && node.output_size() >= 1 &&
         !node.output(0).empty();
}

}  // namespace

bool Graph::is_pass_through(const onnx::NodeProto& node) const {
  return may_pass(node) && !(is_quantiser(node) && constants_.count(root(node.input(0))) > 0);
}

void Graph::find_constants() {
  for (const auto& tensor : proto_.initializer()) constants_.insert(tensor.name());
  for (const auto* node : nodes_) {
    const std::vector<std::string> names = reads(*node);
    const bool all = std::all_of(names.begin(), names.end(),
                                 [&](const std::string& name) { return name.empty() || constants_.count(name) > 0; });
    if (all) constants_.insert(node->output().begin(), node->output().end());
  }
}

namespace {

/// Names that a graph inside a node reads from outside, and those of graphs inside it in turn.
void add_captures(const onnx::GraphProto& graph, std::vector<std::string>& names, int depth) {
  if (depth > 16) return;
  std::unordered_set<std::string> own;
  for (const auto& input : graph.input()) own.insert(input.name());
  for (const auto& tensor : graph.initializer()) own.insert(tensor.name());
  for (const auto& node : graph.node()) own.insert(node.output().begin(), node.output().end());
  std::vector<std::string> read;
  for (const auto& node : graph.node()) {
    read.insert(read.end(), node.input().begin(), node.input().end());
    for (const auto& attribute : node.attribute())
      if (attribute.has_g()) add_captures(attribute.g(), read, depth + 1);
  }
  for (const auto& output : graph.output()) read.push_back(output.name());
  for (const std::string& name : read)
    if (own.count(name) == 0) names.push_back(name);
}

}  // namespace

std::vector<std::string> Graph::reads(const onnx::NodeProto& node) const {
  std::vector<std::string> names(node.input().begin(), node.input().end());
  for (const auto& attribute : node.attribute())
    if (attribute.has_g()) add_captures(attribute.g(), names, 0);
  return names;
}

Graph::Graph(const onnx::GraphProto& proto, std::vector<std::string> outputs, const std::string& file)
    : proto_(proto), outputs_(std::move(outputs)) {
  index(file);
  order(file);
  prefer_file_order();
  find_constants();
  for (const auto* node : nodes_) {
    if (is_pass_through(*node)) aliases_[node->output(0)] = root(node->input(0));
  }
  count_uses();
}

void Graph::index(const std::string& file) {
  for (const auto& node : proto_.node()) {
    for (const std::string& output : node.output()) {
      if (output.empty()) continue;
      if (!writers_.emplace(output, &node).second)
        throw InputError(file, fmt::format("two nodes write \"{}\"; the second is \"{}\"", output, node_title(node)));
    }
  }
}

/// Depth first from the outputs, without recursion: a model may be 100,000 nodes deep. Visiting nodes again while they
/// wait is a cycle.
void Graph::order(const std::string& file) {
  enum class State { waiting, done };
  std::unordered_map<const onnx::NodeProto*, State> state;
  struct Frame {
    const onnx::NodeProto* node;
    std::vector<std::string> reads;
    std::size_t next;
  };
  std::vector<Frame> stack;
  const auto visit = [&](const std::string& name) {
    const auto* node = writer(name);
    if (node == nullptr) return;
    const auto [entry, is_new] = state.emplace(node, State::waiting);
    if (is_new) stack.push_back({node, reads(*node), 0});
    if (!is_new && entry->second == State::waiting)
      throw InputError(file, fmt::format("the graph has a cycle through node \"{}\"", node_title(*node)));
  };
  for (const std::string& output : outputs_) {
    visit(output);
    while (!stack.empty()) {
      Frame& frame = stack.back();
      if (frame.next < frame.reads.size()) {
        visit(std::string(frame.reads[frame.next++]));  // a copy: visiting may move the stack
      } else {
        state[frame.node] = State::done;
        nodes_.push_back(frame.node);
        stack.pop_back();
      }
    }
  }
}

/// The file's own order, which is the one its author would recognise, whenever it is an order of execution.
void Graph::prefer_file_order() {
  std::unordered_set<const onnx::NodeProto*> live(nodes_.begin(), nodes_.end()), done;
  std::vector<const onnx::NodeProto*> in_file;
  for (const auto& node : proto_.node()) {
    if (live.count(&node) == 0) continue;
    for (const std::string& input : reads(node)) {
      const auto* needed = writer(input);
      if (needed != nullptr && done.count(needed) == 0) return;
    }
    done.insert(&node);
    in_file.push_back(&node);
  }
  nodes_ = std::move(in_file);
}

const std::string& Graph::root(const std::string& name) const {
  const auto entry = aliases_.find(name);
  return entry == aliases_.end() ? name : entry->second;
}

void Graph::count_uses() {
  for (const auto* node : nodes_) {
    if (is_pass_through(*node) || node->op_type() == "Shape" || node->op_type() == "Size") continue;
    const bool only_first = is_one_of(node->op_type(), {"Expand", "Reshape"});  // their second input is a shape
    for (const std::string& input : reads(*node)) {
      ++uses_[root(input)];
      if (only_first) break;
    }
  }
  for (const std::string& output : outputs_) ++uses_[root(output)];
}

int Graph::uses(const std::string& root_name) const {
  const auto entry = uses_.find(root_name);
  return entry == uses_.end() ? 0 : entry->second;
}

const onnx::NodeProto* Graph::writer(const std::string& name) const {
  const auto entry = writers_.find(name);
  return entry == writers_.end() ? nullptr : entry->second;
}

}  // namespace rowflow
