// The walk over a model's graph: values by name, draft layers, and what operators do to them.
#pragma once

#include <onnx/onnx_pb.h>

#include <deque>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/import/attributes.hpp"
#include "sim/import/graph.hpp"
#include "sim/import/import.hpp"
#include "sim/import/problems.hpp"
#include "sim/import/value.hpp"

namespace rowflow {

/// A layer in the making; Layer::config.name is given at the end.
struct Draft {
  Layer layer;
  const onnx::NodeProto* node = nullptr;
  std::int64_t cropped_rows = 0,
               cropped_columns = 0;  ///< > 0: this stands for cutting a map to so many, known only inside a tiled block
  bool is_dead = false;              ///< became part of another layer
  const onnx::NodeProto* pool_node = nullptr;  ///< squeeze_excite: where it pools,
  std::string pooled_name, gate_name;          ///< the tensor that it pools, and the one that gates
};

class Importer {
 public:
  Importer(const onnx::ModelProto& model, const std::string& file, const ImportOptions& options);
  /// Walks all nodes; throws InputError with every problem.
  void walk();

  const onnx::NodeProto& node() const { return *node_; }
  std::int64_t opset() const { return opset_; }
  std::vector<std::string>& warnings() { return warnings_; }

  /// Input k of the node, materialised: no function pending. Throws Refusal when it is absent.
  const Value& input(int k);
  /// Input k with a function that may be pending.
  const Value& raw_input(int k);
  /// The same, of a map. Throws Refusal for a constant.
  const Value& raw_map(int k);
  bool has_input(int k) const { return k < node_->input_size() && !node_->input(k).empty(); }
  /// A map: rank 4 (of either layout unless `plain`), no padding pending, groups in order. Throws Refusal.
  const Value& map_input(int k);
  const Value& plain_input(int k);
  /// A map whose channels may wait in another order (Value::order), and nothing else. Throws Refusal.
  const Value& ordered_input(int k);
  /// Integers of a constant input, or of the attribute of this name that older operator sets have.
  std::vector<std::int64_t> integers(int k, const std::string& attribute_name, bool required);
  /// False when the values of a constant of these dims are not computed: too many, or too many of all constants
  /// together.
  bool may_fold(const Dims& dims) const;
  /// A fixed batch of the model's input, read as 1: shapes that are stored say it still.
  std::int64_t batch() const { return batch_; }
  /// Dims of a weight.
  const Dims& weight_dims(int k, std::size_t rank);

  void set_output(int k, Value value);
  /// What this name stands for is rounded to so many bits.
  void set_bits(const std::string& name, std::int64_t bits);
  /// Adds a layer of this config over these inputs, shapes checked, and returns its output. Throws Refusal.
  Value add_layer(LayerConfig config, const std::vector<Value>& inputs);
  Value output_of(int layer) const;
  /// Applies an activation to a value: on its layer when nobody else reads the layer, else as a stage of its own.
  Value activate(const Value& value, const std::string& activation, int reads);
  /// The layer whose weights a scale or offset of `value` can be folded into; null when there is none.
  LayerConfig* foldable(const Value& value, int reads);
  Value channel_pool(const Value& base, const onnx::NodeProto* node);
  bool is_only_reader(const Value& value, int reads) const;
  /// The value under another shape of the same elements, still the same layer.
  Value viewed(const Value& value, Dims dims) const;
  const Shape& shape_of(const Value& value) const;
  int uses(const Value& value) const { return graph_.uses(value.name); }

  const Graph& graph() const { return graph_; }
  /// What a name of the model stands for; of a walked graph.
  const Value& value(const std::string& name) const { return values_.at(graph_.root(name)); }
  std::vector<Draft>& drafts() { return drafts_; }
  const std::vector<int>& outputs() const { return outputs_; }
  const std::vector<std::string>& assumed_free() const { return assumed_free_; }
  /// The maps that come with every frame, in the model's order.
  const std::vector<NetworkInput>& inputs() const { return inputs_; }
  Problems& problems() { return problems_; }
  /// If nodes whose condition turned out to be known, and what it is.
  const std::unordered_map<const onnx::NodeProto*, bool>& branches() const { return branches_; }

 private:
  void read_stored();
  void read_inputs();
  void check_input_size(const std::vector<const onnx::ValueInfoProto*>& inputs);
  void take_input(const onnx::ValueInfoProto& input, bool is_sized);
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
  Value materialised(const Value& value);
  const Value& padded_out(const Value& value);
  const Value& sampled_out(const Value& value);
  const Value& written_out(const Value& value);
  const Value& ordered_out(const Value& value);
  Value with_affine(const Value& base, const Function& f);

  const onnx::ModelProto& model_;
  std::string file_;
  const ImportOptions& options_;
  Problems problems_;
  std::int64_t opset_;
  std::vector<std::string> output_names_;
  Graph graph_;
  std::unordered_set<const onnx::NodeProto*> tail_;  ///< nodes that only bookkeeping follows
  std::vector<const onnx::NodeProto*> cut_;          ///< nodes left to the host
  std::unordered_map<const onnx::NodeProto*, bool> branches_;
  std::deque<onnx::NodeProto> rewritten_;
  mutable std::int64_t folded_ = 0;
  std::int64_t batch_ = 1;
  const onnx::NodeProto *node_ = nullptr, *graph_node_ = nullptr;  ///< the latter as it stands in the file
  std::unordered_map<std::string, Value> values_;
  std::vector<Draft> drafts_;
  std::vector<int> outputs_;
  std::vector<std::string> warnings_, assumed_free_;
  std::unordered_set<std::string> used_free_;
  std::string lost_;  ///< an output that a refused node was to write
  bool any_output_ = false;
  std::vector<NetworkInput> inputs_;
};

}  // namespace rowflow
