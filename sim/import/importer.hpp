// The walk over a model's graph: what operators do to values and draft layers, what is refused, where it ends.
#pragma once

#include <onnx/onnx_pb.h>

#include <deque>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/import/attributes.hpp"
#include "sim/import/import.hpp"
#include "sim/import/problems.hpp"
#include "sim/import/values.hpp"

namespace rowflow {

class Importer : public Values {
 public:
  Importer(const onnx::ModelProto& model, const std::string& file, const ImportOptions& options);
  /// Walks all nodes; throws InputError with every problem.
  void walk();

  std::int64_t opset() const { return opset_; }
  /// False when the values of a constant of these dims are not computed: too many, or too many of all constants
  /// together.
  bool may_fold(const Dims& dims) const;
  /// A fixed batch of the model's input, read as 1: shapes that are stored say it still.
  std::int64_t batch() const { return batch_; }

  const std::vector<int>& outputs() const { return outputs_; }
  const std::vector<std::string>& assumed_free() const { return assumed_free_; }
  Problems& problems() { return problems_; }
  /// If nodes whose condition turned out to be known, and what it is.
  const std::unordered_map<const onnx::NodeProto*, bool>& branches() const { return branches_; }

 private:
  struct Begin {
    std::int64_t opset;
    std::vector<std::string> outputs;
  };
  Importer(const onnx::ModelProto& model, const std::string& file, const ImportOptions& options, Begin begin);
  struct Reads {
    bool all_constant = false, any_constant = false, any_map = false, any_poison = false, any_opaque = false;
  };
  Reads reads_of(const onnx::NodeProto& node) const;
  void take_node();
  void note_branch();
  void import_node(bool all_constant);
  void follow_poison();
  bool may_cut(const Reads& reads) const;
  void cut(const Reads& reads);
  Value base_of(const Value& value);
  void leave(Value& host, const std::string& name);
  void take_output(const std::string& name);
  void note_cut();
  void note_unused_free();
  void drop_unread();
  void pass_assumed();

  const onnx::ModelProto& model_;
  const ImportOptions& options_;
  Problems problems_;
  std::int64_t opset_;
  std::vector<std::string> output_names_;
  std::unordered_set<const onnx::NodeProto*> tail_;  ///< nodes that only bookkeeping follows
  std::vector<const onnx::NodeProto*> cut_;          ///< nodes left to the host
  std::unordered_map<const onnx::NodeProto*, bool> branches_;
  std::deque<onnx::NodeProto> rewritten_;
  mutable std::int64_t folded_ = 0;
  std::int64_t batch_ = 1;
  const onnx::NodeProto* graph_node_ = nullptr;  ///< the node as it stands in the file
  std::vector<int> outputs_;
  std::vector<std::string> assumed_free_;
  std::unordered_set<std::string> used_free_;
  std::string lost_;  ///< an output that a refused node was to write
  bool any_output_ = false;
};

}  // namespace rowflow
