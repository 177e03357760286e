// What becomes of the nodes of one squeeze-and-excite block: its pool, what is between pool and gate, and where the
// gate is applied.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/import/importer.hpp"

namespace rowflow {

class RewriteBlock {
 protected:
  using Nodes = std::vector<onnx::NodeProto>;
  /// New names are none of the model's.
  RewriteBlock(Importer& importer, const onnx::ModelProto& model);
  ~RewriteBlock() = default;
  void replace_pool(const Draft& draft, Rows tile_height, bool cumulative, const Shape& map);
  void replace_excite(const onnx::NodeProto& node);
  void replace_join(const Draft& draft, Rows tile_height, Rows height);
  /// The product with another gate, behind the nodes that make it.
  void gate_with(const Draft& draft, const std::string& gate, Nodes nodes);
  std::string float_constant(Nodes& nodes, const std::string& hint, const std::vector<float>& values);
  std::string reshaped(Nodes& nodes, const std::string& name, const std::string& hint,
                       const std::vector<std::int64_t>& dims);

  Importer& importer_;
  std::unordered_map<const onnx::NodeProto*, Nodes> replacements_;
  std::unordered_set<std::string> changed_;  ///< tensors whose shape is another one now

 private:
  const std::string& map_name(const std::string& name) const;
  onnx::NodeProto pixel_wise(const onnx::NodeProto& node, Nodes& nodes);
  std::string transposed(Nodes& nodes, const std::string& name, const std::string& hint,
                         const std::vector<std::int64_t>& perm);
  void replace_dense(const onnx::NodeProto& node, Nodes& nodes);
  std::string repeated(Nodes& nodes, const std::string& hint, const std::string& gate, Rows times);
  std::string constant(Nodes& nodes, const std::string& hint, const std::vector<std::int64_t>& values);
  std::string fresh(const std::string& hint);
  const std::string& current(const std::string& name) const;

  std::unordered_map<std::string, std::string> renamed_;
  std::unordered_set<std::string> names_;
};

}  // namespace rowflow
