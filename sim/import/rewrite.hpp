// One squeeze-and-excite block of a model, rewritten as a tiled one.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/import/importer.hpp"

namespace rowflow {

/// Collects what becomes of single nodes; apply() builds the new list.
class Rewrite {
 public:
  Rewrite(Importer& importer, onnx::ModelProto& model);
  /// Plans the block of this draft with tiles of so many rows; cumulative: each with the mean of all rows up to its
  /// end. Throws Refusal.
  void tile(const Draft& draft, Rows tile_height, bool cumulative);
  /// Plans the block with a factor a channel in place of its gate. Throws Refusal.
  void fix(const Draft& draft, const std::vector<float>& factors);
  /// Rewrites the model. Nodes that nobody needs any more go.
  void apply();

 private:
  using Nodes = std::vector<onnx::NodeProto>;
  std::vector<const onnx::NodeProto*> path(const onnx::NodeProto* pool, const std::string& gate) const;
  const std::string& map_name(const std::string& name) const;
  void replace_pool(const Draft& draft, Rows tile_height, bool cumulative, const Shape& map);
  void replace_excite(const onnx::NodeProto& node);
  onnx::NodeProto pixel_wise(const onnx::NodeProto& node, Nodes& nodes);
  std::string transposed(Nodes& nodes, const std::string& name, const std::string& hint,
                         const std::vector<std::int64_t>& perm);
  void replace_dense(const onnx::NodeProto& node, Nodes& nodes);
  std::string repeated(Nodes& nodes, const std::string& hint, const std::string& gate, Rows times);
  void replace_join(const Draft& draft, Rows tile_height, Rows height);
  void gate_with(const Draft& draft, const std::string& gate, Nodes nodes);
  std::string constant(Nodes& nodes, const std::string& hint, const std::vector<std::int64_t>& values);
  std::string float_constant(Nodes& nodes, const std::string& hint, const std::vector<float>& values);
  std::string reshaped(Nodes& nodes, const std::string& name, const std::string& hint,
                       const std::vector<std::int64_t>& dims);
  std::string fresh(const std::string& hint);
  const std::string& current(const std::string& name) const;

  Importer& importer_;
  onnx::ModelProto& model_;
  std::unordered_map<const onnx::NodeProto*, Nodes> replacements_;
  std::unordered_map<std::string, std::string> renamed_;
  std::unordered_set<std::string> names_, changed_;
};

}  // namespace rowflow
