// The graph as the import walks it: nodes that matter, in order, and who reads what.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <unordered_map>
#include <vector>

namespace rowflow {

/// Nodes that an output depends on, each after what it reads. Names of pass-through nodes' outputs resolve to what passes through.
class Graph {
 public:
  /// Throws InputError for cycles and names that are written twice.
  Graph(const onnx::GraphProto& proto, const std::string& file);

  const std::vector<const onnx::NodeProto*>& nodes() const { return nodes_; }
  /// The name behind Identity, Dropout and the like.
  const std::string& root(const std::string& name) const;
  /// How many times a node (or an output of the network) reads the data of this root. Shape does not.
  int uses(const std::string& root_name) const;
  /// The node that writes this name; null for inputs and initialisers.
  const onnx::NodeProto* writer(const std::string& name) const;

 private:
  void index(const std::string& file);
  void order(const std::string& file);
  void prefer_file_order();
  void count_uses();
  const onnx::GraphProto& proto_;
  std::vector<const onnx::NodeProto*> nodes_;
  std::unordered_map<std::string, const onnx::NodeProto*> writers_;
  std::unordered_map<std::string, std::string> aliases_;
  std::unordered_map<std::string, int> uses_;
};

/// Passes its first input through unchanged at inference.
bool is_pass_through(const onnx::NodeProto& node);

}  // namespace rowflow
