// The layers of a network in the making: adding them, and what may become part of one that is there.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "sim/import/graph.hpp"
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

/// Layers are named after the node that the walk is at.
class Drafts {
 public:
  const onnx::NodeProto& node() const { return *node_; }
  std::vector<std::string>& warnings() { return warnings_; }
  const Graph& graph() const { return graph_; }
  std::vector<Draft>& drafts() { return drafts_; }
  /// The maps that come with every frame, in the model's order.
  const std::vector<NetworkInput>& inputs() const { return inputs_; }

  /// Adds a layer of this config over these inputs, shapes checked, and returns its output. Throws Refusal.
  Value add_layer(LayerConfig config, const std::vector<Value>& inputs);
  Value output_of(int layer) const;
  const Shape& shape_of(const Value& value) const;
  int uses(const Value& value) const { return graph_.uses(value.name); }
  bool is_only_reader(const Value& value, int reads) const;
  /// The layer whose weights a scale or offset of `value` can be folded into; null when there is none.
  LayerConfig* foldable(const Value& value, int reads);
  /// Applies an activation to a value: on its layer when nobody else reads the layer, else as a stage of its own.
  Value activate(const Value& value, const std::string& activation, int reads);
  Value channel_pool(const Value& base, const onnx::NodeProto* node);
  /// The value under another shape of the same elements, still the same layer.
  Value viewed(const Value& value, Dims dims) const;

 protected:
  Drafts(Graph graph, const std::string& file) : file_(file), graph_(std::move(graph)) {}
  ~Drafts() = default;
  Value with_affine(const Value& base, const Function& f);

  std::string file_;
  Graph graph_;
  const onnx::NodeProto* node_ = nullptr;
  std::vector<Draft> drafts_;
  std::vector<NetworkInput> inputs_;
  std::vector<std::string> warnings_;
};

}  // namespace rowflow
