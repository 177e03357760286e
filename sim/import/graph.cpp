#include "sim/import/graph.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "sim/base/error.hpp"
#include "sim/import/problems.hpp"

namespace rowflow {

bool is_pass_through(const onnx::NodeProto& node) {
  return (node.op_type() == "Identity" || node.op_type() == "Dropout") && node.input_size() >= 1 && node.output_size() >= 1;
}

Graph::Graph(const onnx::GraphProto& proto, const std::string& file) : proto_(proto) {
  index(file);
  order(file);
  prefer_file_order();
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

/// Depth first from the outputs, without recursion: a model may be 100,000 nodes deep. Visiting nodes again while they wait is a cycle.
void Graph::order(const std::string& file) {
  enum class State { waiting, done };
  std::unordered_map<const onnx::NodeProto*, State> state;
  struct Frame {
    const onnx::NodeProto* node;
    int next_input;
  };
  std::vector<Frame> stack;
  const auto visit = [&](const std::string& name) {
    const auto* node = writer(name);
    if (node == nullptr) return;
    const auto [entry, is_new] = state.emplace(node, State::waiting);
    if (is_new) stack.push_back({node, 0});
    if (!is_new && entry->second == State::waiting)
      throw InputError(file, fmt::format("the graph has a cycle through node \"{}\"", node_title(*node)));
  };
  for (const auto& output : proto_.output()) {
    visit(output.name());
    while (!stack.empty()) {
      Frame& frame = stack.back();
      if (frame.next_input < frame.node->input_size()) {
        visit(frame.node->input(frame.next_input++));
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
    for (const std::string& input : node.input()) {
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
    for (const std::string& input : node->input()) ++uses_[root(input)];
  }
  for (const auto& output : proto_.output()) ++uses_[root(output.name())];
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
