// The graph as the import walks it: nodes that matter, in order, and who reads what.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace rowflow {

/// Nodes that an output depends on, each after what it reads. Names of pass-through nodes' outputs resolve to what
/// passes through.
class Graph {
 public:
  /// What these outputs depend on. Throws InputError for cycles and names that are written twice.
  Graph(const onnx::GraphProto& proto, std::vector<std::string> outputs, const std::string& file);

  const std::vector<const onnx::NodeProto*>& nodes() const { return nodes_; }
  /// Passes its first input through unchanged at inference. Rounding a map to fewer bits and back is that too: the
  /// import keeps the bits.
  bool is_pass_through(const onnx::NodeProto& node) const;
  /// The name behind Identity, Dropout and the like.
  const std::string& root(const std::string& name) const;
  /// How many times a node (or an output of the network) reads the data of this root. Shape does not.
  int uses(const std::string& root_name) const;
  /// Names that a node reads: its inputs, and what its branches and loop bodies take from around them.
  std::vector<std::string> reads(const onnx::NodeProto& node) const;
  const std::vector<std::string>& outputs() const { return outputs_; }
  /// The node that writes this name; null for inputs and initialisers.
  const onnx::NodeProto* writer(const std::string& name) const;

 private:
  void index(const std::string& file);
  void order(const std::string& file);
  void prefer_file_order();
  void find_constants();
  void count_uses();
  const onnx::GraphProto& proto_;
  std::vector<std::string> outputs_;
  std::vector<const onnx::NodeProto*> nodes_;
  std::unordered_map<std::string, const onnx::NodeProto*> writers_;
  std::unordered_map<std::string, std::string> aliases_;
  std::unordered_set<std::string> constants_;  ///< stored, or computed from such alone
  std::unordered_map<std::string, int> uses_;
};

}  // namespace rowflow
