// Squeeze-and-excite blocks of a model, rewritten as tiled ones or with factors in place of their gates.
#pragma once

#include <string>
#include <vector>

#include "sim/import/rewrite_block.hpp"

namespace rowflow {

/// Collects what becomes of single nodes; apply() builds the new list.
class Rewrite : private RewriteBlock {
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
  std::vector<const onnx::NodeProto*> path(const onnx::NodeProto* pool, const std::string& gate) const;

  onnx::ModelProto& model_;
};

}  // namespace rowflow
